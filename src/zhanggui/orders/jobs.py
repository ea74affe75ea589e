"""What orders do later, when asked."""

from collections.abc import Sequence
from datetime import datetime

from zhanggui.journal.events import task
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import review


@task()
def review_again(items: Sequence[int], *, at: datetime) -> None:
    """The rules look again at these orders: something about them was changed."""
    review.run(list(items), by=SYSTEM, at=at)
