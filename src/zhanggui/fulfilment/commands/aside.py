"""What several warehouse verbs share: locking in one order, setting orders aside, closing waves that are done.

Everything here runs inside the caller's transaction. Locks are always taken in this order: waves, orders, parcels,
picks; each by id. SQLite needs none of them: it has one writer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from zhanggui.fulfilment import giving_back, shipments, states
from zhanggui.fulfilment.events import ParcelVoided, WaveCancelled, WaveFinished, WavePicked, WaybillVoided
from zhanggui.fulfilment.models import Parcel, Wave
from zhanggui.fulfilment.rules import trimming
from zhanggui.journal.book import ask, tell
from zhanggui.journal.steps import step
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.orders.commands import holds, progress, review

SHELF_SHORT = "shelf-short"
LIVE = (states.WAITING, states.PACKING, states.PACKED)
NO_OPEN_PICK = "NOT EXISTS (SELECT 1 FROM fulfilment_pick k WHERE k.wave_id = fulfilment_wave.id AND k.done_at IS NULL)"
NO_LIVE_PARCEL = (
    "NOT EXISTS (SELECT 1 FROM fulfilment_parcel p "
    "WHERE p.wave_id = fulfilment_wave.id AND p.stage IN ('waiting', 'packing', 'packed'))"
)


class Unshipped(NamedTuple):
    """A parcel that may still be set aside. ``fellows``: the orders that go in it beside the one it is made for."""

    parcel_id: int
    order_id: int
    wave_id: int
    stage: str
    fellows: tuple[int, ...] = ()

    @property
    def order_ids(self) -> tuple[int, ...]:
        return (self.order_id, *self.fellows)


def lock(table: str, ids: Iterable[int]) -> None:
    """Hold these rows until the transaction ends, in the order of their ids."""
    if connection.vendor != "postgresql":
        return
    chosen, wanted = db.among("id", sorted(set(ids)))
    db.fetch(f"SELECT id FROM {table} WHERE {chosen} ORDER BY id FOR NO KEY UPDATE", [wanted])


def live_parcels(column: str, ids: Iterable[int]) -> list[Unshipped]:
    """Parcels still in the house, found by ``id``, ``order_id`` (of any order in them) or ``wave_id``, their waves and orders locked."""
    ids = list(ids)
    chosen, wanted = db.among(f"p.{column}", sorted(set(ids)))
    params = [wanted]
    if column == "order_id":
        riding, riders = db.among("f.order_id", sorted(set(ids)))
        mine = chosen.replace("p.order_id", "own.order_id")
        chosen = (
            f"p.id IN (SELECT own.id FROM fulfilment_parcel own WHERE {mine} "
            f"UNION ALL SELECT f.parcel_id FROM fulfilment_fellow f WHERE {riding})"
        )
        params.append(riders)
    sql = (
        "SELECT p.id, p.order_id, p.wave_id, p.stage FROM fulfilment_parcel p "
        f"WHERE {chosen} AND p.stage IN ('waiting', 'packing', 'packed') ORDER BY p.id"
    )
    found = _with_fellows(db.fetch(sql, params))
    if connection.vendor != "postgresql":
        return found
    lock("fulfilment_wave", [parcel.wave_id for parcel in found])
    lock("orders_order", [order_id for parcel in found for order_id in parcel.order_ids])
    # Looked at again under the locks: somebody may have shipped one meanwhile.
    return _with_fellows(db.fetch(sql, params))


def _with_fellows(rows: Sequence[tuple[Any, ...]]) -> list[Unshipped]:
    beside = shipments.fellows([row[0] for row in rows])
    return [Unshipped(*row)._replace(fellows=tuple(beside.get(row[0], ()))) for row in rows]


def lacking(parcels: Sequence[Unshipped], facts: Mapping[int, Mapping[str, Any]]) -> dict[int, Mapping[str, Any]]:
    """Order → what it lacks, of parcels that lack something {parcel: facts with ``missing``}: of merged orders only those whose own
    goods are missing. One statement where any is merged."""
    short: dict[int, Mapping[str, Any]] = {parcel.order_id: facts[parcel.parcel_id] for parcel in parcels if not parcel.fellows}
    merged = [parcel.parcel_id for parcel in parcels if parcel.fellows]
    if not merged:
        return short
    chosen, ids = db.among("l.parcel_id", merged)
    rows = db.fetch(
        f"SELECT DISTINCT l.parcel_id, n.order_id, l.sku_id FROM fulfilment_parcelline l JOIN orders_line n ON n.id = l.order_line_id WHERE {chosen}",
        [ids],
    )
    for parcel_id, order_id, sku_id in rows:
        if sku_id in {one["sku_id"] for one in facts[parcel_id]["missing"]}:
            short[order_id] = facts[parcel_id]
    return short


def set_aside(
    parcels: Sequence[Unshipped], *, why: str, lacking: Mapping[int, Mapping[str, Any]] | None = None, by: Actor, at: datetime
) -> list[int]:
    """Void these parcels and send their orders back: approved, or with ``lacking`` {order: facts} to review, held short.

    Their numbers are given back to the carrier. Returns the ids of the parcels that were voided.
    """
    moves = step(Parcel, states.PARCEL, "void", [parcel.parcel_id for parcel in parcels])
    moved = {move.id for move in moves}
    gone = [parcel for parcel in parcels if parcel.parcel_id in moved]
    order_of = {parcel.parcel_id: parcel.order_id for parcel in gone}
    tell([ParcelVoided(move.id, order_of[move.id], why) for move in moves], by=by, at=at, moves=moves)
    void_waybills(order_of, by=by, at=at)
    by_wave: dict[int, list[int]] = defaultdict(list)
    for parcel in gone:
        by_wave[parcel.wave_id] += parcel.order_ids
    recalled: list[int] = []
    for wave_id, order_ids in sorted(by_wave.items()):
        recalled += progress.recall(order_ids, wave_id=wave_id, by=by, at=at)
    if lacking:
        back = [order_id for order_id in recalled if order_id in lacking]
        review.unapprove(back, reason=SHELF_SHORT, by=by, at=at)
        # A person must look at the shelf first: the rules alone would approve it again on pieces nobody finds.
        holds.put_on({order_id: {SHELF_SHORT: lacking[order_id]} for order_id in back}, source="person", by=by, at=at)
    return sorted(moved)


def void_waybills(order_of: Mapping[int, int], *, by: Actor, at: datetime) -> list[int]:
    """Give up the issued numbers of these parcels {parcel: order}; the carrier is told later.

    Returns the parcels that had one. A number still being asked for is given back when its answer comes.
    """
    chosen, ids = db.among("parcel_id", sorted(order_of))
    rows = db.fetch(
        f"UPDATE fulfilment_waybill SET state = 'voided', settled_at = %s WHERE {chosen} AND state = 'issued' "
        "RETURNING id, parcel_id, number",
        [db.adapt(at), ids],
    )
    if rows:
        ask(giving_back.give_back, [id_ for id_, _, _ in rows], at=at)
        tell([WaybillVoided(parcel_id, order_of[parcel_id], number) for _, parcel_id, number in sorted(rows)], by=by, at=at)
    return sorted(parcel_id for _, parcel_id, _ in rows)


def wanted(wave_ids: Collection[int], *, stages: Sequence[str] = (*LIVE, states.SHIPPED)) -> dict[int, list[trimming.Box]]:
    """Wave → its parcels with what they want, in the order of their promise. One statement."""
    chosen, ids = db.among("p.wave_id", sorted(wave_ids))
    marks = ", ".join(["%s"] * len(stages))
    rows = db.fetch(
        "SELECT p.wave_id, p.id, p.order_id, p.slot, l.sku_id, SUM(l.pieces) FROM fulfilment_parcel p "
        f"JOIN fulfilment_parcelline l ON l.parcel_id = p.id WHERE {chosen} AND p.stage IN ({marks}) "
        "GROUP BY p.wave_id, p.id, p.order_id, p.slot, l.sku_id ORDER BY p.id",
        [ids, *stages],
    )
    boxes: dict[int, dict[int, trimming.Box]] = {}
    for wave_id, parcel_id, order_id, slot, sku_id, pieces in rows:
        box = boxes.setdefault(wave_id, {}).setdefault(parcel_id, trimming.Box(parcel_id, order_id, slot, {}))
        box.wants[sku_id] = int(pieces)  # type: ignore[index]
    return {wave_id: list(found.values()) for wave_id, found in boxes.items()}


def sums(boxes: Iterable[trimming.Box]) -> dict[int, int]:
    """{sku: pieces} all these parcels want."""
    total: dict[int, int] = {}
    for box in boxes:
        for sku_id, pieces in box.wants.items():
            total[sku_id] = total.get(sku_id, 0) + pieces
    return total


def asks(wave_ids: Collection[int]) -> dict[int, list[trimming.Ask]]:
    """Wave → its stops. One statement."""
    chosen, ids = db.among("wave_id", sorted(wave_ids))
    rows = db.fetch(
        f"SELECT wave_id, id, seq, sku_id, pieces, picked, done_at IS NOT NULL FROM fulfilment_pick WHERE {chosen} ORDER BY id",
        [ids],
    )
    found: dict[int, list[trimming.Ask]] = {}
    for wave_id, *stop in rows:
        found.setdefault(wave_id, []).append(trimming.Ask(*stop))
    return found


def trim(wave_ids: Collection[int], *, by: Actor, at: datetime) -> None:
    """Stops ask no more than the parcels still want; one that asks for nothing more is done."""
    boxes, stops = wanted(wave_ids), asks(wave_ids)
    rows = []
    for wave_id, found in stops.items():
        smaller = trimming.trim(found, sums(boxes.get(wave_id, [])))
        picked = {stop.pick_id: stop.picked for stop in found}
        for pick_id, pieces in smaller.items():
            done = pieces == picked[pick_id]
            rows.append((pieces, db.adapt(at) if done else None, by.name if done else "", pick_id))
    db.execute_many("UPDATE fulfilment_pick SET pieces = %s, done_at = %s, done_by = %s WHERE id = %s", rows)


def settle(wave_ids: Collection[int], *, by: Actor, at: datetime) -> None:
    """Take each wave as far as it has come: picked when no stop is open, done when no parcel is left in the house.

    The caller holds the waves' locks, so that two who finish the last two things do not both look past each other.
    """
    ids = sorted(set(wave_ids))
    picked = step(Wave, states.WAVE, "finish_picking", ids, also={"picked_at": at}, where=NO_OPEN_PICK)
    tell([WavePicked(move.id) for move in picked], by=by, at=at, moves=picked)
    empty = step(Wave, states.WAVE, "drop", ids, also={"done_at": at}, where=NO_LIVE_PARCEL)
    tell([WaveCancelled(move.id) for move in empty], by=by, at=at, moves=empty)
    done = step(Wave, states.WAVE, "finish", ids, also={"done_at": at}, where=NO_LIVE_PARCEL)
    tell([WaveFinished(move.id) for move in done], by=by, at=at, moves=done)
