"""Eight processes with one receipt, and eight tills at the last pieces: one order each, and no piece sold twice."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.team import Team, begun

MANY = 8
pytestmark = [
    pytest.mark.django_db(transaction=True), pytest.mark.timeout(200), pytest.mark.xdist_group("race"), pytest.mark.capability("I-04"),
]  # fmt: skip


@pytest.fixture
def team(tmp_path: Path, transactional_db: None) -> Iterator[Team]:
    yield from begun(MANY, tmp_path, "tests.orders.tilling")


def test_eight_who_send_one_receipt_make_one_order_and_without_the_guard_they_break(team: Team) -> None:
    shop_id = team.one("prepare", 100)
    told = sum(team.all("tell", shop_id, ["T1"], list(range(20))), Counter())
    assert told == {"created": 20, "duplicate": 20 * (MANY - 1)}
    assert team.one("stands") == (20, 80, [])
    bare = sum(team.all("tell", shop_id, ["T1"], list(range(20, 40)), "intake.unique"), Counter())
    # Nobody looks whether it is here: the constraint still lets one of them in, and the others fall over it.
    assert bare == {"created": 20, "broken": 20 * (MANY - 1)}
    assert team.one("stands") == (40, 60, [])


def test_eight_tills_at_the_last_pieces_sell_each_of_them_once(team: Team) -> None:
    shop_id = team.one("prepare", 30)
    told = sum(team.all("tell", each=[(shop_id, [f"T{nth}"], list(range(10))) for nth in range(MANY)]), Counter())
    assert told == {"created": 30, "refused": 10 * MANY - 30}
    assert team.one("stands") == (30, 0, [])
