"""Stopping orders for a typed reason, and letting them go on."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from zhanggui.journal.book import Batch, command, tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.orders import bundles
from zhanggui.orders.checks.reasons import REASONS
from zhanggui.orders.events import OrderCleared, OrderHeld
from zhanggui.orders.models import Hold, Order
from zhanggui.orders.refusals import UnknownReason

BY_HAND = "by-hand"


@command(needs="order.hold", takes=("hold",), over="order")
def hold(
    order_ids: Sequence[int],
    code: str = BY_HAND,
    *,
    facts: Mapping[str, Any] | None = None,
    source: str = "person",
    by: Actor,
    at: datetime,
) -> Batch:
    """Stop orders for one typed reason. One that is held for it already is not among those done, and stays as it is where nothing
    new is said; ``facts`` may carry a short ``note`` of the person who holds."""
    if code not in REASONS:
        raise UnknownReason(reason=code)
    if not facts:
        known = standing(order_ids)
        order_ids = [order_id for order_id in order_ids if code not in known.get(order_id, ())]
    return Batch(done=put_on({order_id: {code: dict(facts or {})} for order_id in order_ids}, source=source, by=by, at=at))


@command(needs="order.hold", over="order")
def clear(order_ids: Sequence[int], code: str, *, by: Actor, at: datetime) -> Batch:
    """Take one reason away. The order stays where it is; ask for review to let it go on."""
    cleared = take_off({order_id: [code] for order_id in order_ids}, by=by, at=at)
    return Batch(done=cleared)


def put_on(reasons: Mapping[int, Mapping[str, Mapping[str, Any]]], *, source: str, by: Actor, at: datetime) -> list[int]:
    """Order → code → facts: write the holds that are new, refresh the facts of those that stand, tell the new ones. Returns
    the orders that have a new one."""
    if not reasons:
        return []
    lock(reasons)
    chosen, ids = db.among("order_id", reasons)
    there = {(o, c) for o, c in db.fetch(f"SELECT order_id, code FROM orders_hold WHERE {chosen} AND cleared_at IS NULL", [ids])}
    rows, stale, events = [], [], []
    for order_id, codes in reasons.items():
        new = [code for code in codes if (order_id, code) not in there]
        rows += [(order_id, code, json.dumps(codes[code], ensure_ascii=False), at, source, "") for code in new]
        stale += [(json.dumps(f, ensure_ascii=False), order_id, code) for code, f in codes.items() if (order_id, code) in there]
        if new:
            events.append(OrderHeld(order_id, new))
    db.insert_many(Hold, ("order_id", "code", "facts", "since", "source", "cleared_by"), rows)
    db.execute_many("UPDATE orders_hold SET facts = %s WHERE order_id = %s AND code = %s AND cleared_at IS NULL", stale)
    held = [event.order_id for event in events]
    recount(held)
    notes = {order_id: {"why": note} for order_id in held for facts in reasons[order_id].values() if (note := facts.get("note"))}
    tell(events, by=by, at=at, facts=notes)
    # Nobody waits for an order that may never go.
    bundles.check([event.order_id for event in events if not set(bundles.STOPPING).isdisjoint(event.codes)], by=by, at=at)
    return held


def take_off(codes: Mapping[int, Iterable[str]], *, by: Actor, at: datetime) -> list[int]:
    """Order → codes that no longer hold it; those that were really on are told. Returns the orders touched."""
    pairs = [(order_id, code) for order_id, each in codes.items() for code in each]
    if not pairs:
        return []
    lock(codes)
    chosen, ids = db.among("order_id", codes)
    rows = db.fetch(f"SELECT id, order_id, code FROM orders_hold WHERE {chosen} AND cleared_at IS NULL", [ids])
    wanted = set(pairs)
    ended = [(id_, order_id, code) for id_, order_id, code in rows if (order_id, code) in wanted]
    moment = db.adapt(at)
    db.execute_many("UPDATE orders_hold SET cleared_at = %s, cleared_by = %s WHERE id = %s", [(moment, by.name, row[0]) for row in ended])
    recount([order_id for _, order_id, _ in ended])
    tell([OrderCleared(order_id, code) for _, order_id, code in ended], by=by, at=at)
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


def lock(order_ids: Iterable[int]) -> None:
    """These orders are ours until the end, where the database locks rows: what is counted of them stays so."""
    if connection.vendor == "postgresql":
        chosen, ids = db.among("id", sorted(set(order_ids)))
        db.fetch(f"SELECT id FROM orders_order WHERE {chosen} ORDER BY id FOR NO KEY UPDATE", [ids])


def recount(order_ids: Iterable[int]) -> None:
    """Orders carry how many holds are open, so that a list never counts them."""
    touched = sorted(set(order_ids))
    if not touched:
        return
    chosen, ids = db.among("id", touched)
    table = Order._meta.db_table
    db.execute(
        f"UPDATE {table} SET holds = (SELECT COUNT(*) FROM orders_hold h WHERE h.order_id = {table}.id AND h.cleared_at IS NULL) "
        f"WHERE {chosen}",
        [ids],
    )
