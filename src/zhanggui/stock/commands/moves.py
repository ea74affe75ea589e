"""Moving pieces between bins: picking into staging, and putting back."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from zhanggui.journal.book import command
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.stock.commands.levels import lock_shelves
from zhanggui.stock.models import Ledger
from zhanggui.stock.refusals import ShelfShort

LEDGER = ("at", "level_id", "bin_id", "sku_id", "kind", "delta", "document_kind", "document_id", "claim_id", "actor_name", "note")


class Take(NamedTuple):
    """Pieces of a SKU in one bin."""

    bin_id: int
    sku_id: int
    pieces: int


class Put(NamedTuple):
    """A bin's pieces as they change: positive comes in."""

    bin_id: int
    sku_id: int
    delta: int


@command(needs="warehouse.work", over="bin@moves.bin_id wave@wave_id")
def pick(moves: Sequence[Take], *, wave_id: int, by: Actor, at: datetime) -> None:
    """Take pieces from their shelves into their warehouse's staging bin. All or none: a shelf with fewer refuses."""
    _between(moves, "picked", wave_id, by=by, at=at, back=False)


@command(needs="warehouse.work", over="bin@moves.bin_id wave@wave_id")
def put_back(moves: Sequence[Take], *, wave_id: int, by: Actor, at: datetime) -> None:
    """Return picked pieces from staging to the shelves they came from."""
    _between(moves, "returned", wave_id, by=by, at=at, back=True)


def _between(moves: Sequence[Take], kind: str, wave_id: int, *, by: Actor, at: datetime, back: bool) -> None:
    moves = [move for move in moves if move.pieces]
    if not moves:
        return
    staging = staging_of({move.bin_id for move in moves})
    puts = []
    for move in moves:
        out, into = (staging[move.bin_id], move.bin_id) if back else (move.bin_id, staging[move.bin_id])
        puts += [Put(out, move.sku_id, -move.pieces), Put(into, move.sku_id, move.pieces)]
    change_shelves(puts, kind=kind, document=("wave", wave_id), by=by, at=at)


def staging_of(bin_ids: set[int]) -> dict[int, int]:
    """Bin → the staging bin of its warehouse."""
    chosen, ids = db.among("id", sorted(bin_ids))
    house = dict(db.fetch(f"SELECT id, warehouse_id FROM stock_bin WHERE {chosen}", [ids]))
    staging = staging_by_warehouse(set(house.values()))
    return {bin_id: staging[home] for bin_id, home in house.items()}


def staging_by_warehouse(warehouse_ids: set[int]) -> dict[int, int]:
    """Warehouse → its staging bin."""
    chosen, ids = db.among("warehouse_id", sorted(warehouse_ids))
    return dict(db.fetch(f"SELECT warehouse_id, id FROM stock_bin WHERE {chosen} AND kind = 'staging'", [ids]))


def change_shelves(
    puts: Sequence[Put], *, kind: str, document: tuple[str, int | None], by: Actor, at: datetime, note: str = ""
) -> None:
    """Change what lies in bins and write the ledger; levels are the caller's. Refuses where a shelf would go below zero."""
    sums: dict[tuple[int, int], int] = defaultdict(int)
    for put in puts:
        sums[put.bin_id, put.sku_id] += put.delta
    down = [(-n, bin_id, sku_id, -n) for (bin_id, sku_id), n in sorted(sums.items()) if n < 0]
    up = [(bin_id, sku_id, n) for (bin_id, sku_id), n in sorted(sums.items()) if n > 0]
    lock_shelves(sums)
    try:
        with db.together():
            took = db.execute_many(
                "UPDATE stock_shelf SET pieces = pieces - %s WHERE bin_id = %s AND sku_id = %s AND pieces >= %s", down
            )
            if took != len(down):
                raise _TooFew
    except _TooFew:
        raise _first_short(down) from None
    db.execute_many(
        "INSERT INTO stock_shelf (bin_id, sku_id, pieces) VALUES (%s, %s, %s) "
        "ON CONFLICT (bin_id, sku_id) DO UPDATE SET pieces = stock_shelf.pieces + excluded.pieces",
        up,
    )
    levels = _levels_of(sums)
    rows = [
        (at, levels[put.bin_id, put.sku_id], put.bin_id, put.sku_id, kind, put.delta, *document, None, by.name, note)
        for put in puts
        if put.delta
    ]
    db.insert_many(Ledger, LEDGER, rows)


def _levels_of(sums: dict[tuple[int, int], int]) -> dict[tuple[int, int], int]:
    """(bin, SKU) → the level of its warehouse."""
    bins, bin_ids = db.among("id", sorted({bin_id for bin_id, _ in sums}))
    house = dict(db.fetch(f"SELECT id, warehouse_id FROM stock_bin WHERE {bins}", [bin_ids]))
    skus, sku_ids = db.among("sku_id", sorted({sku_id for _, sku_id in sums}))
    homes, home_ids = db.among("warehouse_id", sorted(set(house.values())))
    rows = db.fetch(f"SELECT warehouse_id, sku_id, id FROM stock_level WHERE {skus} AND {homes}", [sku_ids, home_ids])
    level = {(home, sku_id): id_ for home, sku_id, id_ in rows}
    return {(bin_id, sku_id): level[house[bin_id], sku_id] for bin_id, sku_id in sums}


class _TooFew(Exception):  # never leaves this module
    """A shelf had fewer than asked."""


def _first_short(down: Sequence[tuple[int, int, int, int]]) -> ShelfShort:
    """Which shelf has too few, now that nothing was taken."""
    skus, sku_ids = db.among("sku_id", sorted({row[2] for row in down}))
    lies = {(b, k): n for b, k, n in db.fetch(f"SELECT bin_id, sku_id, pieces FROM stock_shelf WHERE {skus}", [sku_ids])}
    wanted, bin_id, sku_id, _ = next((row for row in down if lies.get((row[1], row[2]), 0) < row[0]), down[0])
    return _short(bin_id, sku_id, wanted)


def _short(bin_id: int, sku_id: int, wanted: int) -> ShelfShort:
    found = db.fetch(
        "SELECT b.code, k.code, COALESCE(s.pieces, 0) FROM stock_bin b JOIN catalog_sku k ON k.id = %s "
        "LEFT JOIN stock_shelf s ON s.bin_id = b.id AND s.sku_id = k.id WHERE b.id = %s",
        [sku_id, bin_id],
    )
    code, sku, pieces = found[0]
    return ShelfShort(bin=code, sku=sku, pieces=pieces, wanted=wanted)
