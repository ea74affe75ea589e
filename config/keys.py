"""Which keys open this database: the environment's, else the file's; new ones only where nothing was sealed yet."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, LiteralString, NamedTuple

import psycopg
from django.core.exceptions import ImproperlyConfigured

from zhanggui.kernel.ring_file import RingInFile
from zhanggui.kernel.vault import KeyRing, new_ring, ring_from

# Either says that somebody's keys were used here: the mark the house leaves, or a recipient from before there was one.
USED: dict[str, LiteralString] = {
    "ops_keymark": "SELECT 1 FROM ops_keymark LIMIT 1",
    "customers_recipient": "SELECT 1 FROM customers_recipient WHERE sealed IS NOT NULL LIMIT 1",
}


class Keys(NamedTuple):
    """``where`` says where they were looked for; ``lost`` that none were there, and ``ring`` opens nothing."""

    ring: KeyRing
    where: str
    lost: bool


def keys(given: str, path: Path, database: dict[str, Any]) -> Keys:
    """The keys for this database. They are made, and kept in ``path``, only where nothing in it asks for older ones.

    Raises ImproperlyConfigured for keys that cannot be read.
    """
    try:
        if given:
            return Keys(ring_from(given), "ZHANGGUI_KEYS", False)
        # The database is asked before the file is looked for again: whoever made the one had made the other before.
        if path.exists() or not in_use(database) or path.exists():
            return Keys(RingInFile(path), str(path), False)
    except ValueError as error:
        raise ImproperlyConfigured(f"{'ZHANGGUI_KEYS' if given else path}: {error}") from error
    return Keys(new_ring(), str(path), True)


def in_use(database: dict[str, Any]) -> bool:
    """Whether anything in it was sealed. One that does not answer may hold something: nothing is made for it."""
    try:
        if "sqlite" in database["ENGINE"]:
            return Path(database["NAME"]).exists() and _in_file(database["NAME"])
        return _in_server(database)
    except (sqlite3.Error, psycopg.Error):
        return True


def _in_file(name: str) -> bool:
    with closing(sqlite3.connect(name)) as line:
        tables = {table for (table,) in line.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        return any(line.execute(asks).fetchone() for table, asks in USED.items() if table in tables)


def _in_server(database: dict[str, Any]) -> bool:
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    where = {theirs: database[ours] for ours, theirs in names.items() if database[ours]}
    with psycopg.connect(**where, **database["OPTIONS"]) as line:
        rows = line.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()")
        tables = {str(table) for (table,) in rows}
        return any(line.execute(asks).fetchone() for table, asks in USED.items() if table in tables)
