"""Whether the machine behind the counter works: the worker, the jobs, the import that is running."""

import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime

from zhanggui.channels import reaching as brought
from zhanggui.channels.models import Import
from zhanggui.journal import queries as journal
from zhanggui.kernel.actor import Actor
from zhanggui.web.frame import lately


@dataclass(frozen=True)
class Running:
    """A file that is being taken in: rows done and expected; of which shop, and who brought it."""

    number: str
    file_name: str
    done: int
    rows: int
    shop_id: int | None = None
    by_id: int | None = None


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
    """How it stands, a few seconds old at most (``lately.fresh``). Three statements when asked afresh."""
    global _kept
    with _lock:
        if _kept is not None and lately.fresh(_kept[0]):
            return _kept[1]
    found = _ask(at)
    with _lock:
        _kept = (time.time(), found)
    return found


def seen_by(actor: Actor, *, at: datetime) -> Health:
    """The same as this actor may know it: a file of another's is not named."""
    found = now(at=at)
    running = found.running
    if running is None or brought.holds(actor.reach, shop_id=running.shop_id, by_id=running.by_id):
        return found
    return replace(found, running=None)


def _ask(at: datetime) -> Health:
    waiting = journal.waiting(at=at)
    imports = Import.objects.filter(state=Import.State.RUNNING).order_by("id")
    row = imports.values_list("number", "file_name", "rows_in", "rows_expected", "shop_id", "by_id").first()
    running = Running(*row) if row else None
    return Health(journal.worker_alive(at=at), waiting.due, waiting.quarantined, waiting.oldest_at, running)


def forget() -> None:
    global _kept
    with _lock:
        _kept = None
