"""Goods sold before they are there: from when on they may be shipped, said by hand or by a program."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from zhanggui.journal.book import Batch, command
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotFound
from zhanggui.orders import locking, states
from zhanggui.orders.commands import holds, review, revising
from zhanggui.orders.models import Line, Order

CODE = "presale"
# Before the warehouse has them.
OPEN = (states.DRAFT, states.PENDING_PAYMENT, states.PENDING_REVIEW, states.APPROVED)
Days = dict[int, list[datetime | None]]


@command(needs="order.edit", over="order")
def set_from(
    order_ids: Sequence[int], ships_from: datetime | None, *, line_ids: Sequence[int] = (), by: Actor, at: datetime
) -> Batch:
    """Say from when on these orders, or these lines of them, may be shipped; None: at once. What is not due yet waits at review, and
    stops where it was approved already; it goes on by itself when its moment has come.

    The time to ship by moves along, so that nothing is late that may not leave. Those of which this is said already are not among
    those done; refused are those the warehouse has or that are over (``wrong-stage``). As many statements however many orders. Raises
    NotFound for a line of another order.
    """
    locking.lock(order_ids)
    rows = {row.pk: row for row in Order.objects.filter(db.Among(F("pk"), list(order_ids))).select_related("shop").defer("fingerprint")}
    batch = Batch()
    batch.refuse([pk for pk, row in rows.items() if row.stage not in OPEN], "wrong-stage")
    lines = [line for line in Line.objects.filter(db.Among(F("order_id"), list(rows))) if rows[line.order_id].stage in OPEN]
    if line_ids and (strange := set(line_ids) - set(Line.objects.filter(pk__in=line_ids, order__in=rows).values_list("pk", flat=True))):
        raise NotFound(what=min(strange))
    before = _days(lines)
    changed = [line for line in lines if (not line_ids or line.pk in line_ids) and line.ships_from != ships_from]
    if not changed:
        return batch
    moment = db.adapt(ships_from)
    db.execute_many("UPDATE orders_line SET ships_from = %s WHERE id = %s", [(moment, line.pk) for line in changed])
    for line in changed:
        line.ships_from = ships_from
    done = sorted({line.order_id for line in changed})
    after = _days(lines)
    _ship_by([rows[pk] for pk in done], before, after)
    revising.changed({pk: [CODE] for pk in done}, facts={pk: {"changes": [_told(before[pk], after[pk])]} for pk in done}, by=by, at=at)
    _stop([pk for pk in done if rows[pk].stage == states.APPROVED], after, by=by, at=at)
    waiting = [pk for pk in done if rows[pk].stage == states.PENDING_REVIEW]
    if waiting:
        review.run(waiting, by=SYSTEM, at=at)
    batch.done = done
    return batch


def _days(lines: Sequence[Line]) -> Days:
    found: Days = {}
    for line in lines:
        found.setdefault(line.order_id, []).append(line.ships_from)
    return found


def last(days: Sequence[datetime | None]) -> datetime | None:
    """When the last of them may be shipped; None where all may at once."""
    return max((day for day in days if day is not None), default=None)


def _told(before: Sequence[datetime | None], after: Sequence[datetime | None]) -> dict[str, Any]:
    old, new = last(before), last(after)
    return {"field": CODE, "old": old.isoformat() if old else "", "new": new.isoformat() if new else ""}


def _ship_by(orders: Sequence[Order], before: Days, after: Days) -> None:
    """A promise made of the old day is made of the new one; one that somebody made otherwise is only put off where it must be."""
    moved = []
    for order in orders:
        within = timedelta(hours=order.shop.ship_within_h)
        old, new, begin = last(before[order.pk]), last(after[order.pk]), order.paid_at or order.placed_at
        ours = max([begin, *([old] if old else [])]) + within
        wanted = max([begin, *([new] if new else [])]) + within
        due = order.ship_by
        if due is None or due == ours or (new is not None and due < new):
            due = wanted
        if due != order.ship_by:
            moved.append((db.adapt(due), order.pk))
    db.execute_many("UPDATE orders_order SET ship_by = %s WHERE id = %s", moved)


def _stop(order_ids: Sequence[int], days: Days, *, by: Actor, at: datetime) -> None:
    """What is approved keeps its goods and waits for its day; what may go now goes."""
    waits = {pk: day for pk in order_ids if (day := last(days[pk])) is not None and day > at}
    holds.put_on({pk: {CODE: {"until": day.isoformat()}} for pk, day in waits.items()}, source="review", by=by, at=at)
    free = [pk for pk in order_ids if pk not in waits]
    holds.take_off({pk: [CODE] for pk in free}, by=by, at=at)
