"""Whether the machine behind the counter works: the worker, the jobs, the import that is running."""

import threading
import time
from dataclasses import dataclass
from datetime import datetime

from zhanggui.channels.models import Import
from zhanggui.journal import queries as journal

FRESH_S = 5.0


@dataclass(frozen=True)
class Running:
    """A file that is being taken in: rows done and expected."""

    number: str
    file_name: str
    done: int
    rows: int


@dataclass(frozen=True)
class Health:
    """``alive``: a worker was heard within 30 s. ``due`` jobs wait, ``quarantined`` ones gave up."""

    alive: bool
    due: int
    quarantined: int
    oldest_at: datetime | None
    running: Running | None

    @property
    def well(self) -> bool:
        return self.alive and not self.quarantined


_kept: tuple[float, Health] | None = None
_lock = threading.Lock()


def now(*, at: datetime) -> Health:
    """How it stands, at most ``FRESH_S`` seconds old. Three statements when asked afresh."""
    global _kept
    with _lock:
        if _kept is not None and time.monotonic() - _kept[0] < FRESH_S:
            return _kept[1]
    found = _ask(at)
    with _lock:
        _kept = (time.monotonic(), found)
    return found


def _ask(at: datetime) -> Health:
    waiting = journal.waiting(at=at)
    imports = Import.objects.filter(state=Import.State.RUNNING).order_by("id")
    row = imports.values_list("number", "file_name", "rows_in", "rows_expected").first()
    running = Running(row[0], row[1], row[2], row[3]) if row else None
    return Health(journal.worker_alive(at=at), waiting.due, waiting.quarantined, waiting.oldest_at, running)


def forget() -> None:
    global _kept
    with _lock:
        _kept = None
