"""Real processes at one approval: it is asked once, done once, and never both done and taken back."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.flows.team import Team, address

MANY = 4
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120), pytest.mark.xdist_group("agreeing")]


@pytest.fixture
def team(tmp_path: Path, transactional_db: None) -> Iterator[Team]:
    made = Team(MANY, tmp_path, address(tmp_path), "tests.journal.agreeing")
    if connection.vendor != "postgresql":
        made.one("migrate", str(tmp_path / "template.sqlite3"))
        made.all("begin", str(tmp_path / "template.sqlite3"), str(tmp_path / "race.sqlite3"))
    yield made
    made.rest()


@pytest.mark.capability("L-08")
def test_two_who_agree_at_once_do_it_once(team: Team) -> None:
    *owners, zoe = team.one("house", MANY + 1)
    asker, others = owners[0], owners[1:]
    assert team.all("ask", asker, zoe, "finance") == ["second-person-asked"] * MANY
    (approval,) = team.one("waiting")
    how = Counter(team.all("settle", each=[("agree", approval, other) for other in others]))
    assert how == {"agree": 1, "already-settled": MANY - 1}
    assert tuple(team.one("acted")) == (1, "finance", "done")

    # Agreeing against taking back: one of them wins, and the books say which.
    roles = ["sales", "readonly", "warehouse"]
    now, given = "finance", 1
    for role in roles:
        team.one("ask", asker, zoe, role)
        (approval,) = team.one("waiting")
        turns = [("withdraw", approval, asker), *(("agree", approval, other) for other in others[1:])]
        how = Counter(team.all("settle", each=turns))
        assert how["agree"] + how["withdraw"] == 1
        now, given = (role, given + 1) if how["agree"] else (now, given)
        assert tuple(team.one("acted")) == (given, now, "done" if how["agree"] else "withdrawn")
