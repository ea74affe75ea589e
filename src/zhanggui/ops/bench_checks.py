"""Every check there is over orders that wait: each is read and asked, nothing is written."""

from collections.abc import Callable, Mapping, Sequence

from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhanggui.kernel import clock, db
from zhanggui.ops.benching import Figure, figure, timed
from zhanggui.orders.checks.check import Dials, Said, findings, in_force
from zhanggui.orders.checks.listed import checks
from zhanggui.orders.facts_of import gather
from zhanggui.orders.models import Line

BATCH = 1_000
# What a check must be told before it has anything to look for.
TOLD: Mapping[str, Dials] = {
    "destination": {"places": ["西藏", "新疆"]}, "flags": {"flags": ["red"]}, "finance": {"over": 10**9, "ways": ["对公打款"]},
}  # fmt: skip


def looked_at(order_ids: Sequence[int]) -> Figure:
    """All checks switched on, a thousand orders at a time; as many statements for a thousand as for ten."""
    force = in_force(checks(), {check.code: Said(True, TOLD.get(check.code, {})) for check in checks()}, {})
    asked: list[int] = []
    at = clock.now()

    def look(ids: Sequence[int]) -> None:
        for facts in gather(ids, at=at).facts:
            findings(facts, force)
            asked.append(facts.order_id)

    assert _statements(lambda: look(order_ids[:10])) == _statements(lambda: look(order_ids[:BATCH]))
    asked.clear()

    def work() -> None:
        for chunk in db.in_chunks(list(order_ids), BATCH):
            look(list(chunk))

    seconds = timed(work)
    assert len(asked) == len(order_ids), len(asked)
    return figure("checks", len(order_ids), Line.objects.count(), seconds, timed(_limit))


def _statements(work: Callable[[], None]) -> int:
    with CaptureQueriesContext(connection) as made:
        work()
    return len(made)


def _limit() -> None:
    assert db.fetch("SELECT * FROM orders_order o JOIN customers_recipient r ON r.id = o.recipient_id")
    assert db.fetch("SELECT * FROM orders_line")
