"""Whether this installation may be given work: asked by load balancers, watchdogs and people."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from zhanggui.journal import queries as journal
from zhanggui.kernel import db
from zhanggui.ops import own_keys

# A queue that stands still this long is a fault, however short it is.
OLDEST = timedelta(minutes=10)


@dataclass(frozen=True)
class Ready:
    """Each thing asked, and whether it holds; ``well`` when all that must hold does."""

    database: bool
    migrated: bool
    keys: bool
    worker: bool
    queue: bool

    @property
    def well(self) -> bool:
        return self.database and self.migrated and self.keys

    def facts(self) -> dict[str, bool]:
        return {
            "database": self.database,
            "migrated": self.migrated,
            "keys": self.keys,
            "worker": self.worker,
            "queue": self.queue,
        }


def ready(*, at: datetime) -> Ready:
    """Ready is a database that answers with every migration applied, and our keys are its own. A worker that is silent, or a queue that stands
    still, is told beside it: pages still work, and taking the server away would help nobody."""
    try:
        db.fetch("SELECT 1")
        executor = MigrationExecutor(connection)
        migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        if not migrated:
            return Ready(True, False, False, False, False)
        oldest = journal.waiting(at=at).oldest_at
        return Ready(True, True, not own_keys.foreign(), journal.worker_alive(at=at), oldest is None or at - oldest < OLDEST)
    except DatabaseError:
        return Ready(False, False, False, False, False)
