"""Orders that could go in one parcel, found among all that are open."""

import itertools

from zhanggui.kernel import db
from zhanggui.ops.benching import Figure, figure, timed
from zhanggui.orders.models import Line, Order
from zhanggui.orders.reading import joinable
from zhanggui.orders.reading.joinable import Group

# Every so many-th order goes to the door of the one before it.
EVERY = 10


def found(orders: int) -> Figure:
    """The search as the page asks it. The orders are made one buyer's in pairs first, and stand at review with nothing against them."""
    ids = list(Order.objects.order_by("pk").values_list("pk", "recipient_id"))
    pairs = [(other, recipient) for (_a, other), (_b, recipient) in itertools.pairwise(ids) if recipient % EVERY == 0]
    columns = ("person_token", "name_token", "province", "city", "district")
    sets = ", ".join(f"{name} = (SELECT p.{name} FROM customers_recipient p WHERE p.id = %s)" for name in columns)
    with db.write():
        db.execute_many(f"UPDATE customers_recipient SET {sets} WHERE id = %s", [(*[first] * len(columns), second) for first, second in pairs])
        db.execute("UPDATE orders_order SET stage = 'pending_review' WHERE stage <> 'pending_review'")
        db.execute("ANALYZE")
    groups: list[list[Group]] = []
    seconds = timed(lambda: groups.append(joinable.candidates()))
    assert groups[0], "none was found"
    return figure("merging", orders, Line.objects.count(), seconds, timed(_limit))


def _limit() -> None:
    assert db.fetch("SELECT o.id, r.person_token FROM orders_order o JOIN customers_recipient r ON r.id = o.recipient_id")
