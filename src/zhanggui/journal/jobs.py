"""The outbox's other end: taking jobs by lease, doing them, ticking them off, giving up on what keeps failing."""

import json
import logging
import os
import socket
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import close_old_connections, connection

from zhanggui.journal.events import LISTENERS, TASKS, heard, slot_before
from zhanggui.journal.models import Beat, Job, Slot
from zhanggui.kernel import clock, crashing, db, guards, logs

log = logging.getLogger("zhanggui.worker")
AT_ONCE = 20
LEASE = timedelta(minutes=5)
IDLE_S = 0.5
LANES: tuple[str, ...] = tuple(Job.Lane.values)
BEAT_S = 5


@dataclass
class Taken:
    """A job in our hands until the lease ends."""

    id: int
    name: str
    payload: list[Any]
    attempts: int


def worker_name() -> str:
    return f"{socket.gethostname()[:20]}-{os.getpid()}-{threading.get_ident() % 10_000}"


def take(lane: str, *, worker: str, at: datetime, many: int = AT_ONCE) -> list[Taken]:
    """Lease up to ``many`` due jobs of ``lane``; nobody else gets them before the lease ends."""
    due = "state = 'waiting' AND lane = %s AND run_at <= %s AND (leased_until IS NULL OR leased_until < %s)"
    lock = " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    moment = db.adapt(at)
    if not guards.stands("jobs.lease"):
        first = f"SELECT id, name, payload, attempts + 1 FROM journal_job WHERE {due} ORDER BY run_at, id LIMIT %s"
        rows = db.fetch(first, [lane, moment, moment, many])
    else:
        crashing.point("claim.before", lane)
        with db.write():
            rows = db.fetch(
                "UPDATE journal_job SET leased_until = %s, leased_by = %s, attempts = attempts + 1 WHERE id IN ("
                f"SELECT id FROM journal_job WHERE {due} ORDER BY run_at, id LIMIT %s{lock}) "
                "RETURNING id, name, payload, attempts",
                [db.adapt(at + LEASE), worker, lane, moment, moment, many],
            )
        crashing.point("claim.after", lane)
    return [Taken(id_, name, payload if isinstance(payload, list) else json.loads(payload), tries) for id_, name, payload, tries in sorted(rows)]


def do(taken: list[Taken], *, worker: str, now: Callable[[], datetime] = clock.now) -> tuple[int, int]:
    """Do each job outside any transaction, then tick the good ones off together. Returns (done, failed).

    A failing job waits 2, 4, 8 … seconds, up to an hour; a bundle of events that fails twice is broken into single
    ones, so that one bad order does not hold up the others. After its tries it goes to quarantine, and is shown; a task that
    says what to do then (``given_up``) is heard once.
    """
    done, failed = [], 0
    for job in taken:
        try:
            with logs.bound(job=job.id, task=job.name):
                _call(job, at=now())
            done.append(job.id)
        except Exception as error:
            failed += 1
            said = {"job": job.id, "task": job.name, "tries": job.attempts, "error": type(error).__name__}
            log.warning("a job failed and will be tried again", extra=said)
            if _put_back(job, error, worker=worker, at=now()):
                _give_up(job, at=now())
    if done:
        chosen, ids = db.among("id", done)
        crashing.point("tick.before")
        with db.write():
            db.execute(f"DELETE FROM journal_job WHERE {chosen} AND leased_by = %s", [ids, worker])
        crashing.point("tick.after")
    return len(done), failed


def _call(job: Taken, *, at: datetime) -> None:
    listener = LISTENERS.get(job.name)
    if listener is not None:
        listener.call(heard(listener, job.payload), at=at)
        return
    task = TASKS.get(job.name)
    if task is None:
        raise LookupError(f"nobody knows the job {job.name}")
    if task.every is not None:
        task.call(at=at)
    else:
        task.call(job.payload, at=at)


def _give_up(job: Taken, *, at: datetime) -> None:
    task = TASKS.get(job.name)
    if task is None or task.given_up is None:
        return
    try:
        with logs.bound(job=job.id, task=job.name):
            task.given_up(job.payload, at=at)
    except Exception as error:
        # The job is in quarantine and shown there; nothing more can be done here.
        log.error("giving a job up failed", extra={"job": job.id, "task": job.name, "error": type(error).__name__})


def _put_back(job: Taken, error: Exception, *, worker: str, at: datetime) -> bool:
    """Whether that was its last try."""
    known = LISTENERS.get(job.name) or TASKS.get(job.name)
    tries = known.tries if known else 1
    # The words of an exception may quote what a buyer typed; the place it came from never does.
    place = traceback.extract_tb(error.__traceback__)[-1]
    reason = f"{type(error).__name__} at {place.filename.rsplit('/', 1)[-1]}:{place.lineno}"
    rows = Job.objects.filter(pk=job.id, leased_by=worker)
    with db.write():
        parent = rows.first()
        if parent is None:
            # The lease ended before we did: it is another's to tick off or put back.
            return False
        if job.attempts >= 2 and len(job.payload) > 1 and job.name in LISTENERS:
            singles = [
                Job(
                    name=job.name,
                    lane=parent.lane,
                    payload=[facts],
                    run_at=at,
                    made_at=parent.made_at,
                    attempts=job.attempts,
                    error=reason,
                )
                for facts in job.payload
            ]
            Job.objects.bulk_create(singles, batch_size=200)
            rows.delete()
        elif job.attempts >= tries:
            rows.update(state=Job.State.QUARANTINED, leased_until=None, leased_by="", error=reason)
            said = {"job": job.id, "task": job.name, "tries": job.attempts, "error": type(error).__name__}
            log.error("a job is in quarantine", extra=said)
            return True
        else:
            wait = min(2**job.attempts, 3600)
            rows.update(run_at=at + timedelta(seconds=wait), leased_until=None, leased_by="", error=reason)
    return False


def queue_due(*, at: datetime) -> int:
    """Queue each periodic task whose slot has come, once a slot however many workers ask."""
    queued = 0
    for task in TASKS.values():
        if task.every is None:
            continue
        slot = slot_before(at, task.every)
        if Slot.objects.filter(name=task.name, due_at__gte=slot).exists():
            continue
        with db.write():
            Slot.objects.get_or_create(name=task.name, defaults={"due_at": datetime.fromtimestamp(0, tz=at.tzinfo)})
            if Slot.objects.filter(name=task.name, due_at__lt=slot).update(due_at=slot):
                Job.objects.create(name=task.name, lane=task.lane, payload=[], run_at=at, made_at=at)
                queued += 1
    return queued


def run_until_idle(*, at: Callable[[], datetime] = clock.now, lanes: tuple[str, ...] = LANES) -> int:
    """Do everything that is due now, here, and what it leads to. Returns how many jobs were done."""
    worker, total = worker_name(), 0
    while True:
        busy = 0
        for lane in lanes:
            taken = take(lane, worker=worker, at=at())
            if taken:
                done, _ = do(taken, worker=worker, now=at)
                total += done
                busy += len(taken)
        if not busy:
            return total


class Worker:
    """A thread for each lane: a slow import, or a receiver outside that does not answer, keeps neither a quick review waiting
    nor the next backup."""

    def __init__(self, *, parent: int = 0) -> None:
        self.stopping = threading.Event()
        self.parent = parent

    def stop(self) -> None:
        self.stopping.set()

    def run(self) -> None:
        """Work until ``stop``; returns when the jobs in hand are done."""
        threads = [threading.Thread(target=self._lane, args=(lane,), name=lane) for lane in LANES]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _lane(self, lane: str) -> None:
        worker, beaten, total = f"{worker_name()}-{lane}"[:40], 0.0, 0
        while not self.stopping.is_set():
            # Whoever started us is gone without a word: nobody would ever stop us.
            if self.parent and os.getppid() != self.parent:
                self.stop()
                break
            try:
                at = clock.now()
                if lane == "quick" and time.monotonic() - beaten > BEAT_S:
                    beaten = time.monotonic()
                    queue_due(at=at)
                    self._beat(worker, at, total)
                taken = take(lane, worker=worker, at=at) if self._any_due(lane, at) else []
                if taken:
                    total += do(taken, worker=worker)[0]
                    continue
            except Exception:
                # The database may be away for a moment; the worker stays and tries again.
                log.exception("a lane stumbled", extra={"lane": lane})
                close_old_connections()
            self.stopping.wait(IDLE_S)
        connection.close()

    def _any_due(self, lane: str, at: datetime) -> bool:
        """A look without a lock: an idle worker writes nothing."""
        return Job.objects.filter(state=Job.State.WAITING, lane=lane, run_at__lte=at).exclude(leased_until__gte=at).exists()

    def _beat(self, worker: str, at: datetime, total: int) -> None:
        with db.write():
            Beat.objects.update_or_create(worker=worker, defaults={"at": at, "done": total})
            Beat.objects.filter(at__lt=at - timedelta(hours=1)).delete()
