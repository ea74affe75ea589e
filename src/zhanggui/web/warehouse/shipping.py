"""Hand-over: packed boxes by carrier, their numbers and labels, and the moment they leave."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from zhanggui.carriers.models import Carrier
from zhanggui.fulfilment import queries, reaching, states
from zhanggui.fulfilment.commands import packing, parcels
from zhanggui.fulfilment.models import Parcel, Waybill
from zhanggui.journal import reaches
from zhanggui.journal.book import Batch
from zhanggui.kernel import clock, paging
from zhanggui.kernel.actor import Reach
from zhanggui.kernel.errors import NotFound
from zhanggui.web.frame import counts, lists
from zhanggui.web.frame.addresses import address
from zhanggui.web.frame.lists import Column, Tab
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.warehouse import heard, leaving, outcomes
from zhanggui.web.warehouse.waves import said_no

TODAY = "today"
NOBODY = "none"
COLUMNS = (
    Column("parcel", gettext_lazy("包裹"), "w-164", fixed=True),
    Column("to", gettext_lazy("寄到"), "", fixed=True),
    Column("pieces", gettext_lazy("件数"), "w-64", wide=True, num=True),
    Column("weight", gettext_lazy("重量"), "w-80", wide=True, num=True),
    Column("waybill", gettext_lazy("运单"), "w-240", fixed=True),
    Column("packed", gettext_lazy("封箱"), "w-120", wide=True),
)


@require_GET
def index(request: Request) -> HttpResponse:
    """Packed boxes, by carrier; and what left today."""
    actor = request.actor
    actor.require("parcel.ship")
    asked = request.GET.get("carrier", "")
    doors = queries.ready_to_ship(reach=request.actor.reach)
    all_packed = sum(door.ready + door.unlabelled + door.held for door in doors)
    today = _left_today(request)
    keys = {str(door.carrier_id or NOBODY) for door in doors} | {TODAY}
    asked = asked if asked in keys else ""
    here = [door for door in doors if not asked or str(door.carrier_id or NOBODY) == asked]
    ready_ids = [id_ for door in here for id_ in door.ready_ids]
    tabs = [Tab("", _("全部"), all_packed, href=reverse("warehouse:shipping"))]
    tabs += [
        Tab(
            str(door.carrier_id or NOBODY),
            door.carrier or _("没有快递"),
            door.ready + door.unlabelled + door.held,
            tone="" if door.carrier_id else "warn",
            href=address("warehouse:shipping", carrier=str(door.carrier_id or NOBODY)),
        )
        for door in doors
    ]
    tabs.append(Tab(TODAY, _("今天交出去的"), lists.count_up_to(today), href=address("warehouse:shipping", carrier=TODAY)))
    rows: QuerySet[Parcel] = today if asked == TODAY else _packed(asked, actor.reach)
    by = "-shipped_at" if asked == TODAY else "id"
    found = paging.page(
        rows.select_related("order__recipient", "order__shop", "carrier", "wave", "warehouse"),
        by,
        cursor=request.GET.get("cursor", ""),
    )
    numbers = _numbers(found.rows)
    facts = {
        "page": found,
        "numbers": numbers,
        "said_no": said_no([row for row in found.rows if row.pk not in numbers]),
        "tab": asked,
        "leaving": asked != TODAY,
        "ready": len(ready_ids),
        "shown": ",".join(map(str, ready_ids)),
        "unprinted": len(leaving.never_printed() & set(ready_ids)),
        "unlabelled": sum(door.unlabelled for door in here),
        "held": sum(door.held for door in here),
        "outcome": outcomes.take(request),
        "may_label": actor.can("waybill.get"),
        "may_void": actor.can("waybill.void"),
        "listing": lists.listing(request, "shipping", tabs=tabs, tab=asked, columns=COLUMNS),
    }
    return render(request, "warehouse/shipping.html", facts)


def _packed(asked: str, reach: Reach) -> QuerySet[Parcel]:
    rows = Parcel.objects.filter(reaching.of(reach), stage=states.PACKED)
    if asked == NOBODY:
        return rows.filter(carrier=None)
    return rows.filter(carrier_id=int(asked)) if asked else rows


def _left_today(request: Request) -> QuerySet[Parcel]:
    start, end = clock.day_bounds(clock.day_of(request.at))
    return Parcel.objects.filter(reaching.of(request.actor.reach), stage=states.SHIPPED, shipped_at__gte=start, shipped_at__lt=end)


def _numbers(rows: list[Parcel]) -> dict[int, Any]:
    """Parcel → its live number. One statement."""
    found = queries.with_waybills(Parcel.objects.filter(pk__in=[row.pk for row in rows]).only("pk"))
    return {row.pk: row.live[0] for row in found if row.live}  # type: ignore[attr-defined]


@require_POST
def act(request: Request) -> HttpResponse:
    """Hand over, get numbers for, or open again what was chosen; or hand over the whole pile that was shown."""
    actor, at = request.actor, request.at
    # A pile goes as it was shown: a box sealed since then waits for the next hand-over.
    verb, chosen = request.POST.get("verb", ""), "shown" if request.POST.get("verb") == "ship_all" else "ids"
    ids, back = outcomes.ids_of(request.POST.getlist(chosen)), _back(request)
    reaches.within(actor.reach, "parcel", ids)
    if verb in ("ship", "ship_all"):
        actor.require("parcel.ship")
        going = leaving.of(ids, reach=actor.reach)
        if going.must_ask and request.POST.get("sure") != "1":
            return _ask(request, going)
        _say_shipped(request, parcels.ship(ids, by=actor, at=at))
    elif verb == "number":
        return HttpResponseRedirect(reverse("warehouse:labels") + "?" + "&".join(f"ids={id_}" for id_ in ids))
    elif verb == "reopen":
        batch = packing.reopen(ids, by=actor, at=at)
        text = ngettext("%(n)d 个包裹重新打开了", "%(n)d 个包裹重新打开了", len(batch.done)) % {"n": len(batch.done)}
        say(request, text, note=_("在打包台接着装"))
        outcomes.keep(request, _("没有打开"), batch)
    elif verb == "void":
        batch = parcels.give_up(ids, by=actor, at=at)
        if batch.done:
            text = ngettext("作废了 %(n)d 个单号", "作废了 %(n)d 个单号", len(batch.done)) % {"n": len(batch.done)}
            say(request, text, note=_("印出来的面单记得撕掉"))
        outcomes.keep(request, _("没有作废"), batch)
    else:
        raise NotFound(what=verb)
    counts.forget()
    return HttpResponseRedirect(back)


def _ask(request: Request, going: leaving.Leaving) -> HttpResponse:
    """What has left cannot be called back: say what would happen, once, before it does."""
    facts = {
        "going": going,
        "all": ",".join(map(str, going.going)),
        "labelled": ",".join(map(str, going.labelled)),
        "bare": ",".join(map(str, going.bare)),
        "carrier": request.POST.get("carrier", ""),
        "back": _back(request),
        "may_print": request.actor.can("waybill.get"),
    }
    return render(request, "warehouse/shipping_ask.html", facts)


def _say_shipped(request: Request, batch: Batch) -> None:
    n = len(batch.done)
    if n:
        text = ngettext("交出去 %(n)d 个包裹", "交出去 %(n)d 个包裹", n) % {"n": n}
        say(request, text, note=_("订单已发货，物流从现在开始跟"))
    says = ngettext("%(n)d 个没有交出去", "%(n)d 个没有交出去", len(batch.refused)) % {"n": len(batch.refused)}
    outcomes.keep(request, says, batch)


def _back(request: Request) -> str:
    carrier = request.POST.get("carrier", "")
    return address("warehouse:shipping", carrier=carrier) if carrier else reverse("warehouse:shipping")


@require_GET
def parcel(request: Request, parcel_id: int) -> HttpResponse:
    """Where a parcel is worked on now."""
    request.actor.require("warehouse.work")
    found = get_object_or_404(
        Parcel.objects.filter(reaching.of(request.actor.reach)).only("stage", "order_id", "wave_id"), pk=parcel_id
    )
    if found.stage in (states.WAITING, states.PACKING):
        return redirect("warehouse:wave", found.wave_id)
    if found.stage == states.SHIPPED:
        return redirect(address("tracking:trail", parcel_id) or reverse("warehouse:shipping"))
    return redirect("warehouse:shipping")


@require_GET
def door(request: Request) -> HttpResponse:
    """Scan-out: each beep hands one box over."""
    request.actor.require("parcel.ship")
    return _door(request, whole=True)


def _door(request: Request, *, answer: str = "", whole: bool = False, **more: Any) -> HttpResponse:
    asked = request.GET.get("carrier", "") or request.POST.get("carrier", "")
    carrier = Carrier.objects.filter(pk=int(asked)).first() if asked.isdigit() else None
    doors = queries.ready_to_ship(reach=request.actor.reach)
    today = _left_today(request)
    mine = [one for one in doors if carrier is None or one.carrier_id == carrier.pk]
    facts = {
        "carrier": carrier,
        "doors": doors,
        # One carrier alone is no choice.
        "choice": carrier is not None or len([one for one in doors if one.carrier_id]) > 1,
        "waiting": sum(one.ready for one in mine),
        "gone": lists.count_up_to(today if carrier is None else today.filter(carrier=carrier)),
        "latest": list(today.select_related("carrier", "order").order_by("-shipped_at", "-id")[:8]),
        "answer": answer,
        **more,
    }
    made = render(request, "warehouse/door.html" if whole or not request.htmx else "warehouse/door_body.html", facts)
    if answer:
        made["X-Station"] = answer
    return made


@require_POST
def door_scan(request: Request) -> HttpResponse:
    """One box leaves, if it may; one of another carrier, or not ready, is said in red."""
    actor, at = request.actor, request.at
    actor.require("parcel.ship")
    code, uid = request.POST.get("code", "").strip(), request.POST.get("uid", "")
    known = heard.before("door", uid)
    if known is not None:
        return _door(request, answer=known)
    parcel_id = queries.find_parcel(code, reach=actor.reach)
    found = Parcel.objects.select_related("carrier", "order__recipient").filter(pk=parcel_id).first() if parcel_id else None
    asked = request.GET.get("carrier", "")
    if found is None:
        return _door(request, answer="wrong", shout=_("认不出"), word=code[:40], say=_("不是我们的包裹号或运单号"))
    if asked.isdigit() and found.carrier_id != int(asked):
        name = found.carrier.name if found.carrier else _("没有快递")
        return _door(
            request, answer="wrong", shout=_("不是这一家的"), word=name, say=_("拿出来，放进 %s 的筐") % name, parcel=found
        )
    if not _read_off_the_label(found, code) and leaving.never_printed([found.pk]):
        return _door(
            request,
            answer="wrong",
            shout=_("先别交"),
            word=_("面单还没印过"),
            say=_("印好贴上，扫面单上的条码再交"),
            parcel=found,
        )
    batch = parcels.ship([found.pk], by=actor, at=at)
    if batch.refused:
        refusal = outcomes.sentence(batch.refused[found.pk])
        return _door(request, answer="wrong", shout=_("先别交"), word=refusal.sentence, say=refusal.advice, parcel=found)
    heard.keep("door", uid, "right")
    counts.forget()
    return _door(request, answer="right", parcel=found)


def _read_off_the_label(parcel: Parcel, code: str) -> bool:
    """A waybill's own number was scanned: wherever its label was printed, it is on the box."""
    return Waybill.objects.filter(parcel=parcel, state=Waybill.State.ISSUED, number=code.upper()).exists()
