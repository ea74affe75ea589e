"""Taking an order apart: by line and piece, or as stock, warehouses, weight or value divide it; and putting parts back."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhanggui.kernel.money import exponent
from zhanggui.orders import bundles, states
from zhanggui.orders.commands import splitting
from zhanggui.orders.joining_refusals import TooFarToJoin
from zhanggui.orders.models import Line, Order
from zhanggui.orders.reading import parts as reading
from zhanggui.orders.reading import rights
from zhanggui.orders.rules.parting import Take
from zhanggui.web.frame import counts, say
from zhanggui.web.frame.request import Request
from zhanggui.web.orders import one, results

# So many new orders on one page; an order with more parts is split again.
MOST = 6


@dataclass(frozen=True)
class Row:
    """A line with how many of it go into each part, as it is filled in."""

    line: Line
    free: int
    taken: list[tuple[int, int]]


@require_http_methods(["GET", "POST"])
def split(request: Request, order_id: int) -> HttpResponse:
    """The lines with a box for each new order; a way to divide fills the boxes and changes nothing."""
    request.actor.require("order.merge")
    order = one.found(request, order_id).order
    if order.stage not in bundles.OPEN:
        raise TooFarToJoin(number=order.number, stage=states.WORD[order.stage])
    if request.method == "POST":
        return _split(request, order)
    return _page(request, order)


def _page(request: Request, order: Order) -> HttpResponse:
    goods = reading.goods(order, reach=request.actor.reach)
    way = request.GET.get("way", "")
    divided = goods.divided(way, _most(request, way, order.currency))
    many = min(max(divided.parts, _whole(request.GET.get("parts", "")), 1), MOST)
    taken = {(take.line_id, take.part): take.pieces for take in divided.takes}
    free = dict(goods.at_home())
    rows = [
        Row(line, free.get(line.sku_id or 0, 0), [(part, taken.get((line.pk, part), 0)) for part in range(1, many + 1)]) for line in goods.lines
    ]
    homes = [(part, (divided.send_from or {}).get(part)) for part in range(1, many + 1)]
    facts: dict[str, Any] = {
        "order": order,
        "rows": rows,
        "homes": homes,
        "houses": sorted(goods.houses.items()),
        "home_name": goods.houses.get(divided.stays_at or goods.home, ""),
        "stays_at": divided.stays_at,
        "way": way,
        "nothing": bool(way) and not divided.takes,
        "too_many": divided.parts > MOST,
        "more": many + 1 if many < MOST else 0,
        "most": request.GET.get("most", ""),
        "prices": rights.sees_prices(request.actor),
    }
    return render(request, "orders/split.html", facts)


def _split(request: Request, order: Order) -> HttpResponse:
    takes, homes = [], []
    for name, value in request.POST.items():
        kind, _dash, rest = name.partition("-")
        if kind == "take" and (pieces := _whole(str(value))):
            line_id, _dash, part = rest.partition("-")
            takes.append(Take(_whole(line_id), pieces, _whole(part) or 1))
        elif kind == "home" and (house := _whole(str(value))):
            homes.append((_whole(rest), house))
    used = {take.part for take in takes}
    made = splitting.split(
        takes, seen=_whole(request.POST.get("seen", "")) or None, send_from=[each for each in homes if each[0] in used],
        by=request.actor, at=request.at,
    )  # fmt: skip
    counts.forget()
    numbers = _("、").join(Order.objects.filter(pk__in=made.order_ids).order_by("part").values_list("number", flat=True))
    say.say(request, _("拆出 %s") % numbers, undo=results.undoing(request, "rejoin", made.order_ids))
    return HttpResponseRedirect(reverse("orders:detail", args=[order.pk]))


def _most(request: Request, way: str, currency: str) -> int:
    """How heavy or dear a part may be: kilograms or whole units on the page."""
    try:
        said = float(request.GET.get("most", "") or 0)
    except ValueError:
        return 0
    if not 0 < said < 10**7:
        return 0
    return int(said * 1000) if way == "weight" else int(said * 10 ** exponent(currency))


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0
