"""Waves: gathering approved orders, sending pickers, and taking orders out again."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from zhanggui.carriers import queries as carriers
from zhanggui.fulfilment import gathering, states
from zhanggui.fulfilment.commands import aside
from zhanggui.fulfilment.events import ParcelMade, WaveCancelled, WavePlanned, WaveReleased
from zhanggui.fulfilment.gathering import Candidate
from zhanggui.fulfilment.models import Fellow, Parcel, ParcelLine, Pick, Wave
from zhanggui.fulfilment.refusals import AlreadyShipped, NothingToPlan, WaveElsewhere, refuse
from zhanggui.fulfilment.rules import slots, trimming, walk
from zhanggui.journal.book import Batch, command, numbers, tell
from zhanggui.journal.steps import step
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.flow import Move
from zhanggui.orders.commands import progress
from zhanggui.stock import queries as stock
from zhanggui.stock.commands import moves as shelves

# As many orders as one picker carries in one walk, where nobody says otherwise.
WAVE_SIZE = 50
PARCEL = ("id", "number", "order_id", "wave_id", "warehouse_id", "carrier_id", "slot", "stage", "pieces", "made_at")
PICK = ("wave_id", "seq", "bin_id", "sku_id", "pieces")


class Planned(NamedTuple):
    """The wave that was made, and what became of each order asked for."""

    wave_id: int
    number: str
    batch: Batch


@command(needs="warehouse.work", over="order warehouse@warehouse_id")
def plan(
    order_ids: Sequence[int] | None, *, warehouse_id: int, limit: int = WAVE_SIZE, by: Actor, at: datetime
) -> Planned:
    """Gather approved orders that nothing holds, earliest promise first, into a wave; each gets a parcel and a slot.

    ``order_ids`` None takes the ``limit`` most urgent of the warehouse that one reaches. Merged orders get one parcel together, and
    come together or not at all: who no longer goes to the same door has left them before. From now on the orders are being
    fulfilled: two who plan at once never take the same one. Raises ``NothingToPlan`` when none is left.
    """
    found = gathering.gather(order_ids, warehouse_id, limit, by=by, at=at)
    wave_id = db.take_ids(Wave, 1)[0]
    taken = set(progress.release([order.order_id for order in found], wave_id=wave_id, by=by, at=at))
    torn = gathering.torn(found, taken)
    if torn:
        taken -= set(progress.recall(sorted(torn), wave_id=wave_id, by=by, at=at))
    found = [order for order in found if order.order_id in taken]
    if not found:
        raise NothingToPlan
    day = f"{clock.day_of(at):%y%m%d}"
    number = f"W{day}-{numbers(f'wave:{day}', 1)[0]:02d}"
    row = (wave_id, number, warehouse_id, states.OPEN, len(found), sum(order.pieces for order in found), at)
    db.insert_many(Wave, ("id", "number", "warehouse_id", "stage", "orders", "pieces", "made_at"), [row])
    _make_parcels(found, wave_id, warehouse_id, day, by=by, at=at)
    tell([WavePlanned(wave_id, len(found))], by=by, at=at, moves=[Move(wave_id, 1, "", states.OPEN)])
    batch = Batch(done=sorted(taken))
    gathering.explain(batch, sorted(set(order_ids or ()) - taken))
    return Planned(wave_id, number, batch)


def _make_parcels(found: Sequence[Candidate], wave_id: int, warehouse_id: int, day: str, *, by: Actor, at: datetime) -> None:
    chosen, ids = db.among("order_id", sorted(order.order_id for order in found))
    lines: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for order_id, *line in db.fetch(
        f"SELECT order_id, id, sku_id, quantity - shipped FROM orders_line WHERE {chosen} "
        "AND sku_id IS NOT NULL AND quantity > shipped ORDER BY id",
        [ids],
    ):
        lines[order_id].append((line[0], line[1], line[2]))
    # The order promised first stands for those that go with it.
    boxes = gathering.boxes(found)
    inside = {lead: [line for order in orders for line in lines[order.order_id]] for lead, orders in boxes.items()}
    place = slots.assign({lead: [(sku, n) for _, sku, n in goods] for lead, goods in inside.items()})
    wish = {lead: next((order.carrier_id for order in orders if order.carrier_id), None) for lead, orders in boxes.items()}
    carrier = carriers.suggest(wish)
    rows, goods, made, beside = [], [], [], []
    counted = numbers(f"parcel:{day}", len(boxes))
    for id_, count, (lead, orders) in zip(db.take_ids(Parcel, len(boxes)), counted, boxes.items(), strict=True):
        pieces = sum(n for _, _, n in inside[lead])
        home = (lead, wave_id, warehouse_id, carrier[lead], place[lead])
        rows.append((id_, f"P{day}-{count:05d}", *home, states.WAITING, pieces, at))
        goods += [(id_, line, sku, n) for line, sku, n in inside[lead]]
        beside += [(id_, order.order_id) for order in orders if order.order_id != lead]
        made.append(ParcelMade(id_, lead))
    db.insert_many(Parcel, PARCEL, rows)
    db.insert_many(ParcelLine, ("parcel_id", "order_line_id", "sku_id", "pieces"), goods)
    db.insert_many(Fellow, ("parcel_id", "order_id"), beside)
    tell(made, by=by, at=at, moves=[Move(event.parcel_id, 1, "", states.WAITING) for event in made])


@command(needs="warehouse.work", over="wave")
def release(wave_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Lay out the walk of each wave over the shelves and let picking begin.

    Pieces other pickers are already sent for are not sent for twice. Where the shelves have fewer than the books
    promise, the orders promised last leave the wave and are held, short on the shelf.
    """
    moved = step(Wave, states.WAVE, "release", wave_ids, also={"released_at": at})
    tell([WaveReleased(move.id) for move in moved], by=by, at=at, moves=moved)
    ids = [move.id for move in moved]
    boxes = aside.wanted(ids)
    chosen, wanted = db.among("id", ids)
    homes: dict[int, list[int]] = defaultdict(list)
    for warehouse_id, wave_id in db.fetch(f"SELECT warehouse_id, id FROM fulfilment_wave WHERE {chosen} ORDER BY id", [wanted]):
        homes[warehouse_id].append(wave_id)
    rows: list[tuple[int, ...]] = []
    short: dict[int, tuple[int, dict[str, Any]]] = {}
    for warehouse_id, found in homes.items():
        made, lacking = _lay_out(warehouse_id, {wave_id: boxes.get(wave_id, []) for wave_id in found})
        rows += made
        short |= lacking
    db.insert_many(Pick, PICK, rows)
    if short:
        live = aside.live_parcels("id", short)
        facts = aside.lacking(live, {parcel.parcel_id: short[parcel.parcel_id][1] for parcel in live})
        aside.set_aside(live, why=aside.SHELF_SHORT, lacking=facts, by=by, at=at)
        aside.settle(ids, by=by, at=at)
    batch = Batch(done=ids)
    _elsewhere(batch, set(wave_ids) - set(ids))
    return batch


def _lay_out(
    warehouse_id: int, waves: Mapping[int, Sequence[trimming.Box]]
) -> tuple[list[tuple[int, ...]], dict[int, tuple[int, dict[str, Any]]]]:
    """Pick rows of these waves, and the parcels that cannot be filled {parcel: (order, facts)}."""
    # One release at a time in one building: the second sees what the first sent its pickers for.
    aside.lock("stock_warehouse", [warehouse_id])
    skus = {sku_id for boxes in waves.values() for box in boxes for sku_id in box.wants}
    spots = free_spots(skus, warehouse_id)
    rows: list[tuple[int, ...]] = []
    short: dict[int, tuple[int, dict[str, Any]]] = {}
    for wave_id, boxes in waves.items():
        stops, missing = walk.plan(aside.sums(boxes), spots)
        if missing:
            gone = trimming.give_way(boxes, missing)
            short |= {box.parcel_id: (box.order_id, {"missing": _lack(box, missing)}) for box in gone}
            stops, _ = walk.plan(aside.sums(box for box in boxes if box not in gone), spots)
        rows += [(wave_id, seq, stop.bin_id, stop.sku_id, stop.pieces) for seq, stop in enumerate(stops, 1)]
        taken: dict[tuple[int, int], int] = {(stop.bin_id, stop.sku_id): stop.pieces for stop in stops}
        spots = walk.without(spots, taken)
    return rows, short


def _lack(box: trimming.Box, missing: Mapping[int, int]) -> list[dict[str, int]]:
    return [{"sku_id": sku_id, "wanted": pieces} for sku_id, pieces in box.wants.items() if sku_id in missing]


def free_spots(sku_ids: Collection[int], warehouse_id: int) -> dict[int, list[walk.Spot]]:
    """SKU → its shelves, less what pickers are on their way for. Two statements."""
    on_the_way = db.fetch(
        "SELECT k.bin_id, k.sku_id, SUM(k.pieces - k.picked) FROM fulfilment_pick k JOIN fulfilment_wave w ON w.id = k.wave_id "
        "WHERE w.stage = 'picking' AND w.warehouse_id = %s AND k.done_at IS NULL GROUP BY k.bin_id, k.sku_id",
        [warehouse_id],
    )
    lies = stock.where(sku_ids, warehouse_id)
    spots = {sku_id: [walk.Spot(*place) for place in places] for sku_id, places in lies.items()}
    return walk.without(spots, {(bin_id, sku_id): int(pieces) for bin_id, sku_id, pieces in on_the_way})


@command(needs="warehouse.work", over="wave")
def cancel(wave_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Take whole waves back before they are picked: parcels void, orders approved again, picked pieces on their shelves."""
    aside.lock("fulfilment_wave", wave_ids)
    parcels = aside.live_parcels("wave_id", wave_ids)
    moved = step(Wave, states.WAVE, "cancel", wave_ids, also={"done_at": at})
    ids = {move.id for move in moved}
    aside.set_aside([parcel for parcel in parcels if parcel.wave_id in ids], why="wave-cancelled", by=by, at=at)
    carry_back(ids, by=by, at=at)
    tell([WaveCancelled(move.id) for move in moved], by=by, at=at, moves=moved)
    batch = Batch(done=sorted(ids))
    _elsewhere(batch, set(wave_ids) - ids)
    return batch


@command(needs="order.unreview", over="order")
def withdraw(order_ids: Sequence[int], *, why: str = "withdrawn", by: Actor, at: datetime) -> Batch:
    """Take orders out of their waves before they are shipped: their parcels are void, the orders stand approved again.

    Stops shrink by what is no longer wanted; what was picked already waits in ``picks.put_back``.
    """
    parcels = aside.live_parcels("order_id", order_ids)
    aside.set_aside(parcels, why=why, by=by, at=at)
    waves = {parcel.wave_id for parcel in parcels}
    aside.trim(waves, by=by, at=at)
    aside.settle(waves, by=by, at=at)
    batch = Batch(done=sorted({order_id for parcel in parcels for order_id in parcel.order_ids}))
    refuse(batch, sorted(set(order_ids) - set(batch.done)), AlreadyShipped)
    return batch


def carry_back(wave_ids: Collection[int], *, by: Actor, at: datetime) -> int:
    """Put what these waves picked and no parcel wants any more back where it came from. Returns the pieces."""
    boxes, stops = aside.wanted(wave_ids), aside.asks(wave_ids)
    total = 0
    for wave_id, found in sorted(stops.items()):
        back = trimming.leftovers(found, aside.sums(boxes.get(wave_id, [])))
        if not back:
            continue
        chosen, ids = db.among("id", sorted(back))
        bins = db.fetch(f"SELECT id, bin_id, sku_id FROM fulfilment_pick WHERE {chosen} ORDER BY id", [ids])
        takes = [shelves.Take(bin_id, sku_id, back[pick_id]) for pick_id, bin_id, sku_id in bins]
        shelves.put_back(takes, wave_id=wave_id, by=by, at=at)
        # The stop is written down to what stayed picked, so that carrying back twice finds nothing to carry.
        rows = [(many, many, pick_id) for pick_id, many in sorted(back.items())]
        db.execute_many("UPDATE fulfilment_pick SET picked = picked - %s, pieces = pieces - %s WHERE id = %s", rows)
        total += sum(back.values())
    return total


def _elsewhere(batch: Batch, wave_ids: Collection[int]) -> None:
    if not wave_ids:
        return
    chosen, ids = db.among("id", sorted(wave_ids))
    for wave_id, number, stage in db.fetch(f"SELECT id, number, stage FROM fulfilment_wave WHERE {chosen}", [ids]):
        refuse(batch, [wave_id], WaveElsewhere, number=number, stage=states.WAVE_WORD[stage])
