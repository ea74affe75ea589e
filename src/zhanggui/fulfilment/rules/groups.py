"""Which waiting orders are worth picking together, and why. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

# So many orders of one same SKU are worth a wave of their own.
HOT_FROM = 5


class Waiting(NamedTuple):
    """An approved order as a picker sees it; ``sku_id`` only where the order has a single kind of goods."""

    order_id: int
    pieces: int
    kinds: int
    carrier_id: int | None
    sku_id: int | None


class Group(NamedTuple):
    """``kind``: all, hot, single, carrier or mixed. ``stops_saved``: stops fewer than picking each order by itself."""

    kind: str
    order_ids: tuple[int, ...]
    pieces: int
    sku_id: int | None
    carrier_id: int | None
    stops_saved: int


def gather(waiting: Sequence[Waiting]) -> list[Group]:
    """Suggestions over ``waiting`` (oldest promise first); an order may stand in several, for they are alternatives."""
    groups = [_group("all", waiting)] if waiting else []
    by_sku: dict[int, list[Waiting]] = {}
    for order in waiting:
        if order.kinds == 1 and order.sku_id is not None:
            by_sku.setdefault(order.sku_id, []).append(order)
    hot = [(sku_id, orders) for sku_id, orders in by_sku.items() if len(orders) >= HOT_FROM]
    groups += [_group("hot", orders, sku_id=sku_id) for sku_id, orders in sorted(hot, key=lambda pair: -len(pair[1]))]
    for kind, chosen in (
        ("single", [order for order in waiting if order.pieces == 1]),
        ("mixed", [order for order in waiting if order.kinds > 1]),
    ):
        if chosen:
            groups.append(_group(kind, chosen))
    by_carrier: dict[int, list[Waiting]] = {}
    for order in waiting:
        if order.carrier_id is not None:
            by_carrier.setdefault(order.carrier_id, []).append(order)
    groups += [_group("carrier", orders, carrier_id=carrier_id) for carrier_id, orders in by_carrier.items()]
    return groups


def _group(kind: str, orders: Sequence[Waiting], *, sku_id: int | None = None, carrier_id: int | None = None) -> Group:
    alone = sum(order.kinds for order in orders)
    # Orders of several kinds are counted as if nothing were shared among them: the promise is never too large.
    singles = {order.sku_id for order in orders if order.kinds == 1}
    together = len(singles) + sum(order.kinds for order in orders if order.kinds > 1)
    ids = tuple(order.order_id for order in orders)
    return Group(kind, ids, sum(order.pieces for order in orders), sku_id, carrier_id, alone - together)
