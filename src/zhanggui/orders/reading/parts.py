"""An order that is to be taken apart: what of it lies where, the ways to divide it, and the orders it belongs together with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.orders import reaching
from zhanggui.orders.models import Line, Order
from zhanggui.orders.rules import parting
from zhanggui.orders.rules.parting import Owned, Take
from zhanggui.stock import queries as stock
from zhanggui.stock import reaching as houses
from zhanggui.stock.models import Level, Warehouse

WAYS = ("stock", "warehouse", "weight", "value")


@dataclass(frozen=True)
class Divided:
    """A way to take an order apart: pieces by line and part, and where each part is sent from, where that is another house; ``stays_at``
    where the order itself is."""

    takes: Sequence[Take] = ()
    send_from: Mapping[int, int] | None = None
    stays_at: int | None = None

    @property
    def parts(self) -> int:
        return max((take.part for take in self.takes), default=0)


@dataclass(frozen=True)
class Goods:
    """An order's lines, what of their goods is free in which house for it, and the houses by name."""

    lines: Sequence[Line]
    free: Mapping[int, Mapping[int, int]]
    houses: Mapping[int, str]
    home: int

    @property
    def owned(self) -> list[Owned]:
        return [
            Owned(line.pk, line.sku_id, line.quantity, line.total_minor, line.sku.weight_g if line.sku else 0)
            for line in self.lines
            if line.sku_id is not None
        ]

    def at_home(self) -> Mapping[int, int]:
        return self.free.get(self.home, {})

    def divided(self, way: str, most: int = 0) -> Divided:
        """``way`` of WAYS; ``most`` in grams or minor units."""
        if way == "stock":
            return Divided(parting.by_stock(self.owned, self.at_home()))
        if way == "warehouse":
            stays, apart = parting.by_warehouse(self.owned, self.free, self.home)
            takes = [take for each in apart.values() for take in each]
            return Divided(takes, {each[0].part: house for house, each in apart.items()}, stays if stays != self.home else None)
        if way in ("weight", "value") and most > 0:
            return Divided(parting.by_weight(self.owned, most) if way == "weight" else parting.by_value(self.owned, most))
        return Divided()

    def short(self) -> list[tuple[Line, int]]:
        """The lines its own house cannot fill whole, and what of each is there; first lines first."""
        left, found = dict(self.at_home()), []
        for line in self.lines:
            if line.sku_id is None:
                continue
            there = min(line.quantity, max(left.get(line.sku_id, 0), 0))
            left[line.sku_id] = left.get(line.sku_id, 0) - there
            if there < line.quantity:
                found.append((line, there))
        return found

    def could_send(self) -> list[tuple[int, str]]:
        """The other houses that have all of it."""
        wanted: dict[int, int] = {}
        for line in self.owned:
            wanted[line.sku_id] = wanted.get(line.sku_id, 0) + line.pieces
        whole = len(self.owned) == len(self.lines)
        return [
            (house, self.houses[house])
            for house, free in sorted(self.free.items())
            if whole and house != self.home and all(free.get(sku, 0) >= many for sku, many in wanted.items())
        ]


def goods(order: Order, *, reach: Reach = EVERYWHERE) -> Goods:
    """Four statements. What is promised to the order itself counts as free for it."""
    lines = list(Line.objects.filter(order=order.pk).select_related("sku").order_by("position", "pk"))
    skus = {line.sku_id for line in lines if line.sku_id}
    free: dict[int, dict[int, int]] = {}
    for level in Level.objects.filter(houses.of(reach), sku__in=skus):
        free.setdefault(level.warehouse_id, {})[level.sku_id] = max(level.on_hand - level.claimed - level.safety, 0)
    names = dict(Warehouse.objects.filter(houses.warehouse_rows(reach)).values_list("pk", "name"))
    approved = order.stage == "approved"
    home = (order.warehouse_id if approved else order.chosen_warehouse_id) or stock.default_warehouse(reach=reach).pk
    if approved:
        for line in lines:
            if line.sku_id:
                here = free.setdefault(home, {})
                here[line.sku_id] = here.get(line.sku_id, 0) + line.quantity
    return Goods(lines, free, names, home)


def family(order: Order, *, reach: Reach = EVERYWHERE) -> list[Order]:
    """The other orders of the same platform order, the whole first; those that went back are none. One statement."""
    root = order.split_from_id or order.pk
    rows = Order.objects.filter(reaching.of(reach)).filter(Q(pk=root) | Q(split_from=root)).exclude(pk=order.pk)
    return list(rows.exclude(split_from=root, pieces=0).defer("fingerprint").order_by("part"))
