"""Bells that ring: an event, who hears it, a task, a beat and a verb, as any app has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from zhanggui.journal import events
from zhanggui.journal.book import Batch, ask, command, tell
from zhanggui.journal.events import Event, every, on, task
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Refused

heard: list[list[int]] = []
poison: set[int] = set()


@dataclass(frozen=True)
class BellRang(Event):
    """Somebody is at the door."""

    subject: ClassVar[str] = "bell"
    bell_id: int
    seen_at: datetime | None = None


@on(BellRang, tries=4)
def open_the_door(rung: Sequence[BellRang], *, at: datetime) -> None:
    heard.append([bell.bell_id for bell in rung])
    if poison & {bell.bell_id for bell in rung}:
        raise ValueError("a secret somebody typed")


@task(tries=2)
def sweep(items: Sequence[int], *, at: datetime) -> None:
    heard.append(list(items))
    if poison & set(items):
        raise ValueError("dust")


@every(minutes=5)
def strike(*, at: datetime) -> None:
    heard.append([-1])


@command(needs="order.review")
def ring(bells: Sequence[int], *, by: Actor, at: datetime, fall: bool = False) -> Batch:
    """Ring these bells. And more words."""
    tell([BellRang(bell, at) for bell in bells], by=by, at=at)
    ask(sweep, list(bells), at=at)
    if fall:
        raise Refused(what="nobody")
    return Batch(done=list(bells))


@command(needs="tracking.view")
def ring_within(bells: Sequence[int], *, by: Actor, at: datetime) -> None:
    ring(bells, by=by, at=at)


# It strikes only where a story asks for it, not in every worker of every other one.
STRIKE = {events.name_of(strike): events.TASKS.pop(events.name_of(strike))}
