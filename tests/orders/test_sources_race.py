"""Four at the ways in at once: each is added once, none loses its place, and no name is given twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.team import Team, begun

MANY = 4
pytestmark = [
    pytest.mark.django_db(transaction=True), pytest.mark.timeout(200), pytest.mark.xdist_group("race"), pytest.mark.capability("I-12"),
]  # fmt: skip


@pytest.fixture
def team(tmp_path: Path, transactional_db: None) -> Iterator[Team]:
    yield from begun(MANY, tmp_path, "tests.orders.sourcing")


def test_four_who_arrange_the_ways_in_at_once_lose_nothing_of_each_other(team: Team) -> None:
    before = team.one("stands")[0]
    assert sum(team.all("work", each=[(nth,) for nth in range(MANY)])) == 5 * MANY + 1
    assert team.one("stands") == (before + 5 * MANY + 1,) * 4
