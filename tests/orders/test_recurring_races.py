"""Several workers at one slot, several sendings of one form, and a worker killed in the middle: real processes, a real database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.flows.team import Team, address

WORKERS = 4
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240), pytest.mark.xdist_group("hands")]


def crew(many: int, data: Path) -> Team:
    return Team(many, data, address(data), "tests.orders.recurring_stories")


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Team]:
    data = tmp_path_factory.mktemp("workers")
    made = crew(WORKERS, data)
    if connection.vendor != "postgresql":
        made.one("migrate", str(data / "template.sqlite3"))
    yield made
    made.rest()


@pytest.fixture
def workers(team: Team, transactional_db: None, tmp_path: Path) -> Team:
    if connection.vendor != "postgresql":
        template, fresh = str(team.data / "template.sqlite3"), str(tmp_path / "race.sqlite3")
        team.one("begin", template, fresh)
        team.all("begin", template, fresh)
    return team


@pytest.mark.capability("I-14")
def test_four_workers_look_at_every_slot_and_each_slot_is_one_order(workers: Team) -> None:
    workers.one("coming", 3)
    placed = workers.all("work", 5)
    assert sum(placed) == 15
    assert workers.one("stands") == (15, 15, [])


@pytest.mark.capability("I-14")
def test_without_the_guard_a_slot_is_placed_by_each_of_them(workers: Team, on_postgres: bool) -> None:
    """On SQLite the one writer looks and takes in one breath, and stands in for the guard."""
    workers.one("coming", 3)
    workers.all("work", 5, "making.once")
    assert (workers.one("stands")[0] > 15) == on_postgres


@pytest.mark.capability("N-14")
def test_one_form_sent_four_times_at_once_makes_its_orders_once(workers: Team) -> None:
    workers.one("coming", 1)
    told = workers.all("make_same", "form", 20)
    assert sorted(fresh for fresh, _ in told) == [False, False, False, True]
    assert len({tuple(orders) for _, orders in told}) == 1


@pytest.mark.capability("I-14")
def test_a_worker_killed_while_it_places_leaves_the_slot_to_the_next(workers: Team, tmp_path: Path) -> None:
    workers.one("coming", 1)
    doomed = crew(1, workers.data)
    try:
        if connection.vendor != "postgresql":
            fresh = str(tmp_path / "race.sqlite3")
            doomed.one("begin", fresh, fresh)
        with pytest.raises((EOFError, ConnectionResetError)):
            doomed.one("die_placing")
    finally:
        doomed.rest()
    assert workers.one("stands") == (0, 0, [])
    assert sum(workers.all("work", 1)) == 1
    assert workers.one("stands") == (1, 1, [])
