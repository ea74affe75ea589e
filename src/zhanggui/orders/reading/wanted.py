"""What must be bought so that the orders that wait for goods can go: the hand-over to whoever buys."""

from dataclasses import dataclass, field
from datetime import datetime

from zhanggui.kernel import db
from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.orders import reaching
from zhanggui.stock import queries as stock

# So many orders are named beside a SKU; the others are counted.
NAMED = 20


@dataclass
class Wanted:
    """A SKU that orders wait for: ``wanted`` pieces altogether, ``free`` of them are there, ``short`` must be bought."""

    sku_id: int
    code: str
    name: str
    wanted: int = 0
    free: int = 0
    orders: list[tuple[int, str]] = field(default_factory=list)
    many: int = 0
    due: datetime | None = None

    @property
    def short(self) -> int:
        return max(self.wanted - self.free, 0)


def wanted(*, reach: Reach = EVERYWHERE) -> list[Wanted]:
    """The SKUs of which there is too little for the orders held for want of goods, what most orders wait for first. Two statements."""
    theirs, whose = reaching.sql(reach, "o")
    rows = db.fetch(
        "SELECT k.id, k.code, k.name, k.spec, o.id, o.number, o.ship_by, SUM(l.quantity) FROM orders_hold h "
        "JOIN orders_order o ON o.id = h.order_id JOIN orders_line l ON l.order_id = o.id JOIN catalog_sku k ON k.id = l.sku_id "
        f"WHERE h.code = 'out-of-stock' AND h.cleared_at IS NULL AND o.stage = 'pending_review'{theirs} "
        "GROUP BY k.id, k.code, k.name, k.spec, o.id, o.number, o.ship_by ORDER BY o.ship_by, o.id",
        whose,
    )
    found: dict[int, Wanted] = {}
    for sku_id, code, name, spec, order_id, number, due, pieces in rows:
        one = found.setdefault(sku_id, Wanted(sku_id, code, f"{name} {spec}".strip(), due=db.moment(due) if due else None))
        one.wanted += int(pieces)
        one.many += 1
        if len(one.orders) < NAMED:
            one.orders.append((order_id, number))
    free = stock.available(found, reach=reach) if found else {}
    for one in found.values():
        one.free = free.get(one.sku_id, 0)
    return sorted((one for one in found.values() if one.short), key=lambda one: (-one.many, one.code))
