"""The road: where every parcel is, which stand still, and the way of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from zhanggui.carriers import queries as carriers
from zhanggui.carriers.port import Status
from zhanggui.kernel.errors import NotFound
from zhanggui.tracking import queries
from zhanggui.tracking.commands import asking
from zhanggui.tracking.models import Trail
from zhanggui.tracking.rules import pace
from zhanggui.web.frame import counts, lists, words
from zhanggui.web.frame.lists import Column, Tab
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.goods import workbook
from zhanggui.web.goods.forms import SearchForm
from zhanggui.web.goods.views import TooMany

Text = str | Promise
STUCK, LATE, ALL = "stuck", "late", "all"
MOST_STUCK = 100
TONES = {
    Status.ANNOUNCED: "quiet",
    Status.PICKED_UP: "going",
    Status.IN_TRANSIT: "going",
    Status.OUT_FOR_DELIVERY: "info",
    Status.DELIVERED: "good",
    Status.FAILED_ATTEMPT: "warn",
    Status.REFUSED: "bad",
    Status.RETURNED: "bad",
    Status.LOST: "bad",
}
WHY: dict[str, Text] = {
    "not-collected": gettext_lazy("交出去 48 小时了，快递还没揽收"),
    "not-moving": gettext_lazy("48 小时没有新动静"),
    Status.FAILED_ATTEMPT: gettext_lazy("派送没成功，联系买家再约"),
    Status.REFUSED: gettext_lazy("买家拒收，正在退回"),
    Status.RETURNED: gettext_lazy("退回来了，收货验货"),
    Status.LOST: gettext_lazy("快递说丢了，找快递理赔，给买家补发"),
}
COLUMNS = (
    Column("waybill", gettext_lazy("运单"), "w-200", fixed=True),
    Column("order", gettext_lazy("订单与收件人"), "w-164", wide=True),
    Column("status", gettext_lazy("走到哪"), "", fixed=True),
    Column("last", gettext_lazy("最后动静"), "w-120", wide=True),
    Column("since", gettext_lazy("交出"), "w-112", wide=True),
    Column("eta", gettext_lazy("预计到"), "w-112", wide=True),
)


@dataclass(frozen=True)
class Row:
    """A parcel on its way, and why somebody should look at it, if so."""

    trail: Trail
    why: Text
    late: bool

    @property
    def tone(self) -> str:
        return TONES[Status(self.trail.status)]

    @property
    def word(self) -> str:
        return _(queries.WORD[Status(self.trail.status)])


def _row(trail: Trail, why: str, at: datetime) -> Row:
    over = trail.delivered_at is None and trail.status != Status.RETURNED
    return Row(trail, WHY.get(why, ""), over and trail.expected_at is not None and trail.expected_at < at)


@require_GET
def board(request: Request) -> HttpResponse:
    """Parcels by where they are; those that need a hand first."""
    return lists.astray(request, (STUCK, LATE, ALL, *(status.value for status in Status))) or _page(request)


def _page(request: Request, *, status: int = 200, **more: Any) -> HttpResponse:
    request.actor.require("tracking.view")
    at = request.at
    form = SearchForm(request.GET)
    search = form.cleaned_data["q"].strip() if form.is_valid() else ""
    carrier = request.GET.get("carrier", "")
    carrier_id = int(carrier) if carrier.isdigit() else None
    reach = request.actor.reach
    many = queries.board(reach=reach)
    stuck = queries.stuck(at - pace.STILL, reach=reach, limit=MOST_STUCK + 1)
    tab = request.GET.get("tab", "") or (STUCK if stuck and not search else ALL)
    before = request.GET.get("before", "")
    if tab == STUCK and not search:
        rows = [_row(one.trail, one.why, at) for one in stuck[:MOST_STUCK] if carrier_id in (None, one.trail.carrier_id)]
        more_from = None
    else:
        filters = queries.Filters(
            status=tab if tab in many else "",
            carrier_id=carrier_id,
            search=search,
            late=at if tab == LATE else None,
            before_id=int(before) if before.isdigit() else None,
            reach=reach,
        )
        trails = queries.rows(filters)
        why = {one.trail.pk: one.why for one in stuck}
        rows = [_row(trail, why.get(trail.pk, ""), at) for trail in trails]
        more_from = trails[-1].pk if len(trails) == queries.PAGE else None
    exports = [(_("导出这个列表"), reverse("tracking:export"))] if request.actor.granted("export.masked") else []
    in_use = carriers.enabled()
    facts = {
        "rows": rows,
        "more": more_from,
        "search": search,
        "tab": tab,
        "total": sum(many.values()),
        "carriers": in_use,
        "carrier": next((one for one in in_use if one.pk == carrier_id), None),
        "listing": lists.listing(request, "tracking", tabs=_tabs(many, len(stuck)), tab=tab, columns=COLUMNS, exports=exports),
        **more,
    }
    return render(request, "tracking/board.html", facts, status=status)


def _tabs(many: dict[str, int], stuck: int) -> Sequence[Tab]:
    tabs = [Tab(STUCK, _("要处理"), stuck, tone="warn"), Tab(ALL, _("全部"), sum(many.values()))]
    for status in Status:
        trouble = status in queries.TROUBLE
        if many[status] or not trouble:
            tabs.append(Tab(status.value, _(queries.WORD[status]), many[status], tone="bad" if trouble else "", wide=trouble))
    tabs.append(Tab(LATE, _("超过预计"), None))
    return tabs


@require_GET
def trail(request: Request, parcel_id: int) -> HttpResponse:
    """The way of one parcel, newest scan first."""
    request.actor.require("tracking.view")
    reach = request.actor.reach
    found = queries.trail(parcel_id, reach=reach)
    if found is None:
        raise NotFound(what=_("这个包裹的物流"))
    at = request.at
    stuck = queries.why(found, at - pace.STILL)
    courier = carriers.courier_of(found.carrier)
    card = {
        "trail": found,
        "row": _row(found, stuck, at),
        "stops": [(stop, TONES[Status(stop.status)]) for stop in found.stops.all()],
        "asks": courier is not None and "track" in courier.can and found.next_check_at is not None,
        "by_hand": courier is None or "track" not in courier.can,
        "told": _told(found),
    }
    if request.htmx and request.htmx.target == "drawer":
        return render(request, "tracking/drawer.html", {"card": card})
    return _page(request, card=card)


def _told(found: Trail) -> str:
    """What one sends a buyer who asks: no name, no phone, no address."""
    where = _(queries.WORD[Status(found.status)])
    parts = [f"{found.carrier.name} {found.waybill}", where]
    if found.last_at:
        parts.append(f"{words.exact(found.last_at)[:16]} {found.last_text}")
    if found.expected_at and found.delivered_at is None:
        parts.append(_("预计 %s 到") % words.exact(found.expected_at)[:10])
    return _("，").join(parts)


@require_POST
def refresh(request: Request, parcel_id: int) -> HttpResponse:
    """Ask the carrier now."""
    asked = asking.ask_now([parcel_id], by=request.actor, at=request.at)
    counts.forget()
    if asked:
        found = queries.trail(parcel_id, reach=request.actor.reach)
        heard = found is not None and found.checked_at is not None and found.checked_at >= request.at
        if heard:
            say(request, _("问过快递了，这是最新的"))
        else:
            say(request, _("快递没有回话"), tone="warn", note=_("过一会儿会自己再问。"))
    else:
        say(request, _("刚问过，或不用再问了"), tone="info")
    return redirect("tracking:trail", parcel_id)


@require_GET
def export(request: Request) -> HttpResponse:
    """The list as it is asked for."""
    actor = request.actor
    actor.require("tracking.view")
    actor.require("export.masked")
    tab, carrier = request.GET.get("tab", ""), request.GET.get("carrier", "")
    limit = actor.most("export.masked") or 100_000
    carrier_id = int(carrier) if carrier.isdigit() else None
    if tab == STUCK:
        stuck = queries.stuck(request.at - pace.STILL, reach=actor.reach, limit=limit + 1)
        found = [one.trail for one in stuck if carrier_id in (None, one.trail.carrier_id)]
    else:
        late = request.at if tab == LATE else None
        status = tab if tab in set(Status) else ""
        words_asked = request.GET.get("q", "").strip()
        found = queries.rows(queries.Filters(status, carrier_id, words_asked, late, limit=limit + 1, reach=actor.reach))
    if len(found) > limit:
        raise TooMany(rows=ngettext("%(n)d+", "%(n)d+", limit) % {"n": limit}, most=limit)
    columns = [
        (word, workbook.TEXT)
        for word in (_("运单"), _("快递"), _("订单"), _("走到哪"), _("最后动静"), _("时间"), _("交出"), _("预计到"))
    ]
    cells = [
        [
            one.waybill,
            one.carrier.name,
            one.parcel.order.number,
            _(queries.WORD[Status(one.status)]),
            one.last_text,
            *(words.exact(moment)[:16] if moment else "" for moment in (one.last_at, one.since, one.expected_at)),
        ]
        for one in found
    ]
    return workbook.workbook(_("物流"), columns, cells, _("物流"))
