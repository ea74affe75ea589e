"""When who is reminded of money that did not come: pure sums over moments."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

STAFF, BUYER, OVER = "staff", "buyer", "over"


class Step(NamedTuple):
    """``before_min`` minutes before the end, ``to`` whom; the last is the end itself."""

    before_min: int
    to: str


def steps(staff: Sequence[int], buyer: Sequence[int]) -> tuple[Step, ...]:
    """The reminders in the order of their time, and the end."""
    told = [*(Step(each, STAFF) for each in set(staff)), *(Step(each, BUYER) for each in set(buyer)), Step(0, OVER)]
    return tuple(sorted(told, key=lambda step: (-step.before_min, step.to == OVER, step.to)))


def passed(due_at: datetime, of: Sequence[Step], at: datetime) -> int:
    """How many of them lie behind."""
    return sum(due_at - timedelta(minutes=step.before_min) <= at for step in of)


def coming(due_at: datetime, of: Sequence[Step], done: int) -> datetime | None:
    """When the next is, after so many."""
    return due_at - timedelta(minutes=of[done].before_min) if done < len(of) else None
