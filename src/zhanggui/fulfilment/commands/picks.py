"""At the shelves: what was taken, what was not there, what goes back."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from zhanggui.fulfilment import states
from zhanggui.fulfilment.commands import aside, waves
from zhanggui.fulfilment.events import ShelfCameShort, WaveResumed
from zhanggui.fulfilment.models import Wave
from zhanggui.fulfilment.refusals import PickDone, PickTooMany, PickUnderWay, WaveElsewhere, refuse
from zhanggui.fulfilment.rules import trimming, walk
from zhanggui.journal.book import Batch, command, tell
from zhanggui.journal.steps import step
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound
from zhanggui.stock.commands.moves import Take
from zhanggui.stock.commands.moves import pick as take_from_shelves
from zhanggui.stock.commands.moves import put_back as return_to_shelves

ALL_WAITING = (
    "NOT EXISTS (SELECT 1 FROM fulfilment_parcel p "
    "WHERE p.wave_id = fulfilment_wave.id AND p.stage IN ('packing', 'packed', 'shipped'))"
)


class Stop(NamedTuple):
    """A pick as the commands see it."""

    pick_id: int
    wave_id: int
    bin_id: int
    sku_id: int
    pieces: int
    picked: int
    done: bool
    wave_number: str
    wave_stage: str
    warehouse_id: int


@command(needs="warehouse.work", over="pick")
def confirm(pick_ids: Sequence[int], *, picked: Mapping[int, int] | None = None, by: Actor, at: datetime) -> Batch:
    """These stops were made: the pieces lie in staging now.

    All that was asked, unless ``picked`` {pick: pieces in all} says less: such a stop stays open, ``short`` ends it.
    Confirming twice takes nothing twice. When no stop of a wave is open it is picked. Raises ``ShelfShort``, with
    nothing taken, where a shelf in the books has fewer.
    """
    said = picked or {}
    batch = Batch()
    takes: dict[int, list[Take]] = defaultdict(list)
    rows = []
    for stop in _stops(pick_ids):
        many = said.get(stop.pick_id, stop.pieces)
        if stop.wave_stage != states.PICKING:
            refuse(batch, [stop.pick_id], WaveElsewhere, number=stop.wave_number, stage=states.WAVE_WORD[stop.wave_stage])
        elif stop.done:
            refuse(batch, [stop.pick_id], PickDone)
        elif not 0 <= many <= stop.pieces:
            refuse(batch, [stop.pick_id], PickTooMany, asked=stop.pieces, said=many)
        else:
            more = max(many - stop.picked, 0)
            done = stop.picked + more == stop.pieces
            takes[stop.wave_id].append(Take(stop.bin_id, stop.sku_id, more))
            rows.append((more, db.adapt(at) if done else None, by.name, stop.pick_id))
            batch.done.append(stop.pick_id)
    for wave_id, moves in sorted(takes.items()):
        take_from_shelves(moves, wave_id=wave_id, by=by, at=at)
    db.execute_many("UPDATE fulfilment_pick SET picked = picked + %s, done_at = %s, done_by = %s WHERE id = %s", rows)
    aside.settle(takes, by=by, at=at)
    return batch


@command(needs="warehouse.work", over="wave")
def confirm_waves(wave_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Everything still open in these waves was picked: for those who walk with paper. ``done`` are picks."""
    chosen, ids = db.among("wave_id", sorted(set(wave_ids)))
    found = db.fetch(f"SELECT id FROM fulfilment_pick WHERE {chosen} AND done_at IS NULL ORDER BY id", [ids])
    return confirm([id_ for (id_,) in found], by=by, at=at)


@command(needs="warehouse.work", over="pick")
def short(pick_id: int, found: int, *, by: Actor, at: datetime) -> list[int]:
    """Only ``found`` pieces of what this stop asks were there. Returns the orders that had to leave the wave.

    What is missing is looked for in other bins first. Where there is none, the orders promised last give way: their
    parcels are void, their claims free, and they are held, short on the shelf. The bin is left as the books have it,
    and noted for a count. Raises ``PickDone``, ``WaveElsewhere``, ``PickTooMany``.
    """
    stop = _one(pick_id)
    if stop.wave_stage != states.PICKING:
        raise WaveElsewhere(number=stop.wave_number, stage=states.WAVE_WORD[stop.wave_stage])
    if stop.done:
        raise PickDone
    if not stop.picked <= found < stop.pieces:
        raise PickTooMany(asked=stop.pieces, said=found)
    take_from_shelves([Take(stop.bin_id, stop.sku_id, found - stop.picked)], wave_id=stop.wave_id, by=by, at=at)
    db.execute(
        "UPDATE fulfilment_pick SET picked = %s, pieces = %s, done_at = %s, done_by = %s WHERE id = %s",
        [found, found, db.adapt(at), by.name, pick_id],
    )
    event = ShelfCameShort(stop.wave_id, stop.bin_id, stop.sku_id, stop.pieces, found)
    tell([event], by=by, at=at)
    missing = _look_elsewhere(stop, stop.pieces - found)
    gone = _give_way(stop, missing, by=by, at=at) if missing else []
    aside.settle([stop.wave_id], by=by, at=at)
    return gone


def _look_elsewhere(stop: Stop, missing: int) -> int:
    """Send the picker to other bins for what is missing; how many pieces no bin has."""
    spots = waves.free_spots([stop.sku_id], stop.warehouse_id).get(stop.sku_id, [])
    shares = walk.share(missing, [spot for spot in spots if spot.bin_id != stop.bin_id])
    last = int(db.fetch("SELECT MAX(seq) FROM fulfilment_pick WHERE wave_id = %s", [stop.wave_id])[0][0])
    rows = [(stop.wave_id, last + turn, spot.bin_id, stop.sku_id, many) for turn, (spot, many) in enumerate(shares, 1)]
    # A bin of this wave that has more than it was asked for is asked again.
    db.execute_many(
        "INSERT INTO fulfilment_pick (wave_id, seq, bin_id, sku_id, pieces) VALUES (%s, %s, %s, %s, %s) "
        "ON CONFLICT (wave_id, bin_id, sku_id) DO UPDATE "
        "SET pieces = fulfilment_pick.pieces + excluded.pieces, done_at = NULL, done_by = ''",
        rows,
    )
    return missing - sum(many for _, many in shares)


def _give_way(stop: Stop, missing: int, *, by: Actor, at: datetime) -> list[int]:
    boxes = aside.wanted([stop.wave_id], stages=[states.WAITING]).get(stop.wave_id, [])
    gone = {box.parcel_id for box in trimming.give_way(boxes, {stop.sku_id: missing})}
    parcels = aside.live_parcels("id", gone)
    facts = {"bin_id": stop.bin_id, "missing": [{"sku_id": stop.sku_id, "wanted": missing}]}
    short = aside.lacking(parcels, {parcel.parcel_id: facts for parcel in parcels})
    aside.set_aside(parcels, why=aside.SHELF_SHORT, lacking=short, by=by, at=at)
    aside.trim([stop.wave_id], by=by, at=at)
    return sorted(order_id for parcel in parcels for order_id in parcel.order_ids)


@command(needs="warehouse.work", over="pick")
def undo(pick_id: int, *, by: Actor, at: datetime) -> None:
    """Take a stop back: its pieces lie on the shelf again, and it is open. Not once packing began."""
    stop = _one(pick_id)
    if stop.wave_stage == states.PICKED:
        moves = step(Wave, states.WAVE, "resume_picking", [stop.wave_id], also={"picked_at": None}, where=ALL_WAITING)
        if not moves:
            raise PickUnderWay
        tell([WaveResumed(move.id) for move in moves], by=by, at=at, moves=moves)
    elif stop.wave_stage != states.PICKING:
        raise WaveElsewhere(number=stop.wave_number, stage=states.WAVE_WORD[stop.wave_stage])
    return_to_shelves([Take(stop.bin_id, stop.sku_id, stop.picked)], wave_id=stop.wave_id, by=by, at=at)
    db.execute("UPDATE fulfilment_pick SET picked = 0, done_at = NULL, done_by = '' WHERE id = %s", [pick_id])


@command(needs="warehouse.work", over="wave")
def put_back(wave_ids: Sequence[int], *, by: Actor, at: datetime) -> int:
    """What these waves picked and no parcel wants any more was carried back to its shelves. Returns the pieces."""
    aside.lock("fulfilment_wave", wave_ids)
    return waves.carry_back(set(wave_ids), by=by, at=at)


def _stops(pick_ids: Sequence[int]) -> list[Stop]:
    """These stops in walking order, their waves locked first."""
    chosen, ids = db.among("k.id", sorted(set(pick_ids)))
    found = db.fetch(f"SELECT DISTINCT wave_id FROM fulfilment_pick k WHERE {chosen}", [ids])
    aside.lock("fulfilment_wave", [wave_id for (wave_id,) in found])
    rows = db.fetch(
        "SELECT k.id, k.wave_id, k.bin_id, k.sku_id, k.pieces, k.picked, k.done_at IS NOT NULL, "
        "w.number, w.stage, w.warehouse_id FROM fulfilment_pick k JOIN fulfilment_wave w ON w.id = k.wave_id "
        f"WHERE {chosen} ORDER BY k.wave_id, k.seq, k.id",
        [ids],
    )
    return [Stop(*row) for row in rows]


def _one(pick_id: int) -> Stop:
    found = _stops([pick_id])
    if not found:
        raise NotFound(what=pick_id)
    return found[0]
