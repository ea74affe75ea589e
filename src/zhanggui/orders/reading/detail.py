"""One order whole: its lines with what is free of each, what holds it, and the other orders of the same receiver."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Sum

from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.kernel.errors import NotFound
from zhanggui.orders import reaching, states
from zhanggui.orders.models import Line, Order
from zhanggui.orders.reading.rows import UNCLAIMED, Held, Light, held_of, light_of
from zhanggui.stock.queries import available

OTHERS = 6


@dataclass(frozen=True)
class LineShown:
    """A line, how it stands, and how many of it are free."""

    line: Line
    light: Light
    free: int


@dataclass(frozen=True)
class Bought:
    """What the same receiver bought in all, cancelled ones left out, in this order's currency."""

    orders: int
    total_minor: int


@dataclass(frozen=True)
class Whole:
    """Everything of one order that orders themselves know."""

    order: Order
    lines: list[LineShown]
    held: list[Held]
    others: list[Order]
    bought: Bought

    @property
    def stubborn(self) -> list[Held]:
        return [held for held in self.held if held.stubborn]


def whole(order_id: int, *, stages: Sequence[str] | None = None, reach: Reach = EVERYWHERE) -> Whole:
    """Six statements. Raises NotFound for an order that is not there or not to be seen."""
    order = seen(order_id, stages=stages, reach=reach)
    lines = lines_of(order, reach=reach)
    held = held_of([order.pk], reach=reach).get(order.pk, []) if order.holds or order.stage in states.UNSHIPPED else []
    others, bought = same_receiver(order, reach=reach)
    return Whole(order, lines, held, others, bought)


def seen(order_id: int, *, stages: Sequence[str] | None = None, reach: Reach = EVERYWHERE) -> Order:
    """The order by itself, with its shop and its recipient. One statement. Raises NotFound for one that is not to be seen."""
    rows = Order.objects.select_related("shop", "recipient").defer(
        "fingerprint", "recipient__sealed", "recipient__platform_ciphertext"
    )
    if stages is not None:
        rows = rows.filter(stage__in=stages)
    order = rows.filter(reaching.of(reach), pk=order_id).first()
    if order is None:
        raise NotFound(what=order_id)
    return order


def lines_of(order: Order, *, reach: Reach = EVERYWHERE) -> list[LineShown]:
    """Two statements."""
    lines = list(Line.objects.filter(order=order.pk).select_related("sku").order_by("position"))
    free = available({line.sku_id for line in lines if line.sku_id}, reach=reach) if order.stage in UNCLAIMED else {}
    shown = []
    for line in lines:
        shown.append(LineShown(line, light_of(line.sku_id, line.quantity, order.stage, free), free.get(line.sku_id or 0, 0)))
    return shown


def same_receiver(order: Order, *, reach: Reach = EVERYWHERE) -> tuple[list[Order], Bought]:
    """The newest other orders of the same receiver, and what they come to. Two statements; none for a receiver unknown."""
    token = order.recipient.person_token
    if token is None:
        return [], Bought(1, order.total_minor)
    same = Order.objects.filter(reaching.of(reach), recipient__person_token=token)
    others = same.exclude(pk=order.pk).select_related("shop").defer("fingerprint").order_by("-placed_at", "-pk")[:OTHERS]
    kept = same.exclude(stage=states.CANCELLED).filter(currency=order.currency)
    found = kept.aggregate(orders=Count("pk"), total=Sum("total_minor"))
    return list(others), Bought(found["orders"], found["total"] or 0)
