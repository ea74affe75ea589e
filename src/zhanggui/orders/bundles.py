"""Orders that go in one parcel: who belongs together now, and whether they still do. Part of many verbs, a verb of none."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from zhanggui.journal.book import tell
from zhanggui.kernel import db, guards
from zhanggui.kernel.actor import Actor
from zhanggui.orders import locking, states
from zhanggui.orders.events import OrderUnmerged
from zhanggui.orders.holding import Types
from zhanggui.orders.rules.door import Door, Goer, misfits
from zhanggui.stock import queries as stock

# At these an order may join others and leave them: nobody in the warehouse has it yet.
OPEN = (states.PENDING_REVIEW, states.APPROVED)
# Of an order that is stopped for one of these nobody knows whether it will go at all.
STOPPING = ("refund-applied", "locked-there")
CHANGED, APART = "changed", "by-hand"


def goers(column: str, ids: Iterable[int], *, stages: Collection[str] = OPEN) -> dict[int, Goer]:
    """The orders whose ``column`` (``id`` or ``bundle_id``) is one of these, at these stages, the earliest promised first. An order that
    has no warehouse yet goes out of the usual one. Three statements."""
    chosen, wanted = db.among(f"o.{column}", ids)
    stopping = ", ".join(f"'{code}'" for code in STOPPING)
    lonely, codes = db.among("h.code", [each.code for each in Types().all() if not each.merges and each.code not in STOPPING])
    open_holds = "orders_hold h WHERE h.order_id = o.id AND h.cleared_at IS NULL"
    rows = db.fetch(
        "SELECT o.id, r.person_token, r.name_token, r.province, r.city, r.district, "
        f"CASE WHEN o.stage = '{states.PENDING_REVIEW}' THEN o.chosen_warehouse_id ELSE o.warehouse_id END, o.currency, o.stage, "
        f"o.stage = '{states.CANCELLED}' OR o.holds > 0 AND EXISTS (SELECT 1 FROM {open_holds} AND h.code IN ({stopping})), "
        f"COALESCE((SELECT MIN(h.code) FROM {open_holds} AND h.source = 'person' AND {lonely}), '') "
        f"FROM orders_order o JOIN customers_recipient r ON r.id = o.recipient_id WHERE {chosen} ORDER BY o.ship_by, o.id",
        [codes, wanted],
    )
    if not rows:
        return {}
    usual = stock.default_warehouse().pk
    return {
        id_: Goer(id_, Door(person, name, province, city, district, home or usual, currency), bool(stopped), alone)
        for id_, person, name, province, city, district, home, currency, stage, stopped, alone in rows
        if stage in stages
    }


def members(bundle_ids: Iterable[int]) -> dict[int, list[int]]:
    """Bundle → its orders, the earliest promised first. One statement."""
    chosen, ids = db.among("bundle_id", sorted(set(bundle_ids)))
    found: dict[int, list[int]] = {}
    for bundle_id, order_id in db.fetch(
        f"SELECT bundle_id, id FROM orders_order WHERE {chosen} AND bundle_id IS NOT NULL ORDER BY ship_by, id", [ids]
    ):
        found.setdefault(bundle_id, []).append(order_id)
    return found


def of(order_ids: Iterable[int]) -> dict[int, int]:
    """Order → the bundle it is in; those in none are absent. One statement."""
    chosen, ids = db.among("id", sorted(set(order_ids)))
    return dict(db.fetch(f"SELECT id, bundle_id FROM orders_order WHERE {chosen} AND bundle_id IS NOT NULL", [ids]))


def check(order_ids: Iterable[int], *, by: Actor, at: datetime) -> list[int]:
    """Look again at what these were merged with: whoever no longer goes to the same door, was stopped, or is over, leaves. What is
    in a wave stays as it is. Returns those that left; one statement where none was merged, none where none is asked of."""
    asked = list(order_ids)
    joined = of(asked) if asked else {}
    if not joined:
        return []
    together = members(joined.values())
    lock(id_ for ids in together.values() for id_ in ids)
    known = goers("bundle_id", together, stages=(*OPEN, states.CANCELLED))
    leaving: list[int] = []
    for ids in together.values():
        # A parcel that is under way is whole: nobody leaves it here.
        if all(id_ in known for id_ in ids):
            leaving += misfits(known[id_] for id_ in ids)
    return leave(leaving, why=CHANGED, by=by, at=at)


def leave(order_ids: Collection[int], *, why: str, by: Actor, at: datetime) -> list[int]:
    """These orders go by themselves again, unless the warehouse has them. Returns those that left."""
    if not order_ids:
        return []
    were = of(order_ids)
    chosen, ids = db.among("id", sorted(were))
    stages = ", ".join(f"'{stage}'" for stage in (*OPEN, states.CANCELLED))
    rows = db.fetch(
        f"UPDATE orders_order SET bundle_id = NULL WHERE {chosen} AND bundle_id IS NOT NULL AND stage IN ({stages}) RETURNING id", [ids]
    )
    left = sorted(id_ for (id_,) in rows)
    tell([OrderUnmerged(id_, were[id_], why) for id_ in left], by=by, at=at)
    return left


def join(pairs: Mapping[int, int]) -> list[int]:
    """Order → the bundle it joins: those that were in none and that nobody in the warehouse has. Returns them."""
    stages = ", ".join(f"'{stage}'" for stage in OPEN)
    free = f" AND bundle_id IS NULL AND stage IN ({stages})" if guards.stands("merge.once") else ""
    db.execute_many(f"UPDATE orders_order SET bundle_id = %s WHERE id = %s{free}", [(bundle, id_) for id_, bundle in sorted(pairs.items())])
    now = of(pairs)
    return sorted(id_ for id_, bundle in pairs.items() if now.get(id_) == bundle)


def lock(order_ids: Iterable[int]) -> None:
    """These orders are ours until the end, where the database locks rows."""
    if guards.stands("merge.once"):
        locking.lock(order_ids)
