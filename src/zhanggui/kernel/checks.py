"""System checks: what must be true of the database before the first order is written."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution
from django.db import connection

from zhanggui.kernel import sqlite


def sqlite_keeps_what_it_commits(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """An unsound SQLite in WAL mode is an error; in rollback-journal mode it is safe, slower, and said aloud."""
    if connection.vendor != "sqlite":
        return []
    return verdict(settings.SQLITE_VERSION, settings.DATABASES["default"].get("OPTIONS", {}).get("init_command", ""))


def verdict(version: sqlite.Version, pragmas: str) -> list[CheckMessage]:
    """What to say of this release under these pragmas."""
    if sqlite.is_sound(version):
        return []
    text = ".".join(map(str, version))
    if "journal_mode=WAL" in pragmas:
        return [
            Error(
                f"SQLite {text} can lose committed pages in WAL mode.",
                hint="Install pysqlite3 0.6.1 or later, or set journal_mode=DELETE.",
                id="zhanggui.E001",
            )
        ]
    return [Caution(f"SQLite {text} is used with a rollback journal, which is slower.", hint="Install pysqlite3.", id="zhanggui.W001")]


def postgres_keeps_what_it_commits(app_configs: Any = None, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """``fsync`` and ``full_page_writes`` off would lose acknowledged orders at a power cut; only asked with ``--database``."""
    if connection.vendor != "postgresql" or not databases:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes')")
        off = [name for name, setting in cursor.fetchall() if setting != "on"]
    return [Error(f"PostgreSQL runs with {name} off.", hint="An acknowledged order must survive a power cut.", id="zhanggui.E002") for name in off]
