"""At the bench: a box is opened, every piece is scanned into it, it is closed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from zhanggui.catalog.models import normal
from zhanggui.fulfilment import queries, states
from zhanggui.fulfilment.bench import Answer, Bench, BenchLine, Mark
from zhanggui.fulfilment.commands import aside
from zhanggui.fulfilment.events import ParcelOpened, ParcelPacked, ParcelReopened
from zhanggui.fulfilment.models import Parcel, Scan
from zhanggui.fulfilment.refusals import (
    BadWeight,
    MustScan,
    NoSuchParcel,
    NotAllScanned,
    NothingToUndo,
    NotPicked,
    OrderStopped,
    ParcelElsewhere,
    refuse,
)
from zhanggui.journal.book import Batch, command, tell
from zhanggui.journal.steps import step
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor

# The policy has no row of its own for vouching: this is the nearest, standing in for a rule on promised goods. It is
# asked for beside ``warehouse.work``, so that of the eight roles the owner alone has both; a hand that packs cannot
# vouch for itself, and a reviewer who never stands at a bench cannot either. ``stock.adjust`` and ``waybill.void``
# would let every packer through.
FORCE = "stock.force_release"
HEAVIEST_G = 100_000
# A beep longer than this is no code of ours.
LONGEST_CODE = 64


class Box(NamedTuple):
    """A parcel as the closing verbs see it."""

    parcel_id: int
    number: str
    order_id: int
    stage: str
    wave_number: str
    wave_stage: str
    must_scan: bool


@command(needs="warehouse.work")
def open(code: str, *, by: Actor, at: datetime) -> Bench:  # noqa: A001
    """Begin to pack what was scanned: a parcel's, an order's or a waybill's number.

    Opening a box that is open or closed shows how far it is. Raises ``NoSuchParcel``, ``OrderStopped`` (the order is
    held: the goods go aside), ``NotPicked``, ``ParcelElsewhere`` for one that left.
    """
    parcel_id = queries.find_parcel(code, reach=by.reach)
    if parcel_id is None:
        raise NoSuchParcel(what=code.strip()[:LONGEST_CODE])
    bench = queries.bench(parcel_id)
    require_here(bench)
    if bench.stage != states.WAITING:
        return bench
    if bench.wave_stage not in (states.PICKED, states.DONE):
        raise NotPicked(wave=bench.wave_number)
    moves = step(Parcel, states.PARCEL, "open", [parcel_id])
    tell([ParcelOpened(move.id, bench.order_id) for move in moves], by=by, at=at, moves=moves)
    return bench._replace(stage=states.PACKING)


def require_here(bench: Bench) -> None:
    """Raise ``ParcelElsewhere`` for a box that left or was given up, ``OrderStopped`` for one whose order is held."""
    if bench.stage not in aside.LIVE:
        raise ParcelElsewhere(parcel=bench.number, stage=states.PARCEL_WORD[bench.stage])
    if bench.reasons:
        raise OrderStopped(order=bench.order_number, reasons=list(bench.reasons))


@command(needs="warehouse.work", over="parcel beep@uid")
def scan(parcel_id: int, code: str, uid: str, *, by: Actor, at: datetime) -> Answer:
    """One piece goes into the box, told by its barcode or SKU code. ``uid`` is the device's own for this beep.

    The same ``uid`` again gives the same answer and counts nothing. Two hands that scan the last piece: one is right,
    the other is extra. A wrong piece is noted and never counted.
    """
    known = Scan.objects.filter(uid=uid).values_list("parcel_id", "line_id", "right", "undone_at").first()
    if known is not None:
        earlier = queries.bench(known[0])
        return _answer(earlier, "right" if known[2] and known[3] is None else "undone" if known[2] else "wrong", known[1])
    bench = queries.bench(parcel_id)
    if bench.stage != states.PACKING:
        raise ParcelElsewhere(parcel=bench.number, stage=states.PARCEL_WORD[bench.stage])
    meant = [line for line in bench.lines if _is(line, code)]
    line_id = next((line.line_id for line in meant if _put_in(line)), None)
    kind: Mark = "right" if line_id is not None else "extra" if meant else "wrong"
    shown = line_id if line_id is not None else meant[0].line_id if meant else None
    row = (uid, parcel_id, shown, code.strip()[:LONGEST_CODE], kind == "right", at, by.name)
    db.insert_many(Scan, ("uid", "parcel_id", "line_id", "code", "right", "at", "by_name"), [row])
    if kind == "right":
        lines = tuple(line._replace(packed=line.packed + 1) if line.line_id == line_id else line for line in bench.lines)
        bench = bench._replace(lines=lines)
    return _answer(bench, kind, shown)


def _is(line: BenchLine, code: str) -> bool:
    said = normal(code[:LONGEST_CODE])
    return bool(said) and said in (line.sku_norm, normal(line.barcode))


def _put_in(line: BenchLine) -> bool:
    """The database counts, and says no to a piece too many and to a box somebody closed meanwhile."""
    return bool(
        line.packed < line.pieces
        and db.execute(
            "UPDATE fulfilment_parcelline SET packed = packed + 1 WHERE id = %s AND packed < pieces AND EXISTS "
            "(SELECT 1 FROM fulfilment_parcel p WHERE p.id = parcel_id AND p.stage = 'packing')",
            [line.line_id],
        )
    )


def _answer(bench: Bench, kind: Mark, line_id: int | None) -> Answer:
    line = next((line for line in bench.lines if line.line_id == line_id), None)
    return Answer(kind, line, bench.left, tuple(line for line in bench.lines if line.packed < line.pieces))


@command(needs="warehouse.work", over="scan")
def undo_scan(uid: str, *, by: Actor, at: datetime) -> Answer:
    """Take one right scan back out of an open box. Raises ``NothingToUndo``."""
    rows = db.fetch(
        "UPDATE fulfilment_scan SET undone_at = %s WHERE uid = %s AND \"right\" AND undone_at IS NULL AND EXISTS "
        "(SELECT 1 FROM fulfilment_parcel p WHERE p.id = parcel_id AND p.stage = 'packing') RETURNING parcel_id, line_id",
        [db.adapt(at), uid],
    )
    if not rows:
        raise NothingToUndo
    parcel_id, line_id = rows[0]
    db.execute("UPDATE fulfilment_parcelline SET packed = packed - 1 WHERE id = %s AND packed > 0", [line_id])
    return _answer(queries.bench(parcel_id), "undone", line_id)


@command(needs="warehouse.work", over="parcel")
def close(
    parcel_ids: Sequence[int], *, weights: Mapping[int, int] | None = None, force: bool = False, by: Actor, at: datetime
) -> Batch:
    """Seal these boxes; ``weights`` {parcel: grams} where they were weighed.

    Where the warehouse asks for scans, a box that lacks one is refused with what is missing; ``force`` passes it all
    the same, for those who may. Whatever was not scanned counts as packed then, and the book says so.
    """
    if force:
        by.require(FORCE)
    _weighable(weights)
    boxes, batch = _boxes(parcel_ids), Batch()
    missing = queries.missing([box.parcel_id for box in boxes])
    ready = [box for box in boxes if _may_close(batch, box, (states.PACKING, states.WAITING))]
    for box in ready:
        if box.parcel_id in missing and box.must_scan and not force:
            lacks = missing[box.parcel_id]
            pieces = sum(lack["pieces"] for lack in lacks)
            refuse(batch, [box.parcel_id], NotAllScanned, parcel=box.number, missing=lacks, pieces=pieces)
    passing = [box for box in ready if box.parcel_id not in batch.refused]
    forced = {box.parcel_id for box in passing if box.parcel_id in missing}
    _seal(batch, passing, weights, forced=forced, by=by, at=at)
    return batch


@command(needs="warehouse.work", over="parcel")
def pack_whole(
    parcel_ids: Sequence[int], *, weights: Mapping[int, int] | None = None, force: bool = False, by: Actor, at: datetime
) -> Batch:
    """Boxes packed by hand and eye: everything counts as packed, and the book says that nobody scanned.

    Where the warehouse asks for scans this needs ``force`` and the right to it.
    """
    if force:
        by.require(FORCE)
    _weighable(weights)
    boxes, batch = _boxes(parcel_ids), Batch()
    ready = [box for box in boxes if _may_close(batch, box, (states.PACKING, states.WAITING))]
    for box in ready:
        if box.must_scan and not force:
            refuse(batch, [box.parcel_id], MustScan, parcel=box.number)
    passing = [box for box in ready if box.parcel_id not in batch.refused]
    _seal(batch, passing, weights, forced={box.parcel_id for box in passing}, by=by, at=at)
    return batch


@command(needs="warehouse.work", over="parcel")
def reopen(parcel_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Open closed boxes again, before they leave; what was packed stays counted."""
    boxes, batch = _boxes(parcel_ids), Batch()
    moves = step(Parcel, states.PARCEL, "reopen", [box.parcel_id for box in boxes])
    order_of = {box.parcel_id: box.order_id for box in boxes}
    tell([ParcelReopened(move.id, order_of[move.id]) for move in moves], by=by, at=at, moves=moves)
    batch.done = [move.id for move in moves]
    for box in boxes:
        if box.parcel_id not in batch.done:
            refuse(batch, [box.parcel_id], ParcelElsewhere, parcel=box.number, stage=states.PARCEL_WORD[box.stage])
    return batch


@command(needs="warehouse.work", over="parcel")
def weigh(weights: Mapping[int, int], *, by: Actor, at: datetime) -> Batch:
    """Note what boxes weigh {parcel: grams}, until they leave. Weighing again corrects it."""
    _weighable(weights)
    boxes, batch = _boxes(list(weights)), Batch()
    for box in boxes:
        if box.stage not in aside.LIVE:
            refuse(batch, [box.parcel_id], ParcelElsewhere, parcel=box.number, stage=states.PARCEL_WORD[box.stage])
    batch.done = [box.parcel_id for box in boxes if box.parcel_id not in batch.refused]
    _write_weights(weights, batch.done)
    return batch


def _weighable(weights: Mapping[int, int] | None) -> None:
    for weight_g in (weights or {}).values():
        if not 0 < weight_g <= HEAVIEST_G:
            raise BadWeight(weight_g=weight_g)


def _write_weights(weights: Mapping[int, int], parcel_ids: Sequence[int]) -> None:
    rows = [(weights[parcel_id], parcel_id) for parcel_id in sorted(parcel_ids) if parcel_id in weights]
    db.execute_many("UPDATE fulfilment_parcel SET weight_g = %s WHERE id = %s", rows)


def _boxes(parcel_ids: Sequence[int]) -> list[Box]:
    aside.lock("fulfilment_parcel", parcel_ids)
    chosen, ids = db.among("p.id", sorted(set(parcel_ids)))
    rows = db.fetch(
        "SELECT p.id, p.number, p.order_id, p.stage, w.number, w.stage, h.must_scan FROM fulfilment_parcel p "
        "JOIN fulfilment_wave w ON w.id = p.wave_id JOIN stock_warehouse h ON h.id = p.warehouse_id "
        f"WHERE {chosen} ORDER BY p.id",
        [ids],
    )
    return [Box(*row) for row in rows]


def _may_close(batch: Batch, box: Box, stages: Sequence[str]) -> bool:
    if box.stage not in stages:
        refuse(batch, [box.parcel_id], ParcelElsewhere, parcel=box.number, stage=states.PARCEL_WORD[box.stage])
        return False
    if box.wave_stage not in (states.PICKED, states.DONE):
        refuse(batch, [box.parcel_id], NotPicked, wave=box.wave_number)
        return False
    return True


def _seal(
    batch: Batch, boxes: Sequence[Box], weights: Mapping[int, int] | None, *, forced: set[int], by: Actor, at: datetime
) -> None:
    """Close them, count what was vouched for as packed, note weights; tell it."""
    chosen, ids = db.among("parcel_id", sorted(forced))
    if forced:
        db.execute(f"UPDATE fulfilment_parcelline SET packed = pieces WHERE {chosen} AND packed < pieces", [ids])
    moves = step(Parcel, states.PARCEL, "close", [box.parcel_id for box in boxes], also={"packed_at": at, "packed_by": by.name})
    batch.done = [move.id for move in moves]
    if weights:
        _write_weights(weights, batch.done)
    order_of = {box.parcel_id: box.order_id for box in boxes}
    facts: dict[int, dict[str, Any]] = {move.id: {"forced": True} for move in moves if move.id in forced}
    tell([ParcelPacked(move.id, order_of[move.id]) for move in moves], by=by, at=at, moves=moves, facts=facts)
