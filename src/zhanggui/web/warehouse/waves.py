"""Waves: which orders are worth walking for together, and how far each walk is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from zhanggui.carriers.port import Doubt
from zhanggui.fulfilment import queries, reaching, states
from zhanggui.fulfilment.commands import parcels, picks, waves
from zhanggui.fulfilment.models import Parcel, Wave, Waybill
from zhanggui.journal import queries as journal
from zhanggui.journal import reaches
from zhanggui.journal.book import together
from zhanggui.kernel.actor import Reach
from zhanggui.kernel.errors import NotFound
from zhanggui.stock import queries as stock
from zhanggui.stock.models import Bin
from zhanggui.web.frame import counts, lists
from zhanggui.web.frame.lists import Tab
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.warehouse import outcomes

SIZES = (20, 50, 100, 200)
LIVE = (states.WAITING, states.PACKING, states.PACKED)
GOING = (states.OPEN, states.PICKING, states.PICKED)
TABS: Sequence[tuple[str, str | Promise, tuple[str, ...]]] = (
    ("", gettext_lazy("进行中"), GOING),
    (states.OPEN, gettext_lazy("待下发"), (states.OPEN,)),
    (states.PICKING, gettext_lazy("拣货中"), (states.PICKING,)),
    (states.PICKED, gettext_lazy("已拣齐"), (states.PICKED,)),
    (states.DONE, gettext_lazy("已完成"), (states.DONE,)),
    (states.CANCELLED, gettext_lazy("已取消"), (states.CANCELLED,)),
)
KINDS = {
    "all": gettext_lazy("最急的先走"),
    "hot": gettext_lazy("同一样货"),
    "single": gettext_lazy("一单一件"),
    "mixed": gettext_lazy("一单几样"),
    "carrier": gettext_lazy("同一家快递"),
}
NO_NUMBER = {
    Doubt.NOT_SENT: gettext_lazy("连不上快递，过几分钟再取"),
    "recipient-closed": gettext_lazy("收件人没有明文，用平台的面单"),
    "number-used": gettext_lazy("快递给了用过的号，再取一次"),
}
WHY = {
    "all": gettext_lazy("按发货时限排，最早的在前"),
    "hot": gettext_lazy("一站取完，打包不用挑"),
    "single": gettext_lazy("取下来就能贴单"),
    "mixed": gettext_lazy("要按格子分，单独走一波不乱"),
    "carrier": gettext_lazy("赶这家的交接车"),
}


@dataclass(frozen=True)
class Offer:
    """A wave that could be made now: of ``orders`` that fit, ``takes`` go into it."""

    kind: str
    key: str
    word: str | Promise
    why: str | Promise
    what: str
    orders: int
    pieces: int
    takes: int
    saved: int


def offers(warehouse_id: int, size: int, reach: Reach) -> list[Offer]:
    found = []
    for one in queries.suggest(warehouse_id, reach=reach):
        takes = min(one.orders, size)
        found.append(
            Offer(one.kind, one.what, KINDS[one.kind], WHY[one.kind], one.what, one.orders, one.pieces, takes, one.stops_saved)
        )
    return found


@require_GET
def board(request: Request) -> HttpResponse:
    """What is worth a wave, and every wave with how far it is."""
    request.actor.require("warehouse.work")
    reach = request.actor.reach
    places = stock.warehouses(reach=reach)
    if not places:
        return render(request, "warehouse/waves.html", {"may_build": request.actor.can("settings")})
    asked = request.GET.get("warehouse", "")
    here = next((one for one in places if str(one.pk) == asked), places[0])
    size = int(request.GET["size"]) if request.GET.get("size", "") in map(str, SIZES) else waves.WAVE_SIZE
    if elsewhere := lists.astray(request, [key for key, _word, _stages in TABS]):
        return elsewhere
    tab = request.GET.get("tab", "")
    stages = next((found for key, _word, found in TABS if key == tab), GOING)
    before = request.GET.get("before", "")
    before_id = int(before) if before.isdigit() else None
    rows = queries.wave_board(warehouse_id=here.pk, stages=stages, before_id=before_id, reach=reach)
    many = dict(Wave.objects.filter(reaching.waves(reach), warehouse=here).values_list("stage").annotate(n=Count("id")))
    tabs = [Tab(key, word, sum(many.get(stage, 0) for stage in found)) for key, word, found in TABS]
    facts = {
        "rows": rows,
        "more": rows[-1].wave_id if len(rows) == queries.PAGE else None,
        "offers": offers(here.pk, size, reach) if stages == GOING else [],
        "tab": tab,
        "here": here,
        "places": places,
        "size": size,
        "sizes": SIZES,
        "outcome": outcomes.take(request),
        "listing": lists.listing(request, "waves", tabs=tabs, tab=tab),
    }
    return render(request, "warehouse/waves.html", facts)


@require_POST
def plan(request: Request) -> HttpResponse:
    """Make the wave that was offered and send it to the pickers at once."""
    actor, at = request.actor, request.at
    actor.require("warehouse.work")
    asked, size = request.POST.get("warehouse", ""), request.POST.get("size", "")
    warehouse_id = int(asked) if asked.isdigit() else stock.default_warehouse(reach=actor.reach).pk
    reaches.within(actor.reach, "warehouse", warehouse_id)
    limit = int(size) if size in map(str, SIZES) else waves.WAVE_SIZE
    kind, key = request.POST.get("kind", "all"), request.POST.get("key", "")
    found = next((one for one in queries.suggest(warehouse_id, reach=actor.reach) if (one.kind, one.what) == (kind, key)), None)
    # What was offered is gone meanwhile: the verb says so itself.
    order_ids = list(found.order_ids[:limit]) if found else []

    def planned() -> waves.Planned:
        made = waves.plan(order_ids, warehouse_id=warehouse_id, by=actor, at=at)
        waves.release([made.wave_id], by=actor, at=at)
        return made

    made = together(planned)
    counts.forget()
    _say_made(request, made.wave_id, made.number)
    return redirect("warehouse:wave", made.wave_id)


def _say_made(request: Request, wave_id: int, number: str) -> None:
    rows = Parcel.objects.filter(wave_id=wave_id)
    sums = rows.aggregate(live=Count("id", filter=~Q(stage=states.VOIDED)), gone=Count("id", filter=Q(stage=states.VOIDED)))
    text = ngettext("波次 %(number)s 下好了，%(n)d 单", "波次 %(number)s 下好了，%(n)d 单", sums["live"])
    gone = ngettext("%(n)d 单货架上不够，退回审单", "%(n)d 单货架上不够，退回审单", sums["gone"]) % {"n": sums["gone"]}
    say(request, text % {"number": number, "n": sums["live"]}, note=gone if sums["gone"] else "")


@require_GET
def detail(request: Request, wave_id: int) -> HttpResponse:
    """One wave: its parcels, its walk, what came short. At most nine statements."""
    request.actor.require("warehouse.work")
    wave = queries.wave_detail(wave_id, reach=request.actor.reach)
    boxes = [parcel for parcel in wave.parcels.all() if parcel.stage != states.VOIDED]
    stops = [stop for stop in wave.picks.all() if stop.pieces]
    open_stops = [stop for stop in stops if stop.done_at is None]
    told = journal.timeline("wave", wave_id)
    bare = [box for box in boxes if not box.live and box.stage in LIVE]  # type: ignore[attr-defined]
    fresh = [box for box in boxes if box.live and box.live[0].state == Waybill.State.ISSUED and not box.live[0].prints]  # type: ignore[attr-defined]
    labelled = [box for box in boxes if box.live and box.live[0].state == Waybill.State.ISSUED]  # type: ignore[attr-defined]
    row = next(iter(queries.wave_board(before_id=wave_id + 1, limit=1)), None)
    facts: dict[str, Any] = {
        "wave": wave,
        "boxes": boxes,
        "stops": stops,
        "said_no": said_no(bare),
        "left_out": [parcel for parcel in wave.parcels.all() if parcel.stage == states.VOIDED],
        "open_stops": open_stops,
        "stops_done": len(stops) - len(open_stops),
        "packed": sum(1 for box in boxes if box.stage in (states.PACKED, states.SHIPPED)),
        "shipped": sum(1 for box in boxes if box.stage == states.SHIPPED),
        "bare": bare,
        "doubtful": [box for box in boxes if box.live and box.live[0].state != Waybill.State.ISSUED],  # type: ignore[attr-defined]
        "fresh": fresh,
        "labelled": labelled,
        "leftover": row.leftover if row else 0,
        "shorts": shorts(told, {stop.sku_id: stop.sku.code for stop in wave.picks.all()}),
        "tab": request.GET.get("tab", ""),
        "outcome": outcomes.take(request),
        "may_label": request.actor.can("waybill.get"),
        "may_reprint": request.actor.can("waybill.void"),
    }
    return render(request, "warehouse/wave.html", facts)


def said_no(boxes: Sequence[Parcel]) -> dict[int, str]:
    """Parcel → why there was no number the last time one was asked for. No statement for none."""
    if not boxes:
        return {}
    rows = Waybill.objects.filter(parcel__in=[box.pk for box in boxes], state=Waybill.State.FAILED).order_by("id")
    return {row.parcel_id: str(NO_NUMBER.get(row.error_code, "")) or row.error or row.error_code for row in rows}


@dataclass(frozen=True)
class CameShort:
    """A bin that had fewer pieces than the books say."""

    at: datetime
    who: str
    bin: str
    sku_id: int
    sku: str
    asked: int
    found: int


def shorts(told: Sequence[journal.Line], skus: Mapping[int, str]) -> list[CameShort]:
    """What a wave's pickers did not find. One statement where there is any."""
    lines = [line for line in told if line.name == "ShelfCameShort"]
    codes = dict(Bin.objects.filter(pk__in={line.facts["bin_id"] for line in lines}).values_list("id", "code")) if lines else {}
    return [
        CameShort(
            line.at,
            line.actor,
            codes.get(line.facts["bin_id"], ""),
            int(line.facts["sku_id"]),
            skus.get(line.facts["sku_id"], ""),
            int(line.facts["asked"]),
            int(line.facts["found"]),
        )
        for line in lines
    ]


@require_POST
def act(request: Request, wave_id: int, verb: str) -> HttpResponse:
    """Release, confirm all stops (paper), carry back what nobody wants, cancel."""
    actor, at = request.actor, request.at
    back = reverse("warehouse:wave", args=[wave_id])
    if verb == "release":
        batch = waves.release([wave_id], by=actor, at=at)
        if batch.done:
            say(request, _("下发了，可以去拣"))
        outcomes.keep(request, _("没有下发"), batch, kind="wave")
    elif verb == "picked":
        batch = picks.confirm_waves([wave_id], by=actor, at=at)
        if batch.done:
            say(
                request,
                ngettext("%(n)d 处记为拣好", "%(n)d 处记为拣好", len(batch.done)) % {"n": len(batch.done)},
                note=_("可以打包了"),
            )
    elif verb == "put_back":
        pieces = picks.put_back([wave_id], by=actor, at=at)
        say(request, ngettext("%(n)d 件放回了货架", "%(n)d 件放回了货架", pieces) % {"n": pieces})
    elif verb == "cancel":
        batch = waves.cancel([wave_id], by=actor, at=at)
        if batch.done:
            say(request, _("波次取消了"), note=_("订单回到待配货，拣下来的已放回货架"))
            back = reverse("warehouse:waves")
        outcomes.keep(request, _("没有取消"), batch, kind="wave")
    else:
        raise NotFound(what=verb)
    counts.forget()
    return HttpResponseRedirect(back)


@require_GET
def cancelling(request: Request, wave_id: int) -> HttpResponse:
    """What cancelling this wave would do, before it is done."""
    request.actor.require("warehouse.work")
    wave = queries.wave_detail(wave_id, reach=request.actor.reach)
    boxes = [parcel for parcel in wave.parcels.all() if parcel.stage != states.VOIDED]
    live = [box for box in boxes if box.live]  # type: ignore[attr-defined]
    facts = {
        "wave": wave,
        "boxes": boxes,
        "labelled": len(live),
        "printed": len([box for box in live if box.live[0].prints]),  # type: ignore[attr-defined]
        "picked": sum(stop.picked for stop in wave.picks.all()),
        "may": wave.stage in (states.OPEN, states.PICKING),
    }
    return render(request, "warehouse/cancel.html", facts)


@require_GET
def sheet(request: Request, wave_id: int) -> HttpResponse:
    """The walk on paper, A4."""
    paper = parcels.pick_sheet_pdf(wave_id, by=request.actor, at=request.at)
    return pdf(paper, f"pick-{wave_id}")


def pdf(paper: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(paper, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer
