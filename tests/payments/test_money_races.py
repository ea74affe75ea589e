"""Money at one moment: told by many, given back by many, paid while the clock calls the order off. Nothing is lost and the sums are right."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.team import Team, begun
from tests.web.orders.bench import PRICE

MANY = 3
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(280), pytest.mark.xdist_group("race")]


@pytest.fixture
def team(tmp_path: Path, transactional_db: None) -> Iterator[Team]:
    yield from begun(MANY, tmp_path, "tests.payments.paying_races")


@pytest.mark.capability("P-02", "P-06")
def test_money_and_the_clock_meet_and_nothing_is_lost(team: Team, on_postgres: bool) -> None:
    unpaid, paid = team.one("prepare", 4, 3)
    # Told three times at once, it is paid once.
    assert sorted(team.all("told", unpaid[0])) == ["done", "repeat", "repeat"]
    assert team.one("stands", unpaid[0]) == ("pending_review", "paid", PRICE, PRICE, 1)
    # Given back three times at once, it goes back once.
    assert sorted(team.all("gives_back", paid[0])) == ["done", "refund-too-much", "refund-too-much"]
    assert team.one("stands", paid[0])[1:] == ("refunded", 0, 0, 2)
    # The clock was first: the order is off, and the money that came is written down and shown.
    for order_id in unpaid[1:3]:
        met = team.all("clock_or_buyer", each=[(order_id, nth, [0]) for nth in range(MANY)])
        assert met == ["off", "paid", "paid"]
        assert team.one("stands", order_id) == ("cancelled", "paid", PRICE, PRICE, 1)
        assert team.one("late", order_id)
    team.one("clean")
    # Handed over while its money goes back: whichever is first, the book is right and it goes back once.
    team.one("in_a_wave", paid[1])
    shipping = team.all("ships", each=[(paid[1], nth) for nth in range(MANY)])
    assert sorted(shipping[1:]) == ["done", "refund-too-much"]
    assert shipping[0] == "shipped"
    assert team.one("stands", paid[1]) == ("shipped", "refunded", 0, 0, 2)
    # Without the lock the clock calls off what was paid under its eyes, and nobody is shown it.
    team.all("clock_or_buyer", each=[(unpaid[3], nth, [0], "payments.lock" if nth == 0 else "") for nth in range(MANY)])
    assert team.one("stands", unpaid[3])[:3] == ("cancelled", "paid", PRICE)
    assert team.one("late", unpaid[3]) is not on_postgres
