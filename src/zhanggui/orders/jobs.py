"""What orders do by themselves at their time."""

import logging
from datetime import datetime

from zhanggui.journal.events import every
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import entry, handled, recurring

log = logging.getLogger("zhanggui.orders")


@every(minutes=1)
def place_recurring(*, at: datetime) -> None:
    """Orders that come by themselves are placed when their slot has come. One that stumbles does not stop the others."""
    stumbled: Exception | None = None
    for recurring_id in recurring.due(at):
        try:
            recurring.place_due(recurring_id, by=SYSTEM, at=at)
        except Exception as error:
            log.exception("an order that comes by itself could not be placed", extra={"recurring": recurring_id})
            stumbled = error
    if stumbled is not None:
        raise stumbled


@every(minutes=30, lane="slow")
def count_handled(*, at: datetime) -> None:
    """How much of the work on orders was done by hand is counted, day by day."""
    handled.count(at=at)


@every(hours=1, lane="slow")
def forget_drafts(*, at: datetime) -> None:
    """Let go of drafts nobody touched for a month."""
    entry.forget(at=at)
