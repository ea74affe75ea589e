"""Jobs that gave up: tried again, or let go."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from zhanggui.journal.book import Batch, command, tell
from zhanggui.journal.models import Job
from zhanggui.kernel.actor import Actor
from zhanggui.ops.events import JobDiscarded


@command(needs="settings")
def retry(job_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Do them now, with all their tries anew: those in quarantine, and those that wait for a later time."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=at)
    done = sorted(Job.objects.filter(free, pk__in=job_ids).values_list("id", flat=True))
    Job.objects.filter(pk__in=done).update(state=Job.State.WAITING, attempts=0, run_at=at, leased_until=None, leased_by="")
    return _batch(job_ids, done)


@command(needs="settings")
def discard(job_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Let those in quarantine go for good; the book keeps what each was, what it was about and why it failed."""
    rows = list(Job.objects.filter(pk__in=job_ids, state=Job.State.QUARANTINED).values_list("id", "name", "error", "payload"))
    facts = {id_: {"about": payload[:20]} for id_, _, _, payload in rows}
    tell([JobDiscarded(id_, name, error) for id_, name, error, _ in rows], by=by, at=at, facts=facts)
    done = sorted(row[0] for row in rows)
    Job.objects.filter(pk__in=done).delete()
    return _batch(job_ids, done)


def _batch(asked: Sequence[int], done: list[int]) -> Batch:
    batch = Batch(done=done)
    batch.refuse(set(asked) - set(done), "job-gone")
    return batch
