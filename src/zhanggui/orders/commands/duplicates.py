"""What somebody says of orders that look like the same wish twice."""

from collections.abc import Sequence
from datetime import datetime

from zhanggui.journal.book import command, tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotFound
from zhanggui.orders.commands import review
from zhanggui.orders.events import OrderToldApart
from zhanggui.orders.models import KeptApart, Order

KEPT = ("low", "high", "by_name", "at")


@command(needs="order.review", over="order order@other_ids")
def keep(order_id: int, other_ids: Sequence[int], *, by: Actor, at: datetime) -> int:
    """Each of the others is another wish than this order: both are sent, and nobody is asked of the pair again. The rules look at them
    again at once. Returns how many pairs are new. Raises NotFound."""
    ids = sorted({order_id, *other_ids})
    if Order.objects.filter(pk__in=ids).count() < len(ids):
        raise NotFound(what=order_id)
    pairs = sorted({(min(order_id, other), max(order_id, other)) for other in other_ids if other != order_id})
    rows = [KeptApart(low_id=low, high_id=high, by_name=by.name, at=at) for low, high in pairs]
    known = KeptApart.objects.count()
    KeptApart.objects.bulk_create(rows, ignore_conflicts=True)
    fresh = KeptApart.objects.count() - known
    if fresh:
        tell([OrderToldApart(low, high) for low, high in pairs] + [OrderToldApart(high, low) for low, high in pairs], by=by, at=at)
    for chunk in db.in_chunks(ids, 500):
        review.run(list(chunk), by=SYSTEM, at=at)
    return fresh
