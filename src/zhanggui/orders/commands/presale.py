"""Goods sold before they are there: from when on they may be shipped, said by hand or by a program."""

from collections.abc import Mapping, Sequence
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
    work = _Work(order_ids)
    strange = set(line_ids) - {line.pk for line in work.every}
    if strange:
        raise NotFound(what=min(strange))
    chosen = set(line_ids)
    return work.said({line.pk: ships_from for line in work.lines if not chosen or line.pk in chosen}, by=by, at=at)


@command(needs="order.edit", over="order")
def put_back(before: Mapping[int, list[tuple[int, datetime | None]]], *, by: Actor, at: datetime) -> Batch:
    """Order → its lines with the moment each had: the way back from ``set_from``."""
    return _Work(list(before)).said({line_id: moment for lines in before.values() for line_id, moment in lines}, by=by, at=at)


class _Work:
    """Orders whose lines are given a day, locked, with those of their lines that may be; ``refused`` stand in the batch."""

    def __init__(self, order_ids: Sequence[int]) -> None:
        locking.lock(order_ids)
        found = Order.objects.filter(db.Among(F("pk"), list(order_ids))).select_related("shop").defer("fingerprint")
        self.rows = {row.pk: row for row in found}
        self.every = list(Line.objects.filter(db.Among(F("order_id"), list(self.rows))))
        self.lines = [line for line in self.every if self.rows[line.order_id].stage in OPEN]

    def said(self, wanted: Mapping[int, datetime | None], *, by: Actor, at: datetime) -> Batch:
        """Line → from when on it may be shipped; those that are said to be so already stay."""
        batch = Batch()
        batch.refuse([pk for pk, row in self.rows.items() if row.stage not in OPEN], "wrong-stage")
        before = _days(self.lines)
        changed = [line for line in self.lines if line.pk in wanted and line.ships_from != wanted[line.pk]]
        if not changed:
            return batch
        for line in changed:
            line.ships_from = wanted[line.pk]
        moments = [(db.adapt(line.ships_from) if line.ships_from else None, line.pk) for line in changed]
        db.execute_many("UPDATE orders_line SET ships_from = %s WHERE id = %s", moments)
        done, after = sorted({line.order_id for line in changed}), _days(self.lines)
        _ship_by([self.rows[pk] for pk in done], before, after)
        told = {pk: {"changes": [_told(before[pk], after[pk])]} for pk in done}
        revising.changed({pk: [CODE] for pk in done}, facts=told, by=by, at=at)
        _stop([pk for pk in done if self.rows[pk].stage == states.APPROVED], after, by=by, at=at)
        waiting = [pk for pk in done if self.rows[pk].stage == states.PENDING_REVIEW]
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
