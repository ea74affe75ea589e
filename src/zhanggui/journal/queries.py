"""Reading the book: a subject's timeline, what waits, whether a worker is alive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q

from zhanggui.journal.models import Beat, Entry, Job


@dataclass(frozen=True)
class Line:
    """One line of a timeline. ``name`` is the event's; the words are the screen's business."""

    at: datetime
    actor: str
    name: str
    before: str
    after: str
    facts: dict[str, Any]


def timeline(kind: str, subject_id: int, *, also: Sequence[tuple[str, int]] = ()) -> list[Line]:
    """Everything told of one subject (and of ``also``), oldest first."""
    which = Q(subject_kind=kind, subject_id=subject_id)
    for other, other_id in also:
        which |= Q(subject_kind=other, subject_id=other_id)
    rows = Entry.objects.filter(which).order_by("id").values_list("at", "actor_name", "name", "before", "after", "facts")
    return [Line(*row) for row in rows]


@dataclass(frozen=True)
class Waiting:
    """How the jobs stand: counts, and the oldest that is due."""

    due: int
    later: int
    quarantined: int
    oldest_at: datetime | None


def waiting(*, at: datetime) -> Waiting:
    due = Q(state=Job.State.WAITING, run_at__lte=at)
    found = Job.objects.aggregate(
        due=Count("id", filter=due),
        later=Count("id", filter=Q(state=Job.State.WAITING, run_at__gt=at)),
        quarantined=Count("id", filter=Q(state=Job.State.QUARANTINED)),
        oldest_at=Min("run_at", filter=due),
    )
    return Waiting(**found)


def worker_alive(*, at: datetime, within: timedelta = timedelta(seconds=30)) -> bool:
    return Beat.objects.filter(at__gte=at - within).exists()
