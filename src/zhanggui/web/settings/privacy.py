"""Privacy: who saw whose data, what is held of one person, how long it is kept, and the keys."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from zhanggui.accounts.models import Role, User
from zhanggui.customers.commands import erasing, limits
from zhanggui.journal import figures
from zhanggui.kernel import clock
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound
from zhanggui.ops.commands import plain, privacy
from zhanggui.ops.privacy import holdings, retention, sights, turning
from zhanggui.orders.models import Order
from zhanggui.orders.reading.finding import numbers_in
from zhanggui.web.frame import notices
from zhanggui.web.frame.gate import door
from zhanggui.web.frame.notices import Notice
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.settings.views import page

SAYS: Mapping[str, str | Promise] = {
    "RecipientRevealed": gettext_lazy("看了明文"),
    "RecipientsOpened": gettext_lazy("为面单读了明文"),
    "RejectsTaken": gettext_lazy("下载了没收的行"),
    "OrdersTakenInPlain": gettext_lazy("导出了明文"),
    "PersonSearched": gettext_lazy("查了一个人"),
    "PersonTaken": gettext_lazy("导出了一个人"),
    "RecipientsErased": gettext_lazy("删除了个人信息"),
    "BackupTaken": gettext_lazy("下载了备份"),
    "BackupKeyTaken": gettext_lazy("取走了备份的钥匙"),
}
WHY: Mapping[str, str | Promise] = {"waybill": gettext_lazy("取面单号"), "label": gettext_lazy("打印面单")}
DAYS = 7
MOST_TAKEN = 1_000_000


@require_GET
def index(request: Request) -> HttpResponse:
    """Who saw whose data, a week unless asked otherwise; what bounds it beside."""
    return shown(request)


def shown(request: Request, *, status: int = 200, **more: Any) -> HttpResponse:
    request.actor.require("customer.erase")
    asked = question(request)
    rows = sights.seen(**asked["which"])
    own = limits.by_role()
    facts = {
        "rows": [(row, SAYS.get(row.what, row.what), WHY.get(row.why, row.why)) for row in rows],
        "full": len(rows) == sights.SHOWN,
        "asked": asked,
        "people": User.objects.order_by("name").only("pk", "name"),
        "figures": [
            (known, value)
            for name, value in figures.every().items()
            if (known := figures.FIGURES[name]).name.startswith("privacy.")
        ],
        "roles": [(role, own.get(role.code)) for role in Role.objects.order_by("id") if role.code != "program"],
        "keys": turning.standing(),
        **more,
    }
    return page(request, "privacy", "settings/privacy.html", facts, status=status)


def question(request: Request) -> dict[str, Any]:
    """What the filter asks: days, a person, an order."""
    said = request.GET
    today = clock.day_of(request.at)
    first, last = day(said.get("from", ""), today - timedelta(days=DAYS - 1)), day(said.get("to", ""), today)
    who, number = said.get("who", ""), said.get("order", "").strip()
    found = list(Order.objects.filter(number=number).values_list("pk", flat=True)) if number else []
    found += list(Order.objects.filter(platform_no=number).values_list("pk", flat=True)) if number else []
    person_id = int(who) if who.isdecimal() and len(who) < 18 else None
    labels = said.get("labels") == "1"
    which = {
        "since": clock.day_bounds(first)[0], "until": clock.day_bounds(last)[1], "person_id": person_id, "orders": found,
        "named": bool(number), "labels": labels,
    }  # fmt: skip
    return {"first": first, "last": last, "who": person_id, "order": number, "labels": labels, "which": which}


def day(said: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return otherwise


@require_GET
def log(request: Request) -> HttpResponse:
    """The same lines as a file, for whoever must be told of a breach."""
    request.actor.require("customer.erase")
    asked = question(request)
    rows = sights.seen(**asked["which"], most=MOST_TAKEN)
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow([_("时间"), _("谁"), _("做了什么"), _("收件人"), _("订单号"), _("导入"), _("几位"), _("原因")])
    for row in rows:
        moment = f"{row.at.astimezone(clock.company_zone()):%Y-%m-%d %H:%M:%S}"
        why = privacy.safe(str(WHY.get(row.why, row.why)))
        many = "" if row.many is None else row.many
        said = (
            moment,
            privacy.safe(row.who),
            SAYS.get(row.what, row.what),
            privacy.safe(row.whom),
            row.order,
            row.file,
            many,
            why,
        )
        sheet.writerow(said)
    return file(text.getvalue().encode("utf-8-sig"), f"sights-{asked['first']}-{asked['last']}.csv", "text/csv; charset=utf-8")


def file(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_POST
def find(request: Request) -> HttpResponse:
    """What is held of one person; by POST, so that no address, log or history keeps whom."""
    held = privacy.find(request.POST.get("whom", ""), by=request.actor, at=request.at)
    return shown(request, held=held, ids=",".join(map(str, held.ids)), found=privacy.sign(held, by=request.actor))


def ids_of(request: Request) -> list[int]:
    found = some_ids(request)
    if not found:
        raise NotFound(what=request.POST.get("ids", ""))
    return found


def some_ids(request: Request) -> list[int]:
    return [int(one) for one in request.POST.get("ids", "").split(",") if one.isdecimal() and len(one) < 18][: holdings.MOST]


@require_POST
def take(request: Request) -> HttpResponse:
    """Everything held of them, as a zip."""
    content = privacy.hand_out(ids_of(request), found=request.POST.get("found", ""), by=request.actor, at=request.at)
    return file(content, "person.zip", "application/zip")


@require_POST
def erase(request: Request) -> HttpResponse:
    """Erase them, and say what stays and why."""
    # Nobody's order, and yet a row of a kept file: then there are only files.
    receipt = privacy.erase(some_ids(request), found=request.POST.get("found", ""), by=request.actor, at=request.at)
    return shown(request, receipt=receipt)


@require_POST
def hold(request: Request) -> HttpResponse:
    """Keep them while a dispute lasts, or let them go again."""
    if request.POST.get("verb") == "let":
        many = erasing.let(ids_of(request), by=request.actor, at=request.at)
        say(request, ngettext("%d 位又可以删除了", "%d 位又可以删除了", many) % many)
    else:
        many = erasing.keep(ids_of(request), why=request.POST.get("why", ""), by=request.actor, at=request.at)
        say(request, ngettext("%d 位先不删除", "%d 位先不删除", many) % many)
    return redirect("settings:privacy")


@require_POST
def bound(request: Request) -> HttpResponse:
    """Set the figures; an empty one is what is usual."""
    said: dict[str, int | None] = {}
    for name, value in request.POST.items():
        text = str(value).strip()
        if name.startswith("privacy."):
            if text and not (text.isdecimal() and len(text) < 10):
                raise limits.NoSuchLimit(name=text)
            said[name] = int(text) if text else None
    # Only what is to change: what waits for a second person must not put back what others set meanwhile.
    limits.put({name: said[name] for name in limits.changed(said)}, by=request.actor, at=request.at)
    say(request, _("改好了"))
    return redirect("settings:privacy")


@require_GET
def due(request: Request) -> HttpResponse:
    """What the next run would erase; nothing is touched."""
    request.actor.require("customer.erase")
    rows = retention.due(request.at)
    return shown(request, due=rows, due_total=sum(row.people for row in rows))


@require_POST
def turn(request: Request) -> HttpResponse:
    """A new key from now on; the rest is sealed anew in the background."""
    request.actor.confirm("settings")
    ring = turning.turn(by=request.actor, at=request.at)
    say(request, _("换好了，现在用 %s") % ring.current, note=_("以前的在后台重新封，封完再丢旧钥匙"))
    return redirect("settings:privacy")


@require_POST
def in_plain(request: Request) -> HttpResponse:
    """Orders with their recipients in plain."""
    text = request.POST.get("numbers", "").strip()
    numbers = numbers_in(text) or [text]
    found = Order.objects.filter(number__in=numbers) | Order.objects.filter(platform_no__in=numbers)
    ids = sorted(found.values_list("pk", flat=True))
    if not ids:
        raise NotFound(what=text[:40])
    content = plain.orders(ids, by=request.actor, at=request.at)
    return file(content, "orders-plain.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@notices.source
def unusual(actor: Actor, at: datetime) -> Sequence[Notice]:
    """More was looked at than usual, or orders were taken out in plain: the owners hear of it."""
    if not actor.granted("customer.erase"):
        return ()
    since, where = at - timedelta(days=1), door(actor, "settings:privacy")
    found = []
    for kind, person_id, many, usual, _when in limits.alarms(since=since)[:3]:
        if kind == "house":
            text = _("一小时里看了 %(many)d 次收件人明文，超过 %(usual)d") % {"many": many, "usual": usual}
        else:
            name = User.objects.filter(pk=person_id).values_list("name", flat=True).first() or person_id
            text = _("%(who)s 今天看了 %(many)d 次收件人明文，平时不到 %(usual)d") % {"who": name, "many": many, "usual": usual}
        found.append(Notice("bad", text, where))
    for who, many in sights.taken_in_plain(since=since):
        found.append(Notice("warn", _("%(who)s 导出了 %(many)d 单的收件人明文") % {"who": who, "many": many}, where))
    return found
