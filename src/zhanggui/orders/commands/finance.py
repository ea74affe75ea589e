"""What finance says of orders that wait for it."""

from collections.abc import Sequence
from datetime import datetime

from zhanggui.journal.book import Batch, command
from zhanggui.kernel.actor import Actor
from zhanggui.orders.commands import finances, review

NOT_ASKED = "finance-not-asked"


@command(needs="order.finance", over="order")
def accept(order_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """The money of these orders is in order. Those that were reviewed before go on at once; of the others the rules decide.

    The book says who. One that nobody asked finance of is refused; accepting twice changes nothing.
    """
    done = finances.let_pass(order_ids, by=by, at=at)
    review.run(done, by=by, at=at)
    return _of(order_ids, done)


@command(needs="order.finance", over="order", because="reason")
def give_back(order_ids: Sequence[int], *, reason: str = "", by: Actor, at: datetime) -> Batch:
    """Something of their money is not in order: back to who reviews, held for this reason, and finance is asked again afterwards.

    Raises ReturnNeedsReason.
    """
    return _of(order_ids, finances.returned(order_ids, reason or by.why, by=by, at=at))


def _of(order_ids: Sequence[int], done: Sequence[int]) -> Batch:
    batch = Batch(done=list(done))
    batch.refuse(set(order_ids) - set(done), NOT_ASKED)
    return batch
