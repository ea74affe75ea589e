"""Honest timing: each figure beside the raw limit of the same database, taken in the same run on the same rows."""

import json
import resource
import socket
import sqlite3
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, models

from zhanggui.kernel import db


@dataclass(frozen=True)
class Figure:
    """One measurement. ``limit_orders_per_s`` is what the database takes when the rows are thrown at it raw; for things
    that are not orders (labels, jobs) the same fields count those."""

    name: str
    database: str
    orders: int
    lines: int
    seconds: float
    orders_per_s: float
    limit_orders_per_s: float
    ratio_to_limit: float
    peak_rss_mb: float

    def facts(self) -> dict[str, Any]:
        return {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(self).items()}

    def says(self) -> str:
        return (
            f"{self.name} on {self.database}: {self.orders:,} in {self.seconds:.2f} s = {self.orders_per_s:,.0f} a second\n"
            f"  raw limit in the same run {self.limit_orders_per_s:,.0f} a second, ratio {self.ratio_to_limit:.2f}\n"
            f"  peak {self.peak_rss_mb:.0f} MB"
        )


def figure(name: str, orders: int, lines: int, seconds: float, limit_seconds: float) -> Figure:
    """Put one together; ``limit_seconds`` is what the raw limit took for the same number."""
    speed, limit = orders / seconds, orders / limit_seconds
    # Ours and the largest of the processes that worked for us: they were there at the same time.
    peak = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    return Figure(name, database(), orders, lines, seconds, speed, limit, speed / limit, peak)


def database() -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sqlite_version()")
            return f"SQLite {cursor.fetchone()[0]}, synchronous {_synchronous()}"
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0].split(' ')[0]}"


def _synchronous() -> str:
    return {0: "OFF", 1: "NORMAL", 2: "FULL"}.get(db.fetch("PRAGMA synchronous")[0][0], "?")


def timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def copy_of(model: type[models.Model], name: str) -> str:
    """An empty table with the columns, keys and indexes of ``model``, to throw its rows at."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE TABLE {name} (LIKE {table} INCLUDING ALL)")
            return name
        # The CHECKs of a table name its columns with or without the table: rename it in the whole statement.
        rows = db.fetch("SELECT type, name, sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL AND type IN ('table', 'index')", [table])
        for kind, was, sql in rows:
            made = sql.replace(f'"{table}"', f'"{name}"')
            if kind == "index":
                made = made.replace(f'"{was}"', f'"limit_{was}"')
            cursor.execute(made)
    return name


def throw(model: type[models.Model], copy: str, *, at_once: int) -> float:
    """Seconds to write every row of ``model`` into ``copy`` by executemany or COPY, ``at_once`` a transaction."""
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields]
    names = ", ".join(f'"{column}"' for column in columns)
    raw = connection.vendor == "sqlite"
    rows = db.fetch(f"SELECT {names} FROM {table}") if not raw else _raw_rows(f"SELECT {names} FROM {table}")
    marks = ", ".join(["%s"] * len(columns))
    json_at = [at for at, field in enumerate(model._meta.concrete_fields) if isinstance(field, models.JSONField)]
    if not raw and json_at:
        rows = [tuple(_text(value) if at in json_at else value for at, value in enumerate(row)) for row in rows]
    began = time.perf_counter()
    for chunk in db.in_chunks(rows, at_once):
        with db.write(), connection.cursor() as cursor:
            if raw:
                db.raw_many(cursor, f'INSERT INTO "{copy}" ({names}) VALUES ({marks})', chunk)
            else:
                with cursor.copy(f'COPY "{copy}" ({names}) FROM STDIN') as out:
                    for row in chunk:
                        out.write_row(row)
    return time.perf_counter() - began


def _raw_rows(sql: str) -> list[Any]:
    """Rows exactly as SQLite keeps them, no converter in between."""
    with sqlite3.connect(settings.DATABASES["default"]["NAME"]) as plain:
        return plain.execute(sql).fetchall()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def scratch_file(name: str) -> Path:
    folder: Path = settings.DATA / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name
