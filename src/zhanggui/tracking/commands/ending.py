"""Orders whose buyers kept silent long enough are complete."""

from datetime import datetime, timedelta

from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.orders.commands import progress
from zhanggui.tracking.rules import pace

A_BATCH = 1000


def complete_due(*, at: datetime, after_days: int = pace.COMPLETE_AFTER_DAYS, by: Actor = SYSTEM, batches: int = 20) -> int:
    """Complete delivered orders that nothing holds, ``after_days`` after they arrived. Returns how many."""
    long_ago = db.adapt(at - timedelta(days=after_days))
    total = 0
    for _ in range(batches):
        rows = db.fetch(
            "SELECT id FROM orders_order WHERE stage = 'delivered' AND holds = 0 AND delivered_at <= %s ORDER BY id LIMIT %s",
            [long_ago, A_BATCH],
        )
        if not rows:
            break
        done = progress.complete([id_ for (id_,) in rows], by=by, at=at).done
        total += len(done)
        if not done:
            break
    return total
