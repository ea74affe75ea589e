"""When goods or orders fall away from a wave: who gives way, and which stops shrink. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Box(NamedTuple):
    """A parcel still waited for, as pieces a SKU."""

    parcel_id: int
    order_id: int
    slot: int
    wants: Mapping[int, int]


class Ask(NamedTuple):
    """A stop: ``pieces`` asked of it, ``picked`` of them already lie in staging."""

    pick_id: int
    seq: int
    sku_id: int
    pieces: int
    picked: int
    done: bool


def give_way(boxes: Sequence[Box], missing: Mapping[int, int]) -> list[Box]:
    """Which parcels cannot be filled: from the last promise backwards, until what is missing is covered.

    ``boxes`` come in the order of their promise. An order that gives way frees all it wanted, so another SKU's lack
    may be covered on the way.
    """
    lack = dict(missing)
    gone: list[Box] = []
    for box in reversed(boxes):
        if not any(pieces > 0 for pieces in lack.values()):
            break
        if any(lack.get(sku_id, 0) > 0 for sku_id in box.wants):
            gone.append(box)
            for sku_id, pieces in box.wants.items():
                if sku_id in lack:
                    lack[sku_id] -= pieces
    return gone


def trim(asks: Sequence[Ask], wanted: Mapping[int, int]) -> dict[int, int]:
    """{pick: pieces it now asks} where fewer are wanted than asked; never below what is picked already.

    The last stops of the walk shrink first, so that whole stops fall away.
    """
    surplus: dict[int, int] = {}
    for ask in asks:
        surplus[ask.sku_id] = surplus.get(ask.sku_id, 0) + ask.pieces
    for sku_id in surplus:
        surplus[sku_id] -= wanted.get(sku_id, 0)
    smaller: dict[int, int] = {}
    for ask in sorted(asks, key=lambda ask: ask.seq, reverse=True):
        cut = min(surplus[ask.sku_id], ask.pieces - ask.picked)
        if cut > 0 and not ask.done:
            smaller[ask.pick_id] = ask.pieces - cut
            surplus[ask.sku_id] -= cut
    return smaller


def leftovers(asks: Sequence[Ask], wanted: Mapping[int, int]) -> dict[int, int]:
    """{pick: pieces to carry back}: picked, and wanted by no parcel of the wave any more; the last picked first."""
    over: dict[int, int] = {}
    for ask in asks:
        over[ask.sku_id] = over.get(ask.sku_id, 0) + ask.picked
    for sku_id in over:
        over[sku_id] -= wanted.get(sku_id, 0)
    back: dict[int, int] = {}
    for ask in sorted(asks, key=lambda ask: ask.seq, reverse=True):
        many = min(over[ask.sku_id], ask.picked)
        if many > 0:
            back[ask.pick_id] = many
            over[ask.sku_id] -= many
    return back
