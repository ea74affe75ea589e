"""What the blacklist does to orders that are here already."""

from collections.abc import Sequence
from datetime import datetime

from zhanggui.journal.book import ask
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders import states
from zhanggui.orders.commands import holds, review

AT_ONCE = 100
BLOCKED = "blacklisted"
BEYOND = (states.APPROVED, states.FULFILLING)


def stop(blocked_ids: Sequence[int], *, at: datetime) -> None:
    """Those at review are looked at again; those beyond it are held before they leave."""
    rows = _orders(blocked_ids, "b.lifted_at IS NULL", (states.PENDING_REVIEW, *BEYOND))
    beyond = {id_: {BLOCKED: {"why": why}} for id_, stage, why in rows if stage in BEYOND}
    with db.write():
        holds.put_on(beyond, source="review", by=SYSTEM, at=at)
        _look([id_ for id_, stage, _why in rows if stage == states.PENDING_REVIEW], at=at)


def let_go(blocked_ids: Sequence[int], *, at: datetime) -> None:
    """What stopped for these lines goes on, as far as nothing else stops it."""
    rows = _orders(blocked_ids, "b.lifted_at IS NOT NULL", (states.PENDING_REVIEW, *BEYOND))
    with db.write():
        holds.take_off({id_: (BLOCKED,) for id_, stage, _why in rows if stage in BEYOND}, by=SYSTEM, at=at)
        _look([id_ for id_, stage, _why in rows if stage == states.PENDING_REVIEW], at=at)


def _orders(blocked_ids: Sequence[int], state: str, stages: Sequence[str]) -> list[tuple[int, str, str]]:
    chosen, ids = db.among("b.id", sorted(set(blocked_ids)))
    named = ", ".join(f"'{stage}'" for stage in stages)
    return db.fetch(
        "SELECT DISTINCT o.id, o.stage, b.reason FROM customers_blocked b "
        "JOIN customers_recipient r ON r.tail_token = b.tail_token AND r.phone_token = b.phone_token "
        f"JOIN orders_order o ON o.recipient_id = r.id WHERE {chosen} AND {state} AND o.stage IN ({named}) ORDER BY o.id",
        [ids],
    )


def _look(order_ids: Sequence[int], *, at: datetime) -> None:
    for chunk in db.in_chunks(list(order_ids), AT_ONCE):
        ask(review.review_again, list(chunk), at=at)
