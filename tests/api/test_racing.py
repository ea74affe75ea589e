"""Programs that ask at once, and programs whose server is killed in the midst: one effect, one answer, nothing locked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.team import Team, begun

MANY = 3
POINTS = ("statement.before INSERT journal_answered", "statement.before UPDATE journal_answered", "commit.before", "commit.after")
pytestmark = [
    pytest.mark.django_db(transaction=True), pytest.mark.timeout(200), pytest.mark.xdist_group("race"), pytest.mark.capability("L-04"),
]  # fmt: skip


@pytest.fixture
def team(tmp_path: Path, transactional_db: None) -> Iterator[Team]:
    yield from begun(MANY + len(POINTS), tmp_path, "tests.api.racing")


def test_who_asks_at_once_gets_one_answer_and_a_kill_leaves_nothing_locked(team: Team) -> None:
    rounds = 6
    secret, ids = team.one("prepare", rounds + len(POINTS))
    for nth, order_id in enumerate(ids[:rounds]):
        told = team.all("hold", secret, order_id, f"race-{nth}")
        assert {status for status, _, _ in told} == {200}
        assert len({str(answer) for _, answer, _ in told}) == 1
        assert [again for _, _, again in told].count(False) == 1
    assert team.one("stood") == (rounds, rounds, rounds)
    for nth, point in enumerate(POINTS):
        doomed = team.lines.pop()
        process = team.processes.pop()
        team.many -= 1
        order_id, key = ids[rounds + nth], f"dead-{nth}"
        doomed.send(("hold_and_die", (secret, order_id, key, point), False))
        assert process.join(30), point
        with pytest.raises(EOFError):
            doomed.recv()
        done = rounds + nth + (point == "commit.after")
        assert team.one("stood") == (done, done, done), point
        status, answer, again = team.one("hold", secret, order_id, key)
        assert (status, answer["result"]["done"]) == (200, [str(order_id)])
        assert again == (point == "commit.after"), point
    assert team.one("stood") == (len(ids), len(ids), len(ids))
