"""Reading the book: a subject's timeline, what waits, whether a worker is alive."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from zhanggui.journal.models import Beat, Entry, Job, Slot


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


@dataclass(frozen=True)
class Kept:
    """One job as the page shows it. ``items`` how many events or things it carries, ``running`` while somebody is at it."""

    id: int
    name: str
    items: int
    attempts: int
    made_at: datetime
    run_at: datetime
    error: str
    running: bool
    worker: str


SHOWN = 200


def jobs(which: str, *, at: datetime) -> list[Kept]:
    """``which``: quarantined, due, running or later; the oldest first, at most ``SHOWN``. One statement."""
    chosen = {
        "quarantined": Q(state=Job.State.QUARANTINED),
        "running": Q(state=Job.State.WAITING, leased_until__gte=at),
        "due": Q(state=Job.State.WAITING, run_at__lte=at) & (Q(leased_until__isnull=True) | Q(leased_until__lt=at)),
        "later": Q(state=Job.State.WAITING, run_at__gt=at) & (Q(leased_until__isnull=True) | Q(leased_until__lt=at)),
    }[which]
    names = ("id", "name", "payload", "attempts", "made_at", "run_at", "error", "leased_until", "leased_by")
    rows = Job.objects.filter(chosen).order_by("run_at", "id").values_list(*names)[:SHOWN]
    return [
        Kept(id_, name, len(payload), tries, made_at, run_at, error, leased is not None and leased >= at, worker)
        for id_, name, payload, tries, made_at, run_at, error, leased, worker in rows
    ]


@dataclass(frozen=True)
class Crew:
    """A worker, when it was last heard, and how many jobs it has done since it started."""

    worker: str
    at: datetime
    done: int


def workers(*, at: datetime, within: timedelta = timedelta(minutes=10)) -> list[Crew]:
    """Those heard lately, the latest first."""
    rows = Beat.objects.filter(at__gte=at - within).order_by("-at").values_list("worker", "at", "done")
    return [Crew(*row) for row in rows]


def beats() -> list[tuple[str, datetime]]:
    """When each periodic job was last queued."""
    return list(Slot.objects.order_by("name").values_list("name", "due_at"))


def newest() -> int:
    """The last line of the book; 0 of an empty one. One statement."""
    last: int | None = Entry.objects.aggregate(last=Max("id"))["last"]
    return last or 0


def since(mark: int) -> QuerySet[Entry]:
    """The lines written after that one."""
    return Entry.objects.filter(id__gt=mark)


# So far back the book is read for reasons, and so many are offered.
LOOKED_BACK, OFFERED = 20_000, 4


def reasons_given(verb: str) -> list[str]:
    """The reasons people gave lately for this act, the most frequent first. Two statements, both bounded."""
    last = newest()
    if not last:
        return []
    acts = Entry.objects.filter(subject_kind="", subject_id=None, id__gt=last - LOOKED_BACK, name=verb, actor_kind="person")
    said = Counter(str(facts["why"]) for facts in acts.order_by("-id").values_list("facts", flat=True)[:200] if facts.get("why"))
    return [why for why, _many in said.most_common(OFFERED)]
