"""Many hands at the same orders, as real processes: merged once, split once, and never torn between a wave and being taken apart."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.flows.team import Team, begun

HANDS = 4
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240), pytest.mark.xdist_group("race")]


@pytest.fixture
def team(tmp_path: Path, transactional_db: None) -> Iterator[Team]:
    yield from begun(HANDS, tmp_path, "tests.orders.joining")


@pytest.mark.capability("A-10", "A-06")
def test_orders_merged_and_split_by_four_at_once_are_merged_and_split_once_and_only_by_their_guard(team: Team) -> None:
    first, second, third, *unguarded = team.one("prepare", 5)
    team.all("merge", each=[(first[nth : nth + 2],) for nth in range(HANDS)])
    assert team.one("alone", first) == []
    # Two of five pieces for each: the third finds too few, and nothing is counted twice.
    (line,) = team.one("lines", second[0])
    before = team.one("family", second[0])
    took = team.all("take", line, 2)
    assert took.count(True) == 2
    assert team.one("family", second[0]) == (3, *before[1:])
    team.one("merge", third)
    team.all("act", each=[("plan" if nth % 2 else "unmerge", third) for nth in range(HANDS)])
    team.one("clean")
    if connection.vendor == "postgresql":
        # Without it whoever comes second takes an order out of what the first has just merged. SQLite has one writer, a guard of its own.
        for ids in unguarded:
            team.all("merge", each=[(ids[nth : nth + 2], "merge.once") for nth in range(HANDS)])
        assert any(team.one("alone", ids) for ids in unguarded), "without the guard nothing was torn: it guards nothing"
