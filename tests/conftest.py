"""The bench: a clean database for each story, actors of every role, and the record of what was shown."""

import json
import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.base import DatabaseOperations as PostgresOperations
from django.db.backends.sqlite3.base import DatabaseOperations as SqliteOperations
from django.utils import translation

from tests.fulfilment.floor import FakeCourier, Floor
from zhanggui.accounts.commands import people
from zhanggui.accounts.models import User
from zhanggui.accounts.policy import policy
from zhanggui.carriers import queries as carriers
from zhanggui.hooks import queries as hooks
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.append_only import statements
from zhanggui.orders.commands import shops
from zhanggui.stock.commands import warehouses

APPEND_ONLY = ("journal_entry", "stock_ledger", "payments_ledger")
BUILD = Path(__file__).parent.parent / "build"


@pytest.fixture(scope="session", autouse=True)
def _flush_may_empty_append_only_tables() -> None:
    """Between stories the bench empties every table; on SQLite that is a DELETE, which the book rightly refuses."""
    flush = SqliteOperations.sql_flush

    def sql_flush(self: SqliteOperations, style: Any, tables: Any, **options: Any) -> list[str]:
        bare = flush(self, style, tables, **options)
        drop = [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for table in APPEND_ONLY for verb in ("update", "delete")]
        again = [statement for table in APPEND_ONLY for statement in statements("sqlite", table)]
        return [*drop, *bare, *again]

    SqliteOperations.sql_flush = sql_flush  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def _flush_of_few_rows_is_quick() -> None:
    """PostgreSQL makes new files for every table and index it truncates: of a hundred tables with a row or two that takes a third of
    a second, after each story. Rows are deleted instead, where the bench may set the triggers aside."""
    flush = PostgresOperations.sql_flush

    def sql_flush(self: PostgresOperations, style: Any, tables: Any, **options: Any) -> list[str]:
        if not tables or options.get("reset_sequences") or not _is_superuser(self.connection):
            return flush(self, style, tables, **options)
        emptied = ";".join(f"DELETE FROM {self.quote_name(table)}" for table in sorted(tables))
        return ["SET LOCAL session_replication_role = replica", emptied]

    PostgresOperations.sql_flush = sql_flush  # type: ignore[method-assign]


def _is_superuser(line: Any) -> bool:
    with line.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        return bool(cursor.fetchone()[0])


@pytest.fixture(autouse=True)
def _nobody_outside_hears() -> Iterator[None]:
    """No endpoint until a verb makes one: what one story looked up a moment ago is not another's."""
    hooks.assume_none()
    yield
    hooks.assume_none()


@pytest.fixture(autouse=True)
def _the_house_speaks_chinese() -> None:
    """A request leaves its language with the thread until the next comes: a story that asks no page begins in the house's own."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _acts_of_one_request_are_one() -> Iterator[None]:
    """No page does two acts apart: between them a machine may die, and asking again would pass the second over."""
    apart = _Heard()
    logging.getLogger("zhanggui.once").addHandler(apart)
    yield
    logging.getLogger("zhanggui.once").removeHandler(apart)
    assert not apart.said, apart.said


class _Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"{record.getMessage()}: {record.__dict__.get('route')}")


@pytest.fixture
def at() -> datetime:
    """A Tuesday morning in Shanghai."""
    return datetime(2026, 10, 20, 2, 0, tzinfo=UTC)


def actor(role: str) -> Actor:
    return Actor("person", None, role, policy().grants_of(role), role, fresh=True)


@pytest.fixture
def owner() -> Actor:
    return actor("owner")


@pytest.fixture
def system() -> Actor:
    return SYSTEM


@pytest.fixture
def roles() -> dict[str, Actor]:
    """Every built-in role as an actor."""
    return {role: actor(role) for role in policy().roles}


@pytest.fixture
def shop_id(db: None, at: datetime) -> int:
    """A shop with one warehouse."""
    warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=at)
    return shops.open_one("shanye", "山野杂货", platform="taobao", by=SYSTEM, at=at)


@pytest.fixture
def person(db: None, at: datetime) -> Any:
    """Sign people in: ``person("owner")`` → a User with that role. The house is as young as they are."""

    def make(role: str = "owner") -> User:
        made = people.add(f"{role}@example.com", role, "kettle-lamp-42", role, by=SYSTEM, at=clock.now())
        return User.objects.get(pk=made)

    return make






@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """A test's capability marks travel with its report, also from a worker of xdist."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    ids = [id_ for mark in item.iter_markers("capability") for id_ in mark.args]
    report.user_properties.append(("capabilities", ids))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep, by capability, which tests passed and which did not."""
    ids = dict(report.user_properties).get("capabilities") or []
    for id_ in ids:
        outcome = _RESULTS.setdefault(id_, {})
        if report.failed:
            outcome[report.nodeid] = False
        elif report.when == "call" and report.passed:
            outcome.setdefault(report.nodeid, True)


_RESULTS: dict[str, dict[str, bool]] = {}


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write what passed on this database and what did not; the last leg of `make test` puts the legs together."""
    leg = os.environ.get("ZHANGGUI_LEG")
    if not leg or hasattr(session.config, "workerinput"):
        return
    folder = BUILD / "legs"
    folder.mkdir(parents=True, exist_ok=True)
    ran = {id_: dict(sorted(tests.items())) for id_, tests in sorted(_RESULTS.items())}
    (folder / f"{leg}.json").write_text(json.dumps(ran, ensure_ascii=False, indent=1))


@pytest.fixture
def on_postgres() -> bool:
    return connection.vendor == "postgresql"


@pytest.fixture
def courier(monkeypatch: pytest.MonkeyPatch) -> FakeCourier:
    """Stands where the plugin ``sandbox`` would."""
    fake = FakeCourier()
    monkeypatch.setattr(carriers, "plugins", lambda: {"sandbox": fake})
    return fake


@pytest.fixture
def floor(shop_id: int, courier: FakeCourier, at: datetime) -> Floor:
    return Floor(shop_id, at)
