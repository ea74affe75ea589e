"""Over the counter: pieces that leave the house in the buyer's hand, without a wave and without a parcel."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from zhanggui.journal.book import command
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.stock.commands import claims
from zhanggui.stock.commands.claims import Demand
from zhanggui.stock.commands.levels import Key, lock_shelves
from zhanggui.stock.commands.moves import LEDGER
from zhanggui.stock.models import Ledger

# (claim, level, pieces, order) as ``claims.end`` tells it.
Ended = tuple[int, int, int, int]


@command(needs="parcel.ship", over="order@sold.for_order warehouse@warehouse_id")
def hand_over(sold: Sequence[Demand], *, warehouse_id: int, by: Actor, at: datetime) -> list[int]:
    """Promise each order all its pieces or none, and let what was promised leave from the shelves at once. Returns the orders
    that were filled.

    Each claim is issued once and whole, from the shelves the picker would come to first; what others were promised stays.
    """
    holding = claims.hold(sold, warehouse_id=warehouse_id, bare=True, by=by, at=at)
    ended = claims.end(holding.filled, "issued", at=at)
    out: dict[int, int] = defaultdict(int)
    for _claim, level, pieces, _order in ended:
        out[level] += pieces
    chosen, ids = db.among("id", sorted(out))
    sku_of = dict(db.fetch(f"SELECT id, sku_id FROM stock_level WHERE {chosen}", [ids])) if out else {}
    db.execute_many(
        "UPDATE stock_level SET on_hand = on_hand - %s, claimed = claimed - %s WHERE id = %s",
        [(n, n, level) for level, n in sorted(out.items())],
    )
    lie = _lying(sorted(sku_of.values()), warehouse_id)
    left = {key: pieces for keys in lie.values() for key, pieces in keys}
    rows = []
    for claim, level, wanted, order in sorted(ended):
        for key, _pieces in lie.get(sku_of[level], []):
            taken = min(left[key], wanted)
            if not taken:
                continue
            left[key] -= taken
            wanted -= taken
            rows.append((at, level, key[0], key[1], "issued", -taken, "order", order, claim, by.name, ""))
            if not wanted:
                break
        if wanted:
            raise RuntimeError("the shelves hold less than the level says")
    gone: dict[Key, int] = defaultdict(int)
    for row in rows:
        gone[row[2], row[3]] -= row[5]
    db.execute_many(
        "UPDATE stock_shelf SET pieces = pieces - %s WHERE bin_id = %s AND sku_id = %s",
        [(n, bin_id, sku_id) for (bin_id, sku_id), n in sorted(gone.items())],
    )
    db.insert_many(Ledger, LEDGER, rows)
    return holding.filled


def _lying(sku_ids: Sequence[int], warehouse_id: int) -> dict[int, list[tuple[Key, int]]]:
    """SKU → ((bin, SKU), pieces) of the shelves it lies on, in the order of the walk; they are ours until the end."""
    skus, ids = db.among("s.sku_id", sku_ids)
    asked = (
        "SELECT s.bin_id, s.sku_id, s.pieces FROM stock_shelf s JOIN stock_bin b ON b.id = s.bin_id "
        f"WHERE b.warehouse_id = %s AND b.kind = 'shelf' AND s.pieces > 0 AND {skus} ORDER BY b.walk, b.code"
    )
    if not sku_ids:
        return {}
    lock_shelves([(bin_id, sku_id) for bin_id, sku_id, _ in db.fetch(asked, [warehouse_id, ids])])
    found: dict[int, list[tuple[Key, int]]] = defaultdict(list)
    for bin_id, sku_id, pieces in db.fetch(asked, [warehouse_id, ids]):
        found[sku_id].append(((bin_id, sku_id), pieces))
    return found
