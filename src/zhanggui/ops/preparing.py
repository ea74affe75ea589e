"""Making the database ready: schema, tables, cache table, roles. Quick when there is nothing to do."""

from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from zhanggui.accounts.commands.people import ensure_roles
from zhanggui.kernel import db


def prepare() -> bool:
    """Bring the database up to date; whether anything had to be done. Two processes that start at once agree."""
    if not MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes()):
        return False
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    caches.close_all()
    with db.write():
        ensure_roles()
    return True
