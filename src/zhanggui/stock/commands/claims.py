"""Promising pieces to order lines: hold, release, issue. A batch is a constant number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from zhanggui.journal.book import command
from zhanggui.kernel import db, guards
from zhanggui.kernel.actor import Actor
from zhanggui.stock.commands.levels import lock_shelves
from zhanggui.stock.commands.moves import LEDGER, staging_by_warehouse
from zhanggui.stock.models import Claim, Ledger

# A level claimed by someone else between our look and our update makes the batch look again, at most so often.
LOOKS = 5


class Demand(NamedTuple):
    """Pieces one order line asks for."""

    for_order: int
    for_line: int
    sku_id: int
    pieces: int


class Short(NamedTuple):
    """What one order lacks of one SKU, all its lines together."""

    sku_id: int
    wanted: int
    free: int


class Share(NamedTuple):
    """So many pieces of what is promised to one line are promised to another from now on."""

    from_line: int
    for_order: int
    for_line: int
    pieces: int


class Issue(NamedTuple):
    """An order whose claims leave the house in a parcel."""

    order_id: int
    parcel_id: int


@dataclass
class Holding:
    """Which orders are promised whole, and what the others lack."""

    filled: list[int] = field(default_factory=list)
    short: dict[int, list[Short]] = field(default_factory=dict)


@command(needs="order.review", over="order@demands.for_order warehouse@warehouse_id")
def hold(demands: Sequence[Demand], *, warehouse_id: int, by: Actor, at: datetime, bare: bool = False) -> Holding:
    """Promise each order all its pieces or none, in the order the orders are given.

    An order that already holds a claim for a line is filled without claiming again; ``bare`` says that none of them
    can hold one, and spares the look. The levels are read once, locked in
    the order of their ids where the database locks rows, shared out in memory and written by one guarded UPDATE a SKU.
    """
    by_order: dict[int, list[Demand]] = {}
    for demand in demands:
        by_order.setdefault(demand.for_order, []).append(demand)
    claimed: set[int] = set()
    if not bare:
        lines, orders_ = db.among("for_order", by_order)
        claimed = {line for (line,) in db.fetch(f"SELECT for_line FROM stock_claim WHERE {lines} AND state = 'open'", [orders_])}
    for _look in range(LOOKS):
        levels = _levels({demand.sku_id for demand in demands}, warehouse_id)
        holding, taken, promised = _share_out(by_order, levels, claimed)
        if _take(taken):
            break
    else:
        raise RuntimeError("the levels changed under every look")
    moment = db.adapt(at)
    rows = [(d.for_order, d.for_line, levels[d.sku_id][0], d.pieces, "open", moment) for d in promised]
    db.insert_many(Claim, ("for_order", "for_line", "level_id", "pieces", "state", "held_at"), rows, adapted=True)
    return holding


def fillable(demands: Sequence[Demand], *, warehouse_id: int) -> Holding:
    """Which orders ``hold`` would fill now, first come first served, and what the others lack; nothing is written. Within a
    transaction the levels stay as they were looked at: whoever holds these very demands next is not refused."""
    by_order: dict[int, list[Demand]] = {}
    for demand in demands:
        by_order.setdefault(demand.for_order, []).append(demand)
    return _share_out(by_order, _levels({demand.sku_id for demand in demands}, warehouse_id), set())[0]


def _levels(sku_ids: Iterable[int], warehouse_id: int) -> dict[int, tuple[int, int]]:
    """SKU → (level id, free pieces), locked in the order of level ids."""
    chosen, ids = db.among("sku_id", sorted(sku_ids))
    order = "id" if guards.stands("stock.order") else "random()"
    lock = f" ORDER BY {order} FOR NO KEY UPDATE" if connection.vendor == "postgresql" and guards.stands("stock.claim") else ""
    rows = db.fetch(
        f"SELECT sku_id, id, on_hand - claimed - safety FROM stock_level WHERE warehouse_id = %s AND {chosen}{lock}",
        [warehouse_id, ids],
    )
    return {sku_id: (level_id, max(free, 0)) for sku_id, level_id, free in rows}


def _share_out(
    by_order: dict[int, list[Demand]], levels: dict[int, tuple[int, int]], claimed: set[int]
) -> tuple[Holding, dict[int, int], list[Demand]]:
    """First come, first served: each order whole or not at all. Returns the holding, pieces by level, the new promises."""
    free = {sku_id: pieces for sku_id, (_, pieces) in levels.items()}
    holding = Holding()
    taken: dict[int, int] = defaultdict(int)
    promised: list[Demand] = []
    for order_id, wants in by_order.items():
        if claimed:
            wants = [demand for demand in wants if demand.for_line not in claimed]
        sums: dict[int, int] = {}
        for demand in wants:
            sums[demand.sku_id] = sums.get(demand.sku_id, 0) + demand.pieces
        lacking = [Short(sku_id, pieces, free.get(sku_id, 0)) for sku_id, pieces in sums.items() if free.get(sku_id, 0) < pieces]
        if lacking:
            holding.short[order_id] = lacking
            continue
        for sku_id, pieces in sums.items():
            free[sku_id] -= pieces
            taken[levels[sku_id][0]] += pieces
        holding.filled.append(order_id)
        promised += wants
    return holding, taken, promised


def _take(taken: dict[int, int]) -> bool:
    """Write the shares; False, with nothing written, where a level no longer has the pieces."""
    rows = [(pieces, level, pieces) for level, pieces in sorted(taken.items())]
    if not guards.stands("stock.claim"):
        db.execute_many("UPDATE stock_level SET claimed = claimed + %s WHERE id = %s", [row[:2] for row in rows])
        return True
    # Inside IMMEDIATE, or with the rows locked, nobody can come between; the guard in SQL stays all the same.
    try:
        with db.together():
            if _raise_claimed(rows) != len(rows):
                raise _Gone
    except _Gone:
        return False
    return True


def _raise_claimed(rows: Sequence[tuple[int, int, int]]) -> int:
    """How many levels still had the pieces; the others are as they were."""
    if connection.vendor == "postgresql":
        return db.execute(
            "UPDATE stock_level SET claimed = claimed + v.pieces FROM (SELECT unnest(%s::bigint[]) AS id, unnest(%s::bigint[]) AS pieces) v "
            "WHERE stock_level.id = v.id AND on_hand - claimed >= v.pieces",
            [[level for _, level, _ in rows], [pieces for pieces, _, _ in rows]],
        )
    return db.execute_many("UPDATE stock_level SET claimed = claimed + %s WHERE id = %s AND on_hand - claimed >= %s", rows)


class _Gone(Exception):  # never leaves this module
    """Somebody else promised the pieces first."""


@command(needs="order.review", over="order")
def release(order_ids: Sequence[int], *, by: Actor, at: datetime) -> int:
    """Give back what these orders hold; a claim is released once. Returns the pieces that are free again."""
    ended = end(order_ids, "released", at=at)
    back: dict[int, int] = defaultdict(int)
    for _claim, level, pieces, _order in ended:
        back[level] += pieces
    db.execute_many("UPDATE stock_level SET claimed = claimed - %s WHERE id = %s", [(n, level) for level, n in sorted(back.items())])
    return sum(back.values())


@command(needs="order.merge", over="order@shares.for_order")
def share(shares: Sequence[Share], *, by: Actor, at: datetime) -> None:
    """Promise to these lines what was promised to others, in the same warehouses: no piece becomes free and none is taken. A line that
    holds a claim on the same goods already holds more; one that was promised nothing shares nothing."""
    lines = {each.from_line for each in shares} | {each.for_line for each in shares}
    chosen, ids = db.among("for_line", sorted(lines))
    rows = db.fetch(f"SELECT id, for_line, for_order, level_id, pieces FROM stock_claim WHERE {chosen} AND state = 'open'", [ids])
    open_ = {for_line: (claim, level, pieces) for claim, for_line, _order, level, pieces in rows}
    holds = {for_line: (for_order, pieces) for _claim, for_line, for_order, _level, pieces in rows}
    wanted = dict(holds)
    for one in shares:
        if one.from_line not in open_:
            continue
        if one.from_line == one.for_line:
            wanted[one.for_line] = (one.for_order, wanted[one.for_line][1])
            continue
        order, pieces = wanted[one.from_line]
        wanted[one.from_line] = (order, pieces - one.pieces)
        wanted[one.for_line] = (one.for_order, wanted.get(one.for_line, (0, 0))[1] + one.pieces)
    level_of = {one.for_line: open_[one.from_line][1] for one in shares if one.from_line in open_}
    moment = db.adapt(at)
    kept = [(order, pieces, open_[line][0]) for line, (order, pieces) in sorted(wanted.items()) if line in open_ and pieces]
    gone = [(moment, open_[line][0]) for line, (_order, pieces) in sorted(wanted.items()) if line in open_ and not pieces]
    new = [(order, line, level_of[line], pieces, "open", moment) for line, (order, pieces) in sorted(wanted.items()) if line not in open_]
    db.execute_many("UPDATE stock_claim SET state = 'released', ended_at = %s WHERE id = %s", gone)
    db.execute_many("UPDATE stock_claim SET for_order = %s, pieces = %s WHERE id = %s", kept)
    db.insert_many(Claim, ("for_order", "for_line", "level_id", "pieces", "state", "held_at"), new, adapted=True)


def end(order_ids: Iterable[int], state: str, *, at: datetime) -> list[tuple[int, int, int, int]]:
    """Close the open claims of these orders; (claim, level, pieces, order) of those this call closed."""
    chosen, ids = db.among("for_order", sorted(set(order_ids)))
    return db.fetch(
        f"UPDATE stock_claim SET state = %s, ended_at = %s WHERE {chosen} AND state = 'open' RETURNING id, level_id, pieces, for_order",
        [state, db.adapt(at), ids],
    )


@command(needs="parcel.ship", over="order@parcels.order_id parcel@parcels.parcel_id")
def issue(parcels: Sequence[Issue], *, by: Actor, at: datetime) -> None:
    """The pieces of these orders leave the house: claims are consumed, levels and staging go down, the ledger says so."""
    parcel_of = {issue.order_id: issue.parcel_id for issue in parcels}
    ended = end(parcel_of, "issued", at=at)
    if not ended:
        return
    out: dict[int, int] = defaultdict(int)
    for _claim, level, pieces, _order in ended:
        out[level] += pieces
    chosen, ids = db.among("id", sorted(out))
    levels = db.fetch(f"SELECT id, sku_id, warehouse_id FROM stock_level WHERE {chosen}", [ids])
    staging = staging_by_warehouse({home for _, _, home in levels})
    place = {level: (sku_id, staging[home]) for level, sku_id, home in levels}
    db.execute_many(
        "UPDATE stock_level SET on_hand = on_hand - %s, claimed = claimed - %s WHERE id = %s",
        [(n, n, level) for level, n in sorted(out.items())],
    )
    gone = sorted((place[level][1], place[level][0], n) for level, n in out.items())
    lock_shelves([(bin_id, sku_id) for bin_id, sku_id, _ in gone])
    db.execute_many(
        "UPDATE stock_shelf SET pieces = pieces - %s WHERE bin_id = %s AND sku_id = %s",
        [(n, bin_id, sku_id) for bin_id, sku_id, n in gone],
    )
    rows = [
        (at, level, place[level][1], place[level][0], "issued", -pieces, "parcel", parcel_of[order], claim, by.name, "")
        for claim, level, pieces, order in ended
    ]
    db.insert_many(Ledger, LEDGER, rows)

