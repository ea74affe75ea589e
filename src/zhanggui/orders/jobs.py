"""What orders do by themselves at their time."""

import logging
from datetime import datetime

from zhanggui.customers.commands import blocking
from zhanggui.journal.events import every
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import dues, entry, handled, joinables, recurring, releasing

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


@every(minutes=1)
def chase_payments(*, at: datetime) -> None:
    """Orders that wait for their money: reminders are told, and those whose time is over are called off where their shop wants it."""
    if fresh := dues.without_end():
        dues.wait_for(fresh, by=SYSTEM, at=at)
    if due := dues.to_remind(at):
        dues.remind(due, by=SYSTEM, at=at)
    if over := dues.to_expire(at):
        dues.expire(over, by=SYSTEM, at=at)


@every(minutes=1)
def let_go_in_time(*, at: datetime) -> None:
    """What was held until now goes on, and who was on the blacklist until now is off it."""
    releasing.due(by=SYSTEM, at=at)
    blocking.due(by=SYSTEM, at=at)


@every(minutes=2, lane="slow")
def count_joinable(*, at: datetime) -> None:
    """How many orders could go in one parcel is counted, for the figure over the list."""
    joinables.count(at=at)


@every(minutes=30, lane="slow")
def count_handled(*, at: datetime) -> None:
    """How much of the work on orders was done by hand is counted, day by day."""
    handled.count(at=at)


@every(hours=1, lane="slow")
def forget_drafts(*, at: datetime) -> None:
    """Let go of drafts nobody touched for a month."""
    entry.forget(at=at)
