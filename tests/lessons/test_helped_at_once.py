"""Four who press in the same moment that it helped: each order counts once; four who correct one note: one of them does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.flows.team import Team, begun

HANDS = 4
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(200), pytest.mark.xdist_group("race")]


@pytest.fixture
def team(tmp_path: Path, transactional_db: None) -> Iterator[Team]:
    yield from begun(HANDS, tmp_path, "tests.lessons.helped")


@pytest.mark.capability("O-02")
def test_what_helps_in_the_same_moment_counts_once_an_order_and_only_by_its_guard(team: Team) -> None:
    lesson, orders = team.one("prepare", HANDS + 2)
    assert sum(team.all("press", lesson, orders[0])) == 1
    assert sum(team.all("press", each=[(lesson, order) for order in orders[1 : HANDS + 1]])) == HANDS
    assert team.one("stands", lesson) == (HANDS + 1, HANDS + 1, [])
    assert sorted(team.all("correct", each=[(lesson, f"第{nth}个说法") for nth in range(HANDS)])) == [False] * (HANDS - 1) + [True]
    if connection.vendor == "postgresql":
        # Whoever looks first and counts what was not there counts it again for each. SQLite has one writer, a guard of its own.
        assert sum(team.all("press", lesson, orders[-1], "lessons.once")) == HANDS
        helped, uses, wrong = team.one("stands", lesson)
        assert (helped - uses, len(wrong)) == (HANDS - 1, 1)
