"""Pieces kept back: what is never promised, whatever comes."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from zhanggui.journal.book import command, tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.stock.commands.levels import stand
from zhanggui.stock.commands.receipts import MOST
from zhanggui.stock.events import SafetySet, StockReceived
from zhanggui.stock.models import Level
from zhanggui.stock.refusals import BadQuantity


class Buffer(NamedTuple):
    """So many pieces of a SKU are kept back in one warehouse."""

    warehouse_id: int
    sku_id: int
    pieces: int


@command(needs="stock.oversell", over="warehouse@buffers.warehouse_id")
def keep_back(buffers: Sequence[Buffer], *, by: Actor, at: datetime) -> int:
    """Set how many pieces are never promised; what is promised already stays so. Returns how many changed.

    Where fewer are kept back than before, whoever waits for these SKUs is told.
    """
    for buffer in buffers:
        if not 0 <= buffer.pieces <= MOST:
            raise BadQuantity(pieces=buffer.pieces)
    wanted = {(buffer.warehouse_id, buffer.sku_id): buffer.pieces for buffer in buffers}
    stand(wanted)
    rows = Level.objects.filter(warehouse_id__in={w for w, _ in wanted}, sku_id__in={s for _, s in wanted})
    stood = {(warehouse, sku): safety for warehouse, sku, safety in rows.values_list("warehouse_id", "sku_id", "safety")}
    changed = {key: pieces for key, pieces in sorted(wanted.items()) if pieces != stood.get(key, 0)}
    db.execute_many(
        "UPDATE stock_level SET safety = %s WHERE warehouse_id = %s AND sku_id = %s",
        [(pieces, warehouse, sku) for (warehouse, sku), pieces in changed.items()],
    )
    tell([SafetySet(sku, warehouse, pieces) for (warehouse, sku), pieces in changed.items()], by=by, at=at)
    freed = {key: stood.get(key, 0) - pieces for key, pieces in changed.items() if pieces < stood.get(key, 0)}
    tell([StockReceived(sku, warehouse, pieces) for (warehouse, sku), pieces in freed.items()], by=by, at=at)
    return len(changed)
