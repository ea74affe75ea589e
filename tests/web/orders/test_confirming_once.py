"""One draft confirmed by many hands at once is one order, and without the guard it is several; numbers are never given twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.team import Team, begun

MANY, ROUNDS = 5, 6
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240), pytest.mark.xdist_group("race")]


@pytest.fixture
def team(tmp_path: Path, transactional_db: None) -> Iterator[Team]:
    yield from begun(MANY, tmp_path, "tests.web.orders.confirming")


@pytest.mark.capability("N-13", "N-09", "L-09")
def test_a_draft_confirmed_by_many_at_once_is_one_order_and_only_by_its_guard(team: Team) -> None:
    keys = team.one("prepare", ROUNDS * 3)
    team.all("sign_in")
    for nth, key in enumerate(keys[:ROUNDS], 1):
        told = team.all("confirm", key)
        assert {tuple(each) for each in told} == {(302, f"/orders/new/{key}/done/")}
        assert team.one("placed") == nth
    given = [number for each in team.all("numbers", 4) for number in each]
    assert len(set(given)) == len(given) == MANY * 4
    before = team.one("placed")
    for key in keys[ROUNDS:]:
        team.all("confirm", key, "entry.once")
    assert team.one("placed") > before + 2 * ROUNDS, "without the guard nothing was placed twice: it guards nothing"
