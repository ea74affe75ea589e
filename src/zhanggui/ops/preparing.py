"""Making the database ready: schema, tables, cache table, roles. Quick when there is nothing to do."""

from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from zhanggui.accounts.commands.people import ensure_roles
from zhanggui.kernel import db


def prepare() -> bool:
    """Bring the database up to date; whether anything had to be done. Two processes that start at once agree."""
    if connection.vendor == "postgresql":
        make_schema(settings.MERCHANT)
    if not MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes()):
        return False
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    caches.close_all()
    with db.write():
        ensure_roles()
    return True


def make_schema(merchant: str) -> None:
    """A merchant is a namespace: its tables live in the schema ``m_<slug>``, never in ``public``."""
    if not merchant.replace("_", "").isalnum():
        raise ValueError("a merchant's slug is letters, digits and underscores")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [f"m_{merchant}"])
        if cursor.fetchone() is None:
            cursor.execute(f'CREATE SCHEMA IF NOT EXISTS "m_{merchant}"')
