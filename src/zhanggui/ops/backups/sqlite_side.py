"""A SQLite file copied at one moment, opened aside, and put in the place of the one in use."""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections

from zhanggui.kernel import db
from zhanggui.kernel.merchants import use_database
from zhanggui.kernel.secret_files import settle
from zhanggui.ops.backups.manifest import Table

COPY = "zhanggui.sqlite3"
# What only the running server needs; a session that was ended must not come back to life.
PASSING = ("django_session", "usersessions_usersession", "cache")


def dump(folder: Path) -> dict[str, Table]:
    """Copy the database as it is at one moment, without stopping anybody; a stepwise copy under load never ends."""
    copy = folder / COPY
    db.execute("VACUUM INTO %s", [str(copy)])
    with closing(sqlite3.connect(copy)) as plain:
        plain.execute("PRAGMA secure_delete = ON")
        known = {name for (name,) in plain.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in known.intersection(PASSING):
            plain.execute(f"DELETE FROM {table}")
        plain.commit()
    return tables_of(copy)


def tables_of(file: Path) -> dict[str, Table]:
    """Rows and digest of every table of a database file nobody writes to."""
    found: dict[str, Table] = {}
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as plain:
        plain.execute("PRAGMA query_only = ON")
        names = [name for (name,) in plain.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        for name in names:
            # Statistics are gathered again by whoever opens it.
            if name in PASSING or name.startswith("sqlite_stat"):
                continue
            digest, rows = hashlib.blake2b(digest_size=16), 0
            for row in plain.execute(f'SELECT * FROM "{name}" ORDER BY rowid'):
                digest.update(repr(row).encode())
                rows += 1
            found[name] = Table(rows, digest.hexdigest())
    return found


@contextmanager
def aside(folder: Path) -> Iterator[dict[str, Table]]:
    """The unpacked copy as ``default`` for as long as the block; gives what its tables hold."""
    found = tables_of(folder / COPY)
    facts: dict[str, Any] = {**connection.settings_dict, "NAME": str(folder / COPY)}
    with use_database(facts):
        yield found


def put_back(folder: Path, stamp: str) -> str:
    """Let the unpacked copy be the database; the one before is kept beside it. Returns where."""
    name = Path(connection.settings_dict["NAME"])
    connections.close_all()
    before = name.with_name(f"{name.stem}.before-restore-{stamp}{name.suffix}")
    new = name.with_suffix(".restoring")
    os.replace(folder / COPY, new)
    with new.open("rb") as file:
        os.fsync(file.fileno())
    if name.exists():
        with closing(sqlite3.connect(name)) as plain:
            plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        os.link(name, before)
        for tail in ("-wal", "-shm"):
            name.with_name(name.name + tail).unlink(missing_ok=True)
    os.replace(new, name)
    settle(name.parent)
    return str(before) if before.exists() else ""
