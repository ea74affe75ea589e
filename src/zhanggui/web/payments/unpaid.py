"""Following up unpaid orders: who must pay until when, who was asked, what they said, and what becomes of them."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from zhanggui.journal.book import Batch
from zhanggui.kernel import clock
from zhanggui.orders.commands import dues
from zhanggui.orders.models import Shop
from zhanggui.orders.reaching import shop_rows
from zhanggui.orders.reading import unpaid
from zhanggui.orders.reading.unpaid import Asked
from zhanggui.web.frame import counts, lists, say
from zhanggui.web.frame.ids import ids_in
from zhanggui.web.frame.lists import Tab
from zhanggui.web.frame.request import Request
from zhanggui.web.orders import acting, leaving
from zhanggui.web.orders.money import minutes_in
from zhanggui.web.payments import watch

LABELS = {
    unpaid.WAITING: gettext_lazy("全部待付款"),
    unpaid.TODAY: gettext_lazy("今天要联系"),
    unpaid.SOON: gettext_lazy("快到期"),
    unpaid.OVER: gettext_lazy("过期没付"),
    unpaid.FAILED: gettext_lazy("付款失败过"),
    unpaid.PART: gettext_lazy("付了一部分"),
    unpaid.LATE: gettext_lazy("取消后到账"),
}
TONES = {unpaid.OVER: "bad", unpaid.LATE: "bad", unpaid.SOON: "warn", unpaid.TODAY: "warn"}


def _asked(request: Request) -> Asked:
    shop, start = request.GET.get("shop", ""), request.GET.get("start", "")
    shop_id = next(iter(ids_in([shop])), None)
    q = request.GET.get("q", "").strip()[:64].replace("\0", "")
    return Asked(request.GET.get("tab", "") or unpaid.WAITING, shop_id, q, int(start) if start.isdecimal() and len(start) < 7 else 0)


@require_GET
def index(request: Request) -> HttpResponse:
    """The orders whose money is still to come, whoever must pay first at the top."""
    request.actor.require("order.view")
    astray = lists.astray(request, unpaid.TABS)
    if astray:
        return astray
    asked, at, today, actor = _asked(request), request.at, clock.day_of(request.at), request.actor
    counts.know(actor, watch.count(actor, at))
    many = unpaid.counts(asked, at=at, today=today, reach=actor.reach)
    rows, more = unpaid.rows(asked, at=at, today=today, reach=actor.reach)
    tabs = [Tab(tab, LABELS[tab], many[tab], tone=TONES.get(tab, "") if many[tab] else "") for tab in unpaid.TABS]
    shops = list(Shop.objects.filter(shop_rows(actor.reach)).order_by("name"))
    facts: dict[str, Any] = {
        "rows": rows,
        "more": asked.start + unpaid.PAGE if more else None,
        "asked": asked,
        "search": asked.q,
        "shops": shops,
        "shop": next((one for one in shops if one.pk == asked.shop_id), None),
        "tab": asked.tab,
        "today": today,
        "any": bool(many[unpaid.WAITING] or many[unpaid.LATE]),
        "may_chase": actor.granted("order.edit"),
        "may_settle": actor.granted("settlement"),
        "may_cancel": actor.granted("order.cancel"),
        "listing": lists.listing(request, "unpaid", tabs=tabs, tab=asked.tab),
    }
    return render(request, "payments/unpaid.html", facts)


def extend(request: Request, ids: list[int]) -> tuple[Batch, str]:
    why = request.POST.get("reason", "")
    batch = dues.extend(ids, minutes_in(request.POST.get("hours", "")), reason=why, by=request.actor, at=request.at)
    n = len(batch.done)
    return batch, ngettext("%(n)s 单延长了付款期限", "%(n)s 单延长了付款期限", n) % {"n": n}


def chase(request: Request, ids: list[int]) -> tuple[Batch, str]:
    batch = dues.chased(ids, note=request.POST.get("note", ""), next_on=request.POST.get("next_on", ""), by=request.actor, at=request.at)
    n = len(batch.done)
    return batch, ngettext("%(n)s 单的跟进记下了", "%(n)s 单的跟进记下了", n) % {"n": n}


DOES: dict[str, Callable[[Request, list[int]], tuple[Batch, str]]] = {"extend": extend, "chase": chase}


@require_POST
def act(request: Request) -> HttpResponse:
    """One thing with the chosen orders; each that cannot is named with why."""
    ids, do = ids_in(request.POST.getlist("ids")), request.POST.get("do", "")
    back = redirect(f"/payments/?{request.GET.urlencode()}" if request.GET else "payments:unpaid")
    if not ids:
        say.say(request, _("先勾选订单"), tone="warn")
        return back
    if do == "cancel":
        acting.act(request, "cancel", ids, request.POST.get("reason", ""))
        return back
    if do == "pay":
        acting.act(request, "pay", ids)
        return back
    does = DOES.get(do)
    if does is None:
        return HttpResponse(status=400)
    batch, told = does(request, ids)
    counts.forget()
    left = len(batch.refused)
    why = ""
    if left:
        code, facts = acting.first_refusal(batch)
        why = ngettext("%(n)s 单没有：%(why)s", "%(n)s 单没有：%(why)s", left) % {"n": left, "why": leaving.says(code, facts)}
    say.say(request, told if batch.done else why, note=why if batch.done else "", tone="" if batch.done else "warn")
    return back
