"""Making the database ready: schema, tables, cache table, roles. Quick when there is nothing to do."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from zhanggui.accounts.commands.people import ensure_roles
from zhanggui.kernel import clock, db
from zhanggui.kernel.vault import KeyRing
from zhanggui.ops import own_keys

LOCK = 7_414_257_022


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
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        caches.close_all()
        with db.write():
            ensure_roles()
    return True


def _behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


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
