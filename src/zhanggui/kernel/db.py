"""The database as verbs: one short write transaction, rows by the thousand, ids taken ahead.

The same calls run on SQLite (IMMEDIATE behind a fair queue) and PostgreSQL (READ COMMITTED, COPY).
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connection, models, transaction
from django.db.utils import IntegrityError

from zhanggui.kernel import crashing

Row = Sequence[Any]
T = TypeVar("T")
TRIES = 5
# Below this COPY's fixed cost is more than it saves.
COPY_FROM = 20

_local = threading.local()


@contextmanager
def write() -> Iterator[None]:
    """One write transaction, or a part of the one that is open. Keep it under 100 ms: no network, no file, no sleep."""
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    crashing.point("queue.before")
    with _queue():
        crashing.point("begin.before")
        with transaction.atomic():
            crashing.point("begin.after")
            yield
            crashing.point("commit.before")
        crashing.point("commit.after")


@contextmanager
def together() -> Iterator[None]:
    """A part of the open transaction that is undone alone when it fails."""
    with transaction.atomic():
        yield


def retried(work: Callable[[], T]) -> T:
    """``work`` as a whole, again when the database asks for it: deadlock, serialisation, busy. At most five times."""
    if connection.in_atomic_block:
        return work()
    for turn in range(1, TRIES + 1):
        try:
            return work()
        except (OperationalError, IntegrityError) as error:
            if turn == TRIES or not _worth_another(error):
                raise
            time.sleep(random.uniform(0.005, 0.02) * 2**turn)  # noqa: S311  # only to part two who met
    raise AssertionError("unreachable")


def _worth_another(error: Exception) -> bool:
    state = getattr(error.__cause__, "sqlstate", None)
    if state is not None:
        return state in ("40001", "40P01", "23505")
    return "locked" in str(error) or "busy" in str(error)


@contextmanager
def _queue() -> Iterator[None]:
    """Writers of one SQLite file stand in line: the kernel's file lock is fair, the busy timeout is not."""
    if connection.vendor != "sqlite" or cast(Any, connection).is_in_memory_db():
        yield
        return
    path = f"{connection.settings_dict['NAME']}.queue"
    handles: dict[str, int] = _local.__dict__.setdefault("handles", {})
    handle = handles.get(path)
    if handle is None:
        handle = handles[path] = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)


def forget_queue() -> None:
    """After a fork: the child opens its own handle, for a lock belongs to the open file."""
    _local.__dict__.clear()


os.register_at_fork(after_in_child=forget_queue)


def adapt(moment: datetime | None) -> Any:
    """``moment`` as a raw statement must bind it, so that what we write and what the ORM asks compare equal."""
    return adapter()(moment)


def adapter() -> Callable[[datetime | None], Any]:
    """``adapt`` for many: the database is asked once. SQLite keeps naive UTC text, as the ORM writes it."""
    return _as_text if connection.vendor == "sqlite" else _as_it_is


def _as_it_is(moment: datetime | None) -> datetime | None:
    return moment


def _as_text(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return str((moment if moment.tzinfo is UTC else moment.astimezone(UTC)).replace(tzinfo=None))


def insert_many(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row], *, adapted: bool = False) -> int:
    """Write ``rows`` by COPY or ``executemany``; values must already fit their columns (JSON as text).

    ``columns`` are column names. Datetimes are adapted here unless they are ``adapted`` already. Returns how many
    were written.
    """
    rows = list(rows)
    if not rows:
        return 0
    if connection.vendor == "sqlite" and not adapted:
        rows = _adapted([_field(model, column) for column in columns], rows)
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(rows) >= COPY_FROM:
            # COPY is the driver's own: its errors become Django's, or nobody would try again.
            crashing.statement("statement.before", f"COPY {table}")
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            crashing.statement("statement.after", f"COPY {table}")
        else:
            marks = ", ".join(["%s"] * len(columns))
            raw_many(cursor, f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
    return len(rows)


def _adapted(fields: Sequence[models.Field[Any, Any]], rows: list[Row]) -> list[Row]:
    moments = [at for at, field in enumerate(fields) if isinstance(field, models.DateTimeField)]
    if not moments:
        return rows
    done: list[Row] = []
    for row in rows:
        values = list(row)
        for at in moments:
            values[at] = _as_text(values[at])
        done.append(values)
    return done


def raw_many(cursor: Any, sql: str, rows: Sequence[Row]) -> int:
    """``executemany`` without a string operation a row on SQLite: the mark is changed once. How many rows it touched."""
    if connection.vendor == "sqlite":
        # Past Django's cursor, and all the same with Django's errors: who retries or refuses knows only those.
        crashing.statement("statement.before", sql)
        with connection.wrap_database_errors:
            touched = int(cursor.cursor.connection.executemany(sql.replace("%s", "?"), rows).rowcount)
        crashing.statement("statement.after", sql)
        return touched
    cursor.executemany(sql, rows)
    return int(cursor.rowcount)


def _field(model: type[models.Model], column: str) -> models.Field[Any, Any]:
    return _columns(model)[column]


_known: dict[type[models.Model], dict[str, models.Field[Any, Any]]] = {}


def _columns(model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
    found = _known.get(model)
    if found is None:
        found = _known[model] = {str(field.column): field for field in model._meta.concrete_fields}
    return found


def take_ids(model: type[models.Model], many: int) -> list[int]:
    """``many`` fresh keys of ``model``, for rows written in this transaction. They are not promised to be consecutive."""
    if not many:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [f'"{table}"', many])
            return [row[0] for row in cursor.fetchall()]
        # AUTOINCREMENT never hands out a key twice, and inside IMMEDIATE nobody else writes.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or (0,))[0]
        return list(range(last + 1, last + 1 + many))


class Among(models.Lookup):
    """``Among(F("pk"), ids)``: a condition of a query that the column is one of ``ids``, as one parameter however many they are."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        said, ids = among(column, self.rhs)
        return said, (*params, ids)


class Filled(models.Lookup):
    """``Filled(F("flag"), True)``: the text is not empty, written out where Django would bind it: SQLite takes an index of some
    rows (``condition=~Q(flag="")``) only where the statement itself says which."""

    lookup_name = "filled"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        # As an index's own condition is written, so that PostgreSQL knows it again too.
        return f"NOT ({column} = '')", tuple(params)


class Written(models.Lookup):
    """``Written(F("kind"), "gift")``: the column is this word of our own code, written out for the same reason."""

    lookup_name = "written"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        word = str(self.rhs)
        if not word.isidentifier():
            raise ValueError(word)
        return f"{column} = '{word}'", tuple(params)


def among(column: str, ids: Iterable[Any]) -> tuple[str, Any]:
    """``column`` is one of ``ids``, as SQL and its one parameter, however many there are."""
    values = list(ids)
    if connection.vendor == "postgresql":
        if values and isinstance(values[0], int):
            # Numbers are bound as their column is: any other width, and each row walks the whole list instead of a hash. As the words of
            # an array: the driver weighs a list number by number, which for two thousand takes as long as finding them.
            return f"{column} = ANY(%s::bigint[])", f"{{{','.join(map(str, values))}}}"
        return f"{column} = ANY(%s)", values
    return f"{column} IN (SELECT value FROM json_each(%s))", _json_list(values)


def _json_list(values: Sequence[Any]) -> str:
    return json.dumps(values, ensure_ascii=False)


def counted(rows: models.QuerySet[Any, Any], cap: int) -> tuple[str, Sequence[Any]]:
    """How many ``rows`` there are, counted no further than ``cap`` + 1, as a part of a SELECT and its parameters."""
    try:
        sql, params = rows.order_by().values("pk")[: cap + 1].query.sql_with_params()
    except EmptyResultSet:
        return "0", ()
    return f"(SELECT COUNT(*) FROM ({sql}) AS counted)", params


def along(rows: models.QuerySet[Any, Any], index: str = "") -> list[tuple[Any, ...]]:
    """``rows`` (values the driver gives as they are) read along this index of their table. SQLite takes the narrowest of several
    that begin alike, and goes to the table for what the wider one holds; PostgreSQL weighs that itself."""
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    if index and connection.vendor == "sqlite":
        table = f'FROM "{rows.model._meta.db_table}" '
        sql = sql.replace(table, f'{table}INDEXED BY "{index}" ', 1) if sql.count(table) == 1 else sql
    return fetch(sql, params)


def fetch(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of one statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def execute(sql: str, params: Sequence[Any] = ()) -> int:
    """Run one statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def execute_many(sql: str, rows: Sequence[Row]) -> int:
    """Run one statement for each of ``rows``; how many rows all of them touched."""
    if not rows:
        return 0
    with connection.cursor() as cursor:
        return raw_many(cursor, sql, rows)


def in_chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def epoch(column: str) -> str:
    """SQL for the whole seconds of ``column`` since 1970, worked out by the database."""
    if connection.vendor == "sqlite":
        return f"CAST(strftime('%%s', {column}) AS INTEGER)"
    return f"EXTRACT(EPOCH FROM {column})::bigint"


def moment(value: Any) -> datetime:
    """A moment read by a raw statement, aware: SQLite gives naive UTC text, PostgreSQL a datetime."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime.fromisoformat(value).replace(tzinfo=UTC)
