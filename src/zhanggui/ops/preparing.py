"""Making the database ready: schema, tables, cache table, roles. Quick when there is nothing to do."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from zhanggui.accounts.commands.people import ensure_roles
from zhanggui.accounts.models import Role
from zhanggui.kernel import clock, crashing, db, sqlite
from zhanggui.kernel.vault import KeyRing
from zhanggui.ops import own_keys

LOCK = 7_414_257_022
CACHE = str(settings.CACHES["default"]["LOCATION"])


class NotedWithin(MigrationExecutor):
    """A migration and the note that it was done, in one transaction.

    Django's own notes it in a second one wherever an index or a foreign key is made at a migration's end: whoever is killed
    between the two finds tables that already exist, and never comes through.
    """

    def apply_migration(self, state: Any, migration: Any, fake: bool = False, fake_initial: bool = False) -> Any:
        if fake or fake_initial or not migration.atomic or not self.connection.features.can_rollback_ddl:
            return super().apply_migration(state, migration, fake, fake_initial)
        self._tell("apply_start", migration)
        with self.connection.schema_editor(atomic=True) as editor:
            state = migration.apply(state, editor)
            # What its exit would do, but before the note.
            for sql in editor.deferred_sql:
                editor.execute(sql, None)
            editor.deferred_sql.clear()
            self.record_migration(migration)  # type: ignore[call-arg]  # the stubs know an older one
        self._tell("apply_success", migration)
        return state

    def _tell(self, action: str, migration: Any) -> None:
        if self.progress_callback:
            self.progress_callback(action, migration, False)


migrate.MigrationExecutor = NotedWithin  # type: ignore[attr-defined]  # the command makes its own, and asks nobody which


class Migrate(migrate.Command):
    """Django's own, and a point before and after each."""

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        if migration is not None:
            crashing.point("migration.before" if action == "apply_start" else "migration.after", str(migration))
        super().migration_progress_callback(action, migration, fake)


def prepare(ring: KeyRing | None = None) -> bool:
    """Bring the database up to date; whether anything had to be done. Two processes that start at once agree.

    ``ring`` holds the keys it is to be opened with, where they are not those in use. Raises OtherKeys when they do not open it.
    """
    done = _brought_up()
    own_keys.known(ring, at=clock.now())
    return done


def _brought_up() -> bool:
    if not _behind():
        return False
    with _alone():
        if not _behind():
            return False
        call_command(Migrate(), verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        caches.close_all()
        with db.write():
            ensure_roles()
        _look_again()
    return True


def _look_again() -> None:
    """The planner counts afresh: beside old figures a new index looks better than it is, and pages are read by the wrong one."""
    if connection.vendor == "sqlite":
        db.execute(sqlite.SAMPLE)
    db.execute("ANALYZE")


def _behind() -> bool:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return True
    # Whoever was killed after the last migration left the rest undone.
    return CACHE not in connection.introspection.table_names() or not Role.objects.exists()


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time, before there is a table to lock; it is let go with the process."""
    if connection.vendor == "postgresql":
        db.fetch("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            db.fetch("SELECT pg_advisory_unlock(%s)", [LOCK])
        return
    with open(settings.DATA / "prepare.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
