"""A merchant's rules tried on what was ordered lately: every order is read, nothing is written."""

from datetime import timedelta

from django.db.models import Max

from zhanggui.kernel import clock, db
from zhanggui.ops.benching import Figure, figure, timed
from zhanggui.orders.models import Line, Order
from zhanggui.orders.reading.ruling import Simulated, simulate
from zhanggui.orders.ruling.rule import Condition, Does, Rule

# One that asks of everything: amounts, lines, places, notes, the hour, and what was bought before.
ASKS = (
    Condition("total", "at_least", (100, "CNY")),
    Condition("pieces", "at_least", (2,)),
    Condition("any_sku", "none_of", ("NO-SUCH",)),
    Condition("every_name", "contains", ("样", "品")),
    Condition("province", "none_of", ("新疆", "西藏")),
    Condition("buyer_note", "empty"),
    Condition("hour", "within", (0, 24 * 60)),
    Condition("bought", "at_most", (1000,)),
)


def tried(orders: int) -> Figure:
    """The orders that stand, asked eight things each."""
    at = (Order.objects.aggregate(last=Max("placed_at"))["last"] or clock.now()) + timedelta(minutes=1)
    found: list[Simulated] = []
    seconds = timed(lambda: found.append(simulate(Rule("量一量", ASKS, Does(("note-asks",), flag="red")), at=at)))
    assert found[0].looked == min(orders, 100_000), found[0].looked
    assert found[0].many, "it met none"
    return figure("rules", orders, Line.objects.count(), seconds, timed(_limit))


def _limit() -> None:
    assert db.fetch("SELECT * FROM orders_order o JOIN customers_recipient r ON r.id = o.recipient_id")
    assert db.fetch("SELECT * FROM orders_line")
