"""A file is taken back, or says something new, while others approve and ship the same orders: each order goes one way. Then unguarded."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.flows.team import Team, address

MANY = 6
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(280), pytest.mark.xdist_group("race")]


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Team]:
    data = tmp_path_factory.mktemp("race-imports")
    made = Team(MANY, data, address(data), "tests.flows.racing_imports")
    if connection.vendor != "postgresql":
        made.one("migrate", str(data / "template.sqlite3"))
    yield made
    made.rest()


@pytest.fixture
def race(team: Team, transactional_db: None, tmp_path: Path) -> Team:
    """The processes over an empty database."""
    if connection.vendor != "postgresql":
        template, fresh = str(team.data / "template.sqlite3"), str(tmp_path / "race.sqlite3")
        team.one("begin", template, fresh)
        team.all("begin", template, fresh)
    return team


def apart(ids: list[int], each: int, dice: random.Random) -> list[list[int]]:
    """All of them in any order, so many at a time."""
    mixed = dice.sample(ids, len(ids))
    return [mixed[at : at + each] for at in range(0, len(mixed), each)]


@pytest.mark.capability("I-08", "A-08")
def test_an_order_is_taken_back_or_goes_on_and_never_both(race: Team) -> None:
    dice = random.Random(11)
    import_id, ids = race.one("bring_reviewed", 120, 90)
    race.one("asked", import_id)
    parts = ("undo", "undo", "approve", "approve", "plan", "plan")
    told = race.all("undo_or_work", each=[(part, import_id, apart(ids, 7, dice)) for part in parts])
    stages, undone, claims, claimed = race.one("stands", import_id)
    # Each was cancelled once, however many tried, and counted once.
    assert told[0] + told[1] == undone == stages["cancelled"] > 0
    assert sum(stages.values()) == 120
    # What goes on is promised, what was cancelled holds nothing.
    assert claims == claimed == stages["approved"] + stages["fulfilling"]
    assert race.one("wrong") == 0
    assert race.one("audit") == []


@pytest.mark.capability("I-08", "A-08")
def test_an_order_that_is_updated_while_it_is_approved_is_promised_as_it_stands(race: Team) -> None:
    import_id, _ids = race.one("bring_new", 40, 400)
    # All in one order, so that they meet at each of them.
    told = race.all("update_or_approve", each=[(nth, list(range(40)), 2 + nth) for nth in range(MANY)])
    assert sum(told) > 40
    assert race.one("wrong") == 0
    stages, _undone, claims, claimed = race.one("stands", import_id)
    assert claims == claimed
    assert set(stages) == {"approved"}
    assert race.one("audit") == []


@pytest.mark.capability("I-07", "I-08", "A-08")
def test_the_same_orders_brought_by_six_at_once_come_in_once(race: Team) -> None:
    """Each has a file of their own with the same orders: every order is taken by one, and here already for all the others."""
    shop_id = race.one("open_for_files")
    told = race.all("bring_file", each=[(nth, shop_id, 200) for nth in range(MANY)])
    assert {state for state, *_ in told} == {"done"}
    assert all(rows == ok + dup == 200 and not bad for _state, rows, ok, dup, bad in told)
    assert sum(ok for _state, _rows, ok, _dup, _bad in told) == 200
    assert race.one("files_stand") == (200, 200, 0)
    assert race.one("audit") == []


@pytest.mark.capability("I-07", "I-08", "A-08")
def test_one_file_brought_by_six_at_once_is_one_import(race: Team) -> None:
    """Byte for byte the same: whoever is second hears that it runs, or brings it again and adds nothing."""
    shop_id = race.one("open_for_files")
    told = race.all("bring_file", each=[(nth, shop_id, 200, False) for nth in range(MANY)])
    assert {state for state, *_ in told} <= {"done", "running", "runs"}
    assert race.one("files_stand") == (200, 200, 0)
    assert race.one("bring_file", 0, shop_id, 200, False) == ("done", 200, 0, 200, 0)
    assert race.one("audit") == []


def test_without_looking_first_the_second_file_breaks_on_the_first(race: Team) -> None:
    shop_id = race.one("open_for_files")
    told = race.all("bring_file", each=[(nth, shop_id, 200, True, "intake.unique") for nth in range(MANY)])
    assert "broke" in {state for state, *_ in told}


def test_without_the_lock_an_order_is_changed_under_the_hands_of_who_approves_it(race: Team) -> None:
    """Six rounds at most: the accident needs two at one order at one moment."""
    race.one("bring_new", 40, 4000)
    for turn in range(6):
        race.all("update_or_approve", each=[(nth + turn, list(range(40)), 2 + nth + turn, "renew.lock") for nth in range(MANY)])
        if race.one("wrong"):
            break
        race.one("back_to_review")
    assert race.one("wrong") > 0


def test_without_the_lock_an_order_is_cancelled_and_packed(race: Team) -> None:
    """Six rounds at most, for the same reason."""
    dice = random.Random(12)
    parts = ("undo", "plan") * 3
    for turn in range(6):
        import_id, ids = race.one("bring_reviewed", 120, 4000, 1000 * turn)
        race.one("asked", import_id)
        race.all("undo_or_work", each=[(part, import_id, apart(ids, 5, dice), "steps.lock") for part in parts])
        if race.one("audit"):
            break
    assert race.one("audit") != []
