"""Which SQLite the house stands on, and the gate that keeps a lossy one out.

SQLite 3.7.0 – 3.51.2 can lose committed pages when several connections use WAL and one of them resets the log;
fixed in 3.51.3 and, on older branches, 3.50.7 and 3.44.6. Where the interpreter's library is affected we use
``pysqlite3``, which carries its own; where neither is sound the database runs with a rollback journal instead.
"""

import sqlite3
import sys

Version = tuple[int, ...]
# How SQLite comes to know its tables: by a sample of each index. A whole look takes ten seconds among a million orders, writers
# waiting, and of stages of which one is nearly everything it knows but the mean: the few that wait are then not found by their index.
SAMPLE = "PRAGMA analysis_limit=2000"
# What changed much, or was never looked at (0x10002), with a limit of its own (0x10): https://sqlite.org/pragma.html#pragma_optimize
LOOK_AGAIN = "PRAGMA optimize=0x10012"


def is_sound(version: Version) -> bool:
    """Whether WAL with several connections is safe in this release."""
    if version < (3, 7, 0) or version >= (3, 51, 3):
        return True
    return (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def use_a_sound_one() -> Version:
    """Make ``import sqlite3`` mean a sound library, before Django first imports it. Returns its version."""
    if is_sound(sqlite3.sqlite_version_info):
        return sqlite3.sqlite_version_info
    try:
        import pysqlite3.dbapi2  # noqa: PLC0415  # the only place a driver is chosen, and only where it is needed
    except ImportError:
        return sqlite3.sqlite_version_info
    if is_sound(pysqlite3.dbapi2.sqlite_version_info):
        sys.modules["sqlite3"] = pysqlite3
        sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
    return tuple(pysqlite3.dbapi2.sqlite_version_info)


def journal_mode(version: Version) -> str:
    return "WAL" if is_sound(version) else "DELETE"
