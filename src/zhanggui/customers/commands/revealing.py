"""Looking behind one mask: bounded by the day, with a reason, written down, and loud when it is more than usual."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from zhanggui.customers.commands import limits
from zhanggui.customers.events import RecipientRevealed, RevealsUnusual
from zhanggui.customers.models import Recipient
from zhanggui.customers.queries import persons
from zhanggui.customers.refusals import AlreadyErased, EnoughSeen
from zhanggui.customers.sealing import Person
from zhanggui.journal.book import command, tell
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotAllowed, NotFound

LOOKED_BACK = timedelta(days=30)
# A usual day is known from so many days on, and a day of fewer looks is never unusual.
DAYS, LEAST = 5, 10
REVEALED = "name = 'RecipientRevealed' AND subject_kind = 'recipient'"


@command(needs="order.recipient", over="recipient", because="why")
def reveal(recipient_id: int, *, why: str, by: Actor, at: datetime) -> Person:
    """One recipient in plain text, once. The book notes who, whose and why, and never what was shown.

    Raises NotAllowed where the role sees only the mask, EnoughSeen beyond the day's number, AlreadyErased, NotFound.
    """
    if by.kind != "system" and not by.words("order.recipient") & {"R", "Y"}:
        raise NotAllowed(needs="order.recipient", who=by.name)
    row = Recipient.objects.filter(pk=recipient_id).first()
    if row is None:
        raise NotFound(what=recipient_id)
    if row.erased_at is not None:
        raise AlreadyErased(at=f"{clock.day_of(row.erased_at):%Y-%m-%d}")
    if by.id is not None:
        one_at_a_time(by.id)
        most, seen = limits.reveals_a_day(by.role), len(looked(by.id, since=clock.day_bounds(clock.day_of(at))[0]))
        if seen >= most:
            raise EnoughSeen(most=most)
    tell([RecipientRevealed(recipient_id, why.strip()[:80])], by=by, at=at)
    if by.id is not None:
        alarm(by, at=at)
    return persons([row])[recipient_id]


def one_at_a_time(person_id: int) -> None:
    """Two windows of one person stand in line here, so that the last look of the day is given out once."""
    if connection.vendor == "postgresql":
        db.fetch("SELECT pg_advisory_xact_lock(%s, %s)", [limits.LOCK, person_id % 2**31])


def looked(person_id: int | None, *, since: datetime) -> list[datetime]:
    """When this person (None: anybody) looked behind a mask, from ``since`` on."""
    who = "" if person_id is None else " AND actor_kind = 'person' AND actor_id = %s"
    params = [db.adapt(since)] + ([] if person_id is None else [person_id])
    rows = db.fetch(f"SELECT at FROM journal_entry WHERE {limits.SIGHT} AND {REVEALED} AND at >= %s{who}", params)
    return [db.moment(at) for (at,) in rows]


def alarm(by: Actor, *, at: datetime) -> None:
    """Tell it when the house has looked more than its hour bears, or this person more than three deviations above their day."""
    assert by.id is not None
    many, most = len(looked(None, since=at - timedelta(hours=1))), limits.reveals_an_hour()
    if many > most and not told("house", None, since=at - timedelta(hours=1)):
        tell([RevealsUnusual(by.id, "house", many, most)], by=by, at=at)
    start = clock.day_bounds(clock.day_of(at))[0]
    moments = looked(by.id, since=start - LOOKED_BACK)
    today = sum(moment >= start for moment in moments)
    usual = usual_day([moment for moment in moments if moment < start])
    if usual is not None and today >= LEAST and today > usual and not told("person", by.id, since=start):
        tell([RevealsUnusual(by.id, "person", today, usual)], by=by, at=at)


def usual_day(moments: Sequence[datetime]) -> int | None:
    """The most a usual day of theirs has: the mean and three deviations; None where too few days are known."""
    days: dict[object, int] = {}
    for moment in moments:
        days[clock.day_of(moment)] = days.get(clock.day_of(moment), 0) + 1
    if len(days) < DAYS:
        return None
    mean = sum(days.values()) / len(days)
    return math.ceil(mean + 3 * math.sqrt(sum((many - mean) ** 2 for many in days.values()) / len(days)))


def told(kind: str, person_id: int | None, *, since: datetime) -> bool:
    """Whether it was said already."""
    return any(each == kind and (person_id is None or who == person_id) for each, who, *_ in limits.alarms(since=since))
