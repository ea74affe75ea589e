"""Several workers look at the same orders at one moment: each version of a rule meets each order once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.team import Team, begun

WORKERS, ORDERS = 2, 8
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240), pytest.mark.xdist_group("hands")]


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path) -> Iterator[Team]:
    yield from begun(WORKERS, tmp_path, "tests.orders.ruling_stories")


@pytest.mark.capability("A-16")
def test_two_workers_at_the_same_orders_fire_each_rule_once(workers: Team) -> None:
    ids = workers.one("waiting", ORDERS)
    workers.all("look", each=[(ids, 5), (ids[::-1], 5)])
    stood = workers.one("stands")
    assert stood == {"rulings": 2 * ORDERS, "told": 2 * ORDERS, "gifts": ORDERS, "held": stood["held"], "wrong": []}
    assert all(stood["held"])
