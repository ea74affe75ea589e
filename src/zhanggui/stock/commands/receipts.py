"""Pieces coming in, and counts that correct the books."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.journal.book import command, tell
from zhanggui.journal.marks import Second
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.stock.commands import weighing
from zhanggui.stock.commands.levels import stand
from zhanggui.stock.commands.moves import Put, change_shelves
from zhanggui.stock.commands.weighing import Receipt as Receipt
from zhanggui.stock.events import StockCorrected, StockReceived
from zhanggui.stock.models import Bin, Level
from zhanggui.stock.refusals import BadQuantity, BelowClaimed

MOST = 1_000_000


@command(
    needs="stock.adjust", over="warehouse@receipts.warehouse_id", marks="SR≤", weighs=weighing.pieces_in, figure=weighing.RECEIVED,
    second=Second(_("入库 {pieces} 件"), weighing.of_receipts),
)  # fmt: skip
def receive(
    receipts: Sequence[Receipt], *, by: Actor, at: datetime, document: tuple[str, int | None] = ("receipt", None), note: str = ""
) -> None:
    """Add pieces to bins, making bins and levels that are new; whoever waits for these SKUs is told."""
    for receipt in receipts:
        if not 0 <= receipt.pieces <= MOST:
            raise BadQuantity(pieces=receipt.pieces)
    bins = ensure_bins({(r.warehouse_id, r.bin) for r in receipts})
    gained: dict[tuple[int, int], int] = defaultdict(int)
    for r in receipts:
        gained[r.warehouse_id, r.sku_id] += r.pieces
    stand(gained)
    _raise_levels(gained)
    puts = [Put(bins[r.warehouse_id, r.bin], r.sku_id, r.pieces) for r in receipts]
    change_shelves(puts, kind="received", document=document, by=by, at=at, note=note)
    events = [StockReceived(sku, warehouse, n) for (warehouse, sku), n in gained.items() if n]
    tell(events, by=by, at=at)


@command(
    needs="stock.adjust", over="warehouse@counted.warehouse_id", because="why", weighs=weighing.pieces_off,
    second=Second(_("盘点改数，一共差 {pieces} 件"), weighing.of_count),
)  # fmt: skip
def count(
    counted: Sequence[Receipt], *, why: str, by: Actor, at: datetime, document: tuple[str, int | None] = ("count", None)
) -> int:
    """Set what lies in each bin to what was counted; refuses to go below what is promised. Returns how many differed."""
    for row in counted:
        if not 0 <= row.pieces <= MOST:
            raise BadQuantity(pieces=row.pieces)
    bins = ensure_bins({(row.warehouse_id, row.bin) for row in counted})
    # Held from before the look: two who count the same bin at once find the same pieces, not twice as many.
    stand({(row.warehouse_id, row.sku_id) for row in counted})
    ids, bin_ids = db.among("bin_id", sorted(set(bins.values())))
    lies = {(b, s): n for b, s, n in db.fetch(f"SELECT bin_id, sku_id, pieces FROM stock_shelf WHERE {ids}", [bin_ids])}
    puts: list[Put] = []
    change: dict[tuple[int, int], int] = defaultdict(int)
    wanted = {(bins[row.warehouse_id, row.bin], row.sku_id): row for row in counted}
    for (bin_id, sku_id), row in wanted.items():
        delta = row.pieces - lies.get((bin_id, sku_id), 0)
        if delta:
            puts.append(Put(bin_id, sku_id, delta))
            change[row.warehouse_id, sku_id] += delta
    # A place that was counted and is empty is known to be empty.
    empty = [(*place, 0) for place, row in sorted(wanted.items()) if not row.pieces and place not in lies]
    db.execute_many("INSERT INTO stock_shelf (bin_id, sku_id, pieces) VALUES (%s, %s, %s) ON CONFLICT (bin_id, sku_id) DO NOTHING", empty)
    if not puts:
        return 0
    _spare_the_picked({(put.bin_id, put.sku_id): lies[put.bin_id, put.sku_id] + put.delta for put in puts if put.delta < 0})
    _raise_levels({key: n for key, n in change.items() if n >= 0})
    _lower_levels({key: -n for key, n in change.items() if n < 0})
    change_shelves(puts, kind="adjusted", document=document, by=by, at=at, note=why)
    tell([StockCorrected(sku, warehouse, n, why) for (warehouse, sku), n in change.items() if n], by=by, at=at)
    more = [StockReceived(sku, warehouse, n) for (warehouse, sku), n in change.items() if n > 0]
    tell(more, by=by, at=at)
    return len(puts)


def _spare_the_picked(left: dict[tuple[int, int], int]) -> None:
    """What is picked for orders stays where the boxes are packed from, as far as it is promised: without it nothing could be
    shipped. One statement."""
    chosen, bins = db.among("b.id", sorted({bin_id for bin_id, _ in left}))
    rows = db.fetch(
        "SELECT s.bin_id, s.sku_id, k.code, l.claimed, s.pieces FROM stock_bin b JOIN stock_shelf s ON s.bin_id = b.id "
        "JOIN stock_level l ON l.warehouse_id = b.warehouse_id AND l.sku_id = s.sku_id JOIN catalog_sku k ON k.id = s.sku_id "
        f"WHERE {chosen} AND b.kind = 'staging'",
        [bins],
    )
    for bin_id, sku_id, code, claimed, pieces in rows:
        if left.get((bin_id, sku_id), pieces) < min(claimed, pieces):
            raise BelowClaimed(sku=code, claimed=min(claimed, pieces), pieces=left[bin_id, sku_id])


def ensure_bins(wanted: set[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """(warehouse, code) → bin, made where new. A blank code is the bin ``-``."""
    codes = {(warehouse, code.strip()[:32] or "-") for warehouse, code in wanted}
    rows = Bin.objects.filter(warehouse_id__in={w for w, _ in codes}).values_list("warehouse_id", "code", "id")
    known = {(warehouse, code): id_ for warehouse, code, id_ in rows}
    new = [Bin(warehouse_id=warehouse, code=code) for warehouse, code in sorted(codes - known.keys())]
    Bin.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    if new:
        rows = Bin.objects.filter(warehouse_id__in={w for w, _ in codes}).values_list("warehouse_id", "code", "id")
        known = {(warehouse, code): id_ for warehouse, code, id_ in rows}
    return {(warehouse, code): known[warehouse, code.strip()[:32] or "-"] for warehouse, code in wanted}


def _raise_levels(gained: dict[tuple[int, int], int]) -> None:
    rows = [(n, warehouse, sku) for (warehouse, sku), n in sorted(gained.items())]
    db.execute_many("UPDATE stock_level SET on_hand = on_hand + %s WHERE warehouse_id = %s AND sku_id = %s", rows)


def _lower_levels(lost: dict[tuple[int, int], int]) -> None:
    for (warehouse, sku), n in sorted(lost.items()):
        done = db.execute(
            "UPDATE stock_level SET on_hand = on_hand - %s WHERE warehouse_id = %s AND sku_id = %s AND on_hand - claimed >= %s",
            [n, warehouse, sku, n],
        )
        if not done:
            level = Level.objects.select_related("sku").get(warehouse_id=warehouse, sku_id=sku)
            raise BelowClaimed(sku=level.sku.code, claimed=level.claimed, pieces=level.on_hand - n)
