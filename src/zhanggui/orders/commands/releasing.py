"""Holds that go by themselves: their time came, or what they waited for happened."""

from collections.abc import Sequence
from datetime import datetime

from zhanggui.journal.book import command
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.orders.checks.reasons import PAID, REFUND_CLOSED, STOCK
from zhanggui.orders.checks.remarks import REFUND
from zhanggui.orders.commands import holds, review
from zhanggui.orders.models import Hold

AT_ONCE = 500
WHERE = "SELECT h.order_id, h.code FROM orders_hold h"


@command(needs="order.hold")
def due(*, by: Actor, at: datetime) -> int:
    """Let go what was held until now, the longest due first, some hundred at a time, and let the rules look at it. Returns how many."""
    rows = Hold.objects.filter(cleared_at=None, until__lte=at).order_by("until", "pk").values_list("order_id", "code")[:AT_ONCE]
    return _let_go(list(rows), "until", by=by, at=at)


@command(needs="order.hold", over="order")
def happened(order_ids: Sequence[int], event: str, *, by: Actor, at: datetime) -> int:
    """What these orders may have waited for has happened: let go what waited for it. Returns how many."""
    chosen, ids = db.among("h.order_id", sorted(set(order_ids)))
    rows = db.fetch(f"{WHERE} WHERE {chosen} AND h.cleared_at IS NULL AND h.event = %s ORDER BY h.id", [ids, event])
    return _let_go(rows, event, by=by, at=at)


def paid(order_ids: Sequence[int], *, at: datetime) -> None:
    """Money came in for these orders: those that owe nothing any more."""
    chosen, ids = db.among("id", sorted(set(order_ids)))
    rows = db.fetch(f"SELECT id FROM orders_order WHERE {chosen} AND payment = 'paid' AND paid_minor >= total_minor", [ids])
    if rows:
        happened([id_ for (id_,) in rows], PAID, by=SYSTEM, at=at)


def came(sku_ids: Sequence[int], *, at: datetime) -> None:
    """Goods came: orders that waited for some of them, first promised first."""
    skus, ids = db.among("l.sku_id", sorted(set(sku_ids)))
    rows = db.fetch(
        f"SELECT DISTINCT h.order_id FROM orders_hold h JOIN orders_line l ON l.order_id = h.order_id "
        f"WHERE h.event = '{STOCK}' AND h.cleared_at IS NULL AND {skus}",
        [ids],
    )
    for chunk in db.in_chunks([order_id for (order_id,) in rows], AT_ONCE):
        happened(list(chunk), STOCK, by=SYSTEM, at=at)


def refund_closed(order_ids: Sequence[int], *, at: datetime) -> None:
    """The platform says something else of these orders: those of which it no longer says that a refund is under way."""
    chosen, ids = db.among("id", sorted(set(order_ids)))
    rows = db.fetch(f"SELECT id, platform_status FROM orders_order WHERE {chosen}", [ids])
    if over := [id_ for id_, said in rows if not any(word in said for word in REFUND)]:
        happened(over, REFUND_CLOSED, by=SYSTEM, at=at)


def _let_go(rows: Sequence[tuple[int, str]], why: str, *, by: Actor, at: datetime) -> int:
    codes: dict[int, list[str]] = {}
    for order_id, code in rows:
        codes.setdefault(order_id, []).append(code)
    let = holds.take_off(codes, by=by, at=at, facts={"itself": why})
    review.run(let, by=by, at=at)
    return len(let)
