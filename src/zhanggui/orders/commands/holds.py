"""Stopping orders for a typed reason, and letting them go on."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F

from zhanggui.journal.book import Batch, command, tell
from zhanggui.journal.steps import step
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.orders import bundles, locking, states
from zhanggui.orders.checks.reasons import EVENTS, REASONS
from zhanggui.orders.events import OrderCleared, OrderHeld, OrderUnapproved
from zhanggui.orders.holding import OWN, STEPS, Types, stopping
from zhanggui.orders.holding_refusals import StepOfReview, UnknownEvent, UntilIsPast
from zhanggui.orders.models import Hold, Order
from zhanggui.orders.refusals import UnknownReason
from zhanggui.orders.stage_refusals import LeftAlready
from zhanggui.orders.states import ORDER
from zhanggui.stock.commands import claims

BY_HAND = "by-hand"
OPEN = "cleared_at IS NULL"
# On its way an order can still be marked for what stops nothing: its shop was not told, it was late.
ALSO_SENT = (*states.UNSHIPPED, states.SHIPPED, states.DELIVERED)
# One that arrived can be kept from becoming complete.
STOPPABLE = (*states.UNSHIPPED, states.DELIVERED)
# Of these their facts say when they go by themselves.
DATED = frozenset({"presale"})
HOLD = ("order_id", "code", "facts", "since", "source", "cleared_by", "until", "event", "stops_review", "stops_shipping")


@command(needs="order.hold", takes=("hold",), over="order")
def hold(
    order_ids: Sequence[int],
    code: str = BY_HAND,
    *,
    facts: Mapping[str, Any] | None = None,
    source: str = "person",
    until: datetime | None = None,
    event: str = "",
    by: Actor,
    at: datetime,
) -> Batch:
    """Stop orders for one typed reason. One that is held for it already is not among those done, and stays as it is where nothing
    new is said; ``facts`` may carry a short ``note`` of the person who holds.

    What has left or is over is refused as ``not-there``, except, while it is on its way, for a type that stops neither review nor
    shipping; one that arrived is kept from becoming complete. It goes by itself at ``until``, or once ``event`` comes (``paid``,
    ``stock``, ``refund-closed``; where none is named, that of its type). An approved order whose type does not keep its goods goes
    back to review, and they are free. Raises UnknownReason, UntilIsPast, UnknownEvent.
    """
    types = Types()
    kind = types.get(code)
    if kind is None or not kind.enabled:
        raise UnknownReason(reason=code)
    if until is not None and until <= at:
        raise UntilIsPast
    if event not in ("", *EVENTS):
        raise UnknownEvent(event=event)
    batch = Batch()
    order_ids = _here(order_ids, STOPPABLE if kind.stops_review or kind.stops_shipping else ALSO_SENT, batch)
    if not facts and until is None and not event:
        known = standing(order_ids)
        order_ids = [order_id for order_id in order_ids if code not in known.get(order_id, ())]
    ends = Ends(until, event or (kind.event if until is None else ""))
    batch.done = put_on({order_id: {code: dict(facts or {})} for order_id in order_ids}, source=source, types=types, ends=ends, by=by, at=at)
    if not kind.keeps_stock:
        _give_up_goods(batch.done, kind.zh, by=by, at=at)
    return batch


def _here(order_ids: Sequence[int], stages: Collection[str], batch: Batch) -> list[int]:
    """Those at these stages, ours from before the look: nobody ships or cancels one between it and its hold. The rest are refused."""
    locking.lock(order_ids)
    chosen, ids = db.among("id", sorted(set(order_ids)))
    stands = {id_: (number, stage) for id_, number, stage in db.fetch(f"SELECT id, number, stage FROM orders_order WHERE {chosen}", [ids])}
    for id_ in order_ids:
        if id_ in stands and stands[id_][1] not in stages:
            batch.refuse([id_], LeftAlready.code, number=stands[id_][0], stage=stands[id_][1])
    return [id_ for id_ in order_ids if id_ in stands and id_ not in batch.refused]


def _give_up_goods(order_ids: Sequence[int], why: str, *, by: Actor, at: datetime) -> None:
    moves = step(Order, ORDER, "unapprove", order_ids, also={"approved_at": None})
    back = [move.id for move in moves]
    claims.release(back, by=by, at=at)
    recount(back)
    tell([OrderUnapproved(id_) for id_ in back], by=by, at=at, moves=moves, facts={id_: {"reason": why} for id_ in back})


@command(needs="order.hold", over="order")
def clear(order_ids: Sequence[int], code: str, *, by: Actor, at: datetime) -> Batch:
    """Take one reason away. The order stays where it is; ask for review to let it go on. Raises StepOfReview for one that stands for
    another step of it."""
    if code in STEPS and not by.can("order.finance"):
        raise StepOfReview(reason=REASONS[code].zh)
    cleared = take_off({order_id: [code] for order_id in order_ids}, by=by, at=at)
    return Batch(done=cleared)


class Ends(NamedTuple):
    """When a hold goes by itself."""

    until: datetime | None = None
    event: str = ""


def put_on(
    reasons: Mapping[int, Mapping[str, Mapping[str, Any]]],
    *,
    source: str,
    by: Actor,
    at: datetime,
    types: Types | None = None,
    ends: Ends = Ends(),
) -> list[int]:
    """Order → code → facts: write the holds that are new, refresh the facts of those that stand, tell the new ones. Returns
    the orders that have a new one."""
    if not reasons:
        return []
    types = types or Types()
    locking.lock(reasons)
    chosen, ids = db.among("order_id", reasons)
    there = {(o, c) for o, c in db.fetch(f"SELECT order_id, code FROM orders_hold WHERE {chosen} AND {OPEN}", [ids])}
    rows, stale, events = [], [], []
    for order_id, codes in reasons.items():
        new = [code for code in codes if (order_id, code) not in there]
        for code in new:
            kind = types.of(code)
            stops = (kind.stops_review, kind.stops_shipping)
            until = ends.until or own_end(codes[code])
            rows.append((order_id, code, json.dumps(codes[code], ensure_ascii=False), at, source, "", until, ends.event, *stops))
        stale += [(json.dumps(f, ensure_ascii=False), order_id, code) for code, f in codes.items() if (order_id, code) in there]
        if new:
            events.append(OrderHeld(order_id, new))
    db.insert_many(Hold, HOLD, rows)
    db.execute_many(f"UPDATE orders_hold SET facts = %s WHERE order_id = %s AND code = %s AND {OPEN}", stale)
    if stale and source == "person":
        moment = db.adapt(ends.until) if ends.until else None
        db.execute_many(
            f"UPDATE orders_hold SET until = %s, event = %s WHERE order_id = %s AND code = %s AND {OPEN}",
            [(moment, ends.event, order_id, code) for _facts, order_id, code in stale],
        )
    elif stale:
        # What waits for a day waits for the day that is said now.
        days = [(order_id, code, own_end(reasons[order_id][code])) for _facts, order_id, code in stale if code in DATED]
        db.execute_many(
            f"UPDATE orders_hold SET until = %s WHERE order_id = %s AND code = %s AND {OPEN}",
            [(db.adapt(day) if day else None, order_id, code) for order_id, code, day in days],
        )
    held = [event.order_id for event in events]
    recount(held)
    tell(events, by=by, at=at, facts={event.order_id: _told(event, reasons[event.order_id], types, ends) for event in events})
    # Nobody waits for an order that may never go.
    bundles.check([event.order_id for event in events if not set(bundles.STOPPING).isdisjoint(event.codes)], by=by, at=at)
    return held


def own_end(facts: Mapping[str, Any]) -> datetime | None:
    """When a reason goes by itself, where it says so."""
    return datetime.fromisoformat(facts["until"]) if facts.get("until") else None


def _told(event: OrderHeld, codes: Mapping[str, Mapping[str, Any]], types: Types, ends: Ends) -> dict[str, Any]:
    """What the book says beside the codes: the note, what the merchant's own types were called then, and when it goes by itself."""
    notes = [note for facts in codes.values() if (note := facts.get("note"))]
    told: dict[str, Any] = {"why": notes[-1]} if notes else {}
    if names := {code: types.of(code).zh for code in event.codes if code.startswith(OWN)}:
        told["names"] = names
    until = ends.until or next((day for facts in codes.values() if (day := own_end(facts))), None)
    if until is not None:
        told["until"] = until.isoformat()
    return told | ({"event": ends.event} if ends.event else {})


def take_off(
    codes: Mapping[int, Iterable[str]], *, by: Actor, at: datetime, facts: Mapping[str, Any] | None = None, passed: str = ""
) -> list[int]:
    """Order → codes that no longer hold it; those that were really on are told, ``facts`` with them. ``passed``: finance has looked,
    and need not again. Returns the orders touched."""
    pairs = [(order_id, code) for order_id, each in codes.items() for code in each]
    if not pairs:
        return []
    locking.lock(codes)
    chosen, ids = db.among("order_id", codes)
    rows = db.fetch(f"SELECT id, order_id, code FROM orders_hold WHERE {chosen} AND {OPEN}", [ids])
    wanted = set(pairs)
    ended = [(id_, order_id, code) for id_, order_id, code in rows if (order_id, code) in wanted]
    moment = db.adapt(at)
    db.execute_many(
        "UPDATE orders_hold SET cleared_at = %s, cleared_by = %s, passed = %s WHERE id = %s",
        [(moment, by.name, passed, row[0]) for row in ended],
    )
    recount([order_id for _, order_id, _ in ended])
    events = [OrderCleared(order_id, code) for _, order_id, code in ended]
    told = dict(facts or {})
    if any(event.code.startswith(OWN) for event in events):
        told["names"] = {one.code: one.zh for one in Types().all() if one.own}
    tell(events, by=by, at=at, facts=dict.fromkeys([event.order_id for event in events], told) if told else None)
    return sorted({order_id for _, order_id, _ in ended})


def standing(order_ids: Sequence[int]) -> dict[int, list[str]]:
    """Order → the codes that hold it. One statement."""
    found: dict[int, list[str]] = {}
    chosen, ids = db.among("order_id", order_ids)
    for order_id, code in db.fetch(f"SELECT order_id, code FROM orders_hold WHERE {chosen} AND cleared_at IS NULL ORDER BY id", [ids]):
        found.setdefault(order_id, []).append(code)
    return found


def ended_with(order_ids: Sequence[int]) -> dict[int, dict[str, dict[str, Any]]]:
    """Order → code → facts of what a person held it by until it was cancelled. One statement."""
    found: dict[int, dict[str, dict[str, Any]]] = {}
    rows = Hold.objects.filter(db.Among(F("order_id"), order_ids), source="person", cleared_at=F("order__cancelled_at"))
    for order_id, code, facts in rows.order_by("id").values_list("order_id", "code", "facts"):
        found.setdefault(order_id, {})[code] = facts
    return found


def recount(order_ids: Iterable[int]) -> None:
    """Orders carry how many open holds stop them where they are, so that a list never counts them."""
    touched = sorted(set(order_ids))
    if not touched:
        return
    chosen, ids = db.among("id", touched)
    table = Order._meta.db_table
    db.execute(f"UPDATE {table} SET holds = (SELECT COUNT(*) FROM orders_hold h WHERE {stopping(table)}) WHERE {chosen}", [ids])
