"""Saying from which warehouse an order is to be sent."""

from collections.abc import Sequence
from datetime import datetime

from zhanggui.journal.book import Batch, command
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.orders import astray, bundles, locking, states
from zhanggui.orders.commands import review, revising
from zhanggui.orders.commands.revising import EDITABLE


@command(needs="order.edit", over="order warehouse@warehouse_id")
def send_from(order_ids: Sequence[int], warehouse_id: int, *, by: Actor, at: datetime) -> Batch:
    """Send these orders from this warehouse, whatever a rule says; those at review are looked at again at once, and approved there
    where nothing else stops them. Approved ones go back to review first: they are refused here, as is what is over."""
    locking.lock(order_ids)
    chosen, ids = db.among("id", sorted(set(order_ids)))
    stages = ", ".join(f"'{stage}'" for stage in EDITABLE)
    rows = db.fetch(
        f"UPDATE orders_order SET chosen_warehouse_id = %s WHERE {chosen} AND stage IN ({stages}) RETURNING id, stage", [warehouse_id, ids]
    )
    batch = Batch(done=sorted(id_ for id_, _stage in rows))
    revising.changed({id_: ["warehouse"] for id_ in batch.done}, by=by, at=at)
    bundles.check(batch.done, by=by, at=at)
    waiting = sorted(id_ for id_, stage in rows if stage == states.PENDING_REVIEW)
    if waiting:
        review.run(waiting, by=SYSTEM, at=at)
    astray.explain(batch, order_ids)
    return batch
