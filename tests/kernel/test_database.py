"""The database as verbs: the same on both, whatever way rows go in; what is written stays written."""

import random
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

from zhanggui.journal.models import Counter, Entry, Job, Slot
from zhanggui.kernel import checks, clock, db, guards, sqlite
from zhanggui.kernel.append_only import AppendOnly

pytestmark = pytest.mark.django_db
JOB = ("name", "lane", "payload", "state", "run_at", "made_at", "attempts", "leased_by", "error", "leased_until")


# SQLite that keeps what it commits


@pytest.mark.parametrize(("version", "sound"), [
    ((3, 6, 23), True), ((3, 7, 0), False), ((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 44, 9), True), ((3, 45, 0), False),
    ((3, 45, 3), False), ((3, 49, 9), False), ((3, 50, 6), False), ((3, 50, 7), True), ((3, 51, 0), False), ((3, 51, 2), False),
    ((3, 51, 3), True), ((3, 52, 0), True), ((3, 53, 4), True), ((4, 0, 0), True),
])  # fmt: skip
def test_a_release_that_can_lose_pages_is_known_and_kept_out_of_wal(version: tuple[int, ...], sound: bool) -> None:
    assert sqlite.is_sound(version) is sound
    assert sqlite.journal_mode(version) == ("WAL" if sound else "DELETE")
    assert [said.id for said in checks.verdict(version, "PRAGMA journal_mode=WAL;")] == ([] if sound else ["zhanggui.E001"])
    assert [said.id for said in checks.verdict(version, "PRAGMA journal_mode=DELETE;")] == ([] if sound else ["zhanggui.W001"])


def test_the_house_stands_on_a_sound_database(on_postgres: bool) -> None:
    if on_postgres:
        # The server of the stories may be a hasty one (tests/postgres.py): the house says so, and nothing of one that is not.
        said = [told.msg.split()[3] for told in checks.postgres_keeps_what_it_commits(databases=["default"])]
        assert sorted(said) == [name for name in ("fsync", "full_page_writes") if db.fetch(f"SHOW {name}") == [("off",)]]
        db.execute("CREATE TEMP VIEW pg_settings AS SELECT name, 'on'::text AS setting FROM pg_catalog.pg_settings")
    call_command("check", databases=["default"])
    if on_postgres:
        assert db.fetch("SHOW synchronous_commit") == [("on",)]
        assert db.fetch("SELECT current_schema()") == [("m_main",)]
        return
    # The one that is really loaded, not the one that was meant.
    assert sqlite.is_sound(tuple(map(int, db.fetch("SELECT sqlite_version()")[0][0].split("."))))
    assert db.fetch("PRAGMA synchronous") == [(2,)]
    assert db.fetch("PRAGMA foreign_keys") == [(1,)]


def test_the_tables_are_known_by_a_sample_however_uneven_they_are() -> None:
    for look in ((sqlite.SAMPLE, "ANALYZE"), (sqlite.LOOK_AGAIN,)):
        with closing(sqlite3.connect(":memory:")) as line:
            line.execute("CREATE TABLE one (id INTEGER PRIMARY KEY, stage TEXT, n INT)")
            line.execute("CREATE INDEX by_stage ON one (stage, n)")
            line.executemany("INSERT INTO one (stage, n) VALUES (?, ?)", (("waiting" if n % 50 == 0 else "gone", n) for n in range(20_000)))
            for word in look:
                line.execute(word)
            (stat,) = line.execute("SELECT stat FROM sqlite_stat1 WHERE idx = 'by_stage'").fetchone()
        # Of one stage as many as were looked at and no more: 10,000, the mean of two, would have all of them read for the few.
        assert int(stat.split()[1]) <= 2_001, look


# Rows by the thousand


@pytest.mark.parametrize("many", [1, db.COPY_FROM - 1, db.COPY_FROM, 500])
def test_rows_go_in_the_same_whichever_way_they_take(many: int) -> None:
    at = datetime(2026, 10, 20, 2, 0, 0, 123456, tzinfo=UTC)
    words = ("a\tb", "c\nd", "back\\slash", "'\"%s%%", "䶮㛃𬭎", "\\N", "")
    rows = [(f"{words[n % 7]}{n}", "quick", '["x"]', "waiting", at + timedelta(seconds=n), at, n, "", words[n % 7], None) for n in range(many)]
    assert db.insert_many(Job, JOB, rows) == many
    found = Job.objects.order_by("attempts")
    assert [(j.name, j.error, j.run_at, j.attempts, j.payload, j.leased_until) for j in found] == [
        (row[0], row[8], row[4], row[6], ["x"], None) for row in rows
    ]
    assert db.insert_many(Job, JOB, []) == 0


@pytest.mark.parametrize("many", [2, db.COPY_FROM + 5])
def test_a_row_the_database_refuses_is_refused_in_djangos_words(many: int, at: datetime) -> None:
    rows = [("same", at)] * many
    with pytest.raises(IntegrityError), transaction.atomic():
        db.insert_many(Slot, ("name", "due_at"), rows)
    with pytest.raises(IntegrityError), transaction.atomic():
        db.execute_many("INSERT INTO journal_slot (name, due_at) VALUES (%s, %s)", [("same", db.adapt(at))] * many)
    assert Slot.objects.count() == 0


@pytest.mark.parametrize("moment", [
    datetime(2026, 10, 20, 2, 0, tzinfo=UTC), datetime(2026, 10, 20, 2, 0, 0, 1, tzinfo=UTC), datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(2026, 10, 20, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai")), datetime(2026, 3, 29, 3, 30, tzinfo=ZoneInfo("Europe/Berlin")),
    datetime(2026, 10, 20, 2, 0, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
])  # fmt: skip
def test_a_moment_bound_by_hand_is_the_moment_the_orm_asks_for(moment: datetime) -> None:
    db.insert_many(Slot, ("name", "due_at"), [("raw", moment)])
    Slot.objects.create(name="orm", due_at=moment)
    db.execute("INSERT INTO journal_slot (name, due_at) VALUES (%s, %s)", ["bound", db.adapt(moment)])
    assert Slot.objects.filter(due_at=moment).count() == 3
    assert Slot.objects.filter(due_at__lte=moment, due_at__gte=moment).count() == 3
    (kept,) = {repr(row[0]) for row in db.fetch("SELECT due_at FROM journal_slot")}
    assert kept
    assert {db.moment(row[0]) for row in db.fetch("SELECT due_at FROM journal_slot")} == {moment}
    assert db.adapt(None) is None


def test_moments_keep_their_order_with_and_without_a_fraction() -> None:
    base = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
    moments = sorted(base + timedelta(microseconds=n) for n in (0, 1, 10, 500_000, 999_999, 1_000_000, 60_000_000))
    db.insert_many(Slot, ("name", "due_at"), [(str(n), moment) for n, moment in enumerate(random.sample(moments, len(moments)))])
    assert list(Slot.objects.order_by("due_at").values_list("due_at", flat=True)) == moments


def test_ids_taken_ahead_are_never_given_twice() -> None:
    with db.write():
        first = db.take_ids(Slot, 3)
        db.insert_many(Slot, ("id", "name", "due_at"), [(id_, f"s{id_}", datetime.now(UTC)) for id_ in first])
    made = Slot.objects.create(name="by hand", due_at=datetime.now(UTC))
    with db.write():
        second = db.take_ids(Slot, 2)
    assert len({*first, made.pk, *second}) == 6
    assert [*sorted(first), made.pk, *sorted(second)] == sorted([*first, made.pk, *second])
    assert db.take_ids(Slot, 0) == []


@pytest.mark.parametrize("many", [0, 1, 5000])
def test_one_of_many_is_asked_with_one_parameter(many: int) -> None:
    Counter.objects.bulk_create([Counter(series=f"c{n}", last=n) for n in range(10)])
    for column, values, there in (("last", list(range(5, 5 + many)), 5), ("series", [f"c{n}" for n in range(5, 5 + many)], 5)):
        chosen, wanted = db.among(column, values)
        assert db.fetch(f"SELECT COUNT(*) FROM journal_counter WHERE {chosen}", [wanted]) == [(min(many, there),)]


# Again, when the database asks


class Trouble(Exception):
    def __init__(self, sqlstate: str | None) -> None:
        self.sqlstate = sqlstate


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("kind", "state", "words", "again"), [
    (OperationalError, "40001", "", True), (OperationalError, "40P01", "", True), (IntegrityError, "23505", "", True),
    (OperationalError, None, "database is locked", True),
    (IntegrityError, "23514", "", False), (OperationalError, "57014", "", False), (OperationalError, None, "disk I/O error", False),
])  # fmt: skip
def test_work_is_tried_again_for_these_and_only_these(kind: Any, state: str | None, words: str, again: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db.time, "sleep", lambda _s: None)
    calls = []

    def work(until: int) -> str:
        calls.append(1)
        if len(calls) < until:
            raise kind(words) from Trouble(state)
        return "done"

    if not again:
        with pytest.raises(kind):
            db.retried(lambda: work(2))
        assert len(calls) == 1
        return
    assert db.retried(lambda: work(db.TRIES)) == "done"
    calls.clear()
    with pytest.raises(kind):
        db.retried(lambda: work(99))
    assert len(calls) == db.TRIES
    calls.clear()
    # Inside a transaction the whole is not ours to repeat.
    with pytest.raises(kind), transaction.atomic():
        db.retried(lambda: work(99))
    assert len(calls) == 1


@pytest.mark.django_db(transaction=True)
def test_what_fails_within_is_undone_alone_and_what_fails_without_is_undone_whole(at: datetime) -> None:
    with db.write():
        Slot.objects.create(name="kept", due_at=at)
        with pytest.raises(ZeroDivisionError), db.together():
            _make_and_fall("gone", at)
    with pytest.raises(ZeroDivisionError), db.write():
        _make_and_fall("gone too", at)
    assert list(Slot.objects.values_list("name", flat=True)) == ["kept"]


def _make_and_fall(name: str, at: datetime) -> None:
    Slot.objects.create(name=name, due_at=at)
    raise ZeroDivisionError


# What is written stays


@pytest.mark.parametrize("table", ["journal_entry", "stock_ledger"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET actor_name = 'x'", "DELETE FROM {}"])
def test_the_book_and_the_ledger_take_new_lines_and_nothing_else(table: str, statement: str, at: datetime) -> None:
    if table == "journal_entry":
        Entry.objects.create(at=at, actor_kind="system", actor_name="掌柜", name="x")
    else:
        db.execute(
            "INSERT INTO stock_ledger (at, level_id, bin_id, sku_id, kind, delta, document_kind, actor_name, note) "
            "VALUES (%s, 1, 1, 1, 'received', 1, 'x', 'x', '')",
            [db.adapt(at)],
        )
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        db.execute(statement.format(table))
    assert db.fetch(f"SELECT COUNT(*) FROM {table}") == [(1,)]


@pytest.mark.django_db(transaction=True)
def test_a_table_can_be_let_go_by_a_migration_and_held_again(at: datetime) -> None:
    step = AppendOnly("journal_entry")
    with connection.schema_editor(atomic=False) as editor:
        step.allow(None, editor)
        Entry.objects.create(at=at, actor_kind="system", actor_name="掌柜", name="x")
        Entry.objects.all().delete()
        step.forbid(None, editor)
    assert step.deconstruct() == ("AppendOnly", ["journal_entry"], {})


# Guards and the clock


def test_guards_stand_and_are_only_taken_away_on_the_bench(settings: Any) -> None:
    assert all(guards.stands(name) for name in guards.GUARDS)
    with guards.without("stock.claim"):
        assert not guards.stands("stock.claim")
        assert guards.stands("stock.order")
    assert guards.stands("stock.claim")
    with pytest.raises(KeyError), guards.without("no such guard"):
        pass
    settings.GUARDS_MAY_BE_OFF = False
    with pytest.raises(RuntimeError), guards.without("stock.claim"):
        pass


@pytest.mark.parametrize(("zone", "day", "hours"), [
    ("Asia/Shanghai", date(2026, 10, 20), 24), ("Asia/Shanghai", date(1988, 4, 17), 23),
    ("Europe/Berlin", date(2026, 3, 29), 23), ("Europe/Berlin", date(2026, 10, 25), 25),
    ("America/New_York", date(2026, 3, 8), 23), ("Australia/Lord_Howe", date(2026, 10, 4), 23.5), ("Asia/Kathmandu", date(2026, 1, 1), 24),
    ("America/Sao_Paulo", date(2018, 11, 4), 23), ("Pacific/Chatham", date(2026, 4, 5), 25), ("UTC", date(2026, 2, 28), 24),
])  # fmt: skip
def test_a_day_of_the_company_is_as_long_as_its_clocks_say(zone: str, day: date, hours: float, settings: Any) -> None:
    settings.TIME_ZONE = zone
    start, end = clock.day_bounds(day)
    assert (end - start) == timedelta(hours=hours)
    assert clock.day_of(start) == day == clock.day_of(end - timedelta(microseconds=1))
    assert clock.day_of(end) == day + timedelta(days=1) == clock.day_of(end + timedelta(hours=1))
    assert clock.day_of(start - timedelta(microseconds=1)) == day - timedelta(days=1)


def test_a_thread_that_forked_waits_on_a_queue_of_its_own() -> None:
    db.forget_queue()
    seen: list[bool] = []

    def other() -> None:
        with db._queue():
            seen.append(True)

    thread = threading.Thread(target=other)
    thread.start()
    thread.join(10)
    assert seen == [True]


def test_an_index_that_covers_is_searched_by_its_first_columns_alone(on_postgres: bool) -> None:
    said = db.fetch(
        "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() AND indexname = 'order_work'"
        if on_postgres
        else "SELECT sql FROM sqlite_master WHERE name = 'order_work'"
    )[0][0].replace('"', "")
    keys = "(stage, ship_by, id) INCLUDE (holds, " if on_postgres else "(stage, ship_by, id, holds, "
    assert keys in said
    assert said.endswith("payment_method, waybill)"), said
