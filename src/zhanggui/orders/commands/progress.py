"""What the warehouse, the road and the shop report of an order."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from zhanggui.journal import marks
from zhanggui.journal.book import Batch, command, tell
from zhanggui.journal.steps import step
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import ReasonNeeded
from zhanggui.kernel.flow import Move
from zhanggui.orders import astray, bundles, states
from zhanggui.orders.commands import booked, holds
from zhanggui.orders.events import (
    OrderCancelled,
    OrderCompleted,
    OrderDelivered,
    OrderRecalled,
    OrderReleased,
    OrderRestored,
    OrderShipped,
    OrderSubmitted,
)
from zhanggui.orders.models import Order
from zhanggui.orders.reading import cancelling
from zhanggui.orders.states import ORDER
from zhanggui.payments.commands import ledger
from zhanggui.stock.commands import claims


@command(needs="warehouse.work", over="order wave@wave_id")
def release(order_ids: Sequence[int], *, wave_id: int, by: Actor, at: datetime) -> list[int]:
    """Approved orders that nothing holds go into a wave. Returns those that did."""
    moves = step(Order, ORDER, "release", order_ids, where="holds = 0")
    tell([OrderReleased(move.id, wave_id) for move in moves], by=by, at=at, moves=moves)
    return [move.id for move in moves]


@command(needs="warehouse.work", over="order wave@wave_id")
def recall(order_ids: Sequence[int], *, wave_id: int, by: Actor, at: datetime) -> list[int]:
    """Orders leave their wave unshipped and stand approved again. Returns those that did."""
    moves = step(Order, ORDER, "recall", order_ids)
    tell([OrderRecalled(move.id, wave_id) for move in moves], by=by, at=at, moves=moves)
    return [move.id for move in moves]


@command(needs="parcel.ship", over="order@pairs.0 parcel@pairs.1")
def mark_shipped(
    pairs: Sequence[tuple[int, int]], *, waybills: Mapping[int, str] | None = None, by: Actor, at: datetime
) -> list[int]:
    """(order, parcel): the order's last open line was handed over. Returns the orders that moved."""
    parcel_of = dict(pairs)
    moves = step(Order, ORDER, "ship", list(parcel_of), also={"shipped_at": at})
    done = [move.id for move in moves]
    chosen, ids = db.among("order_id", done)
    db.execute(f"UPDATE orders_line SET shipped = quantity WHERE {chosen}", [ids])
    if waybills:
        db.execute_many("UPDATE orders_order SET waybill = %s WHERE id = %s", [(waybills[id_], id_) for id_ in done if id_ in waybills])
    tell([OrderShipped(id_, parcel_of[id_]) for id_ in done], by=by, at=at, moves=moves)
    return done


@command(needs="tracking.view", over="order")
def mark_delivered(order_ids: Sequence[int], *, by: Actor, at: datetime) -> list[int]:
    """The parcel is with the buyer. Returns the orders that moved."""
    moves = step(Order, ORDER, "deliver", order_ids, also={"delivered_at": at})
    tell([OrderDelivered(move.id) for move in moves], by=by, at=at, moves=moves)
    return [move.id for move in moves]


@command(needs="order.review", over="order")
def complete(order_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Nothing more is expected of these delivered orders; one that is not with its buyer is refused."""
    moves = step(Order, ORDER, "complete", order_ids, also={"completed_at": at})
    tell([OrderCompleted(move.id) for move in moves], by=by, at=at, moves=moves)
    batch = Batch(done=[move.id for move in moves])
    astray.explain(batch, order_ids)
    return batch


@command(needs="order.review", over="order")
def record_payment(order_ids: Sequence[int], *, method: str = "", by: Actor, at: datetime) -> Batch:
    """The whole sum of these unpaid orders came in: they go to review. Recording twice changes nothing."""
    waiting = booked.held(order_ids)
    moves = step(Order, ORDER, "pay", order_ids, also={"payment": "paid", "paid_at": at})
    done = [move.id for move in moves]
    chosen, ids = db.among("id", done)
    db.execute(f"UPDATE orders_order SET paid_minor = total_minor WHERE {chosen}", [ids])
    if method:
        db.execute(f"UPDATE orders_order SET payment_method = %s WHERE {chosen}", [method, ids])
    paid = {id_: waiting[id_].total_minor for id_ in done}
    ledger.follow([waiting[id_].opening for id_ in done], paid, method=method, by=by, at=at)
    ledger.stop_waiting(done)
    tell([OrderSubmitted(id_) for id_ in done], by=by, at=at, moves=moves)
    batch = Batch(done=done)
    astray.explain(batch, order_ids)
    return batch


@command(needs="order.cancel", over="order", because="reason")
def cancel(order_ids: Sequence[int], *, reason: str = "", by: Actor, at: datetime) -> Batch:
    """These orders will not be shipped; what they held is free again, and nothing holds them any more. One in a wave or on its way
    cannot be cancelled.

    Raises ReasonNeeded where one of them is paid or approved and ``reason`` says nothing: of everybody, whatever their role asks.
    """
    return call_off(order_ids, reason=reason, by=by, at=at)


def call_off(
    order_ids: Sequence[int], *, reason: str, facts: Mapping[str, Any] | None = None, by: Actor, at: datetime
) -> Batch:
    """What ``cancel`` promises, as a part of another verb; ``facts`` go into the book with each of them."""
    moves = step(Order, ORDER, "cancel", order_ids, also={"cancelled_at": at})
    done = [move.id for move in moves]
    _say_why(moves, reason or by.why, by=by)
    claims.release(done, by=by, at=at)
    ledger.stop_waiting(done)
    holds.take_off(holds.standing(done), by=by, at=at)
    bundles.check(done, by=by, at=at)
    more = dict.fromkeys(done, facts) if facts else None
    tell([OrderCancelled(id_, reason) for id_ in done], by=by, at=at, moves=moves, facts=more)
    batch = Batch(done=done)
    astray.explain(batch, order_ids)
    return batch


def _say_why(moves: Sequence[Move], reason: str, *, by: Actor) -> None:
    """Asked of what was really moved: nothing can be paid between the asking and the cancelling."""
    if by.kind == "system" or marks.means(reason):
        return
    if any(move.before == states.APPROVED for move in moves) or cancelling.paid_for([move.id for move in moves]):
        raise ReasonNeeded(needs="order.cancel", verb="orders.progress.cancel", many=len(moves))


# Taking a cancelling back asks for no reason: the cancelling had one.
@command(needs="order.cancel", over="order", marks="S≤A")
def restore(order_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Cancelled orders go back to review. One that its shop cancelled while unpaid stays unpaid and is held so; one that a person
    held when it was cancelled is held again, in the same words."""
    held = holds.ended_with(order_ids)
    # A part that went back to its whole has nothing left to ship.
    moves = step(Order, ORDER, "restore", order_ids, also={"cancelled_at": None}, where="(pieces > 0 OR split_from_id IS NULL)")
    done = [move.id for move in moves]
    tell([OrderRestored(id_) for id_ in done], by=by, at=at, moves=moves)
    holds.put_on({id_: held[id_] for id_ in done if id_ in held}, source="person", by=by, at=at)
    batch = Batch(done=done)
    astray.explain(batch, order_ids)
    return batch
