"""Several people at one order, in processes of their own: whoever comes second hears of it, and without the guard nobody does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.flows.team import Team, address

MANY = 4
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(280), pytest.mark.xdist_group("race")]


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Team]:
    data = tmp_path_factory.mktemp("edit")
    made = Team(MANY, data, address(data), "tests.flows.editing")
    if connection.vendor != "postgresql":
        made.one("migrate", str(data / "template.sqlite3"))
    yield made
    made.rest()


@pytest.fixture
def race(team: Team, transactional_db: None, tmp_path: Path) -> Team:
    if connection.vendor != "postgresql":
        template, fresh = str(team.data / "template.sqlite3"), str(tmp_path / "race.sqlite3")
        team.one("begin", template, fresh)
        team.all("begin", template, fresh)
    return team


@pytest.mark.capability("M-10")
def test_of_four_who_write_the_same_field_one_is_saved_and_three_are_told(race: Team) -> None:
    order, lines = race.one("order", MANY)
    told = race.all("save", each=[(order, lines[nth], 30 + nth, f"第 {nth} 人写的", True) for nth in range(MANY)])
    assert sorted(told) == ["changed", "changed", "changed", "saved"]
    winner = told.index("saved")
    pieces, note, _version, changes = race.one("says", order)
    assert (note, changes) == (f"第 {winner} 人写的", 1)
    assert pieces == [30 + nth if nth == winner else 20 + nth for nth in range(MANY)], "nothing of the others' is half done"
    assert race.one("audit") == []


@pytest.mark.capability("M-10")
def test_four_who_change_different_lines_all_keep_theirs(race: Team) -> None:
    order, lines = race.one("order", MANY)
    assert race.all("save", each=[(order, lines[nth], 30 + nth, "", True) for nth in range(MANY)]) == ["saved"] * MANY
    pieces, _note, version, changes = race.one("says", order)
    assert (pieces, version, changes) == ([30 + nth for nth in range(MANY)], 1 + MANY, MANY)
    assert race.one("audit") == []


def test_without_the_guard_three_are_written_over_and_told_that_they_were_saved(race: Team) -> None:
    order, lines = race.one("order", MANY)
    told = race.all("save", each=[(order, lines[0], 30 + nth, f"第 {nth} 人写的", False) for nth in range(MANY)])
    assert told == ["saved"] * MANY, "the accident: four were told that their words stand, and one of them is right"
    _pieces, note, _version, changes = race.one("says", order)
    assert changes == MANY
    assert note.startswith("第 ")
