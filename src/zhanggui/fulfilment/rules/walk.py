"""From shelves to a walk: which bins give the pieces, and in what order a picker passes them. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

PART = re.compile(r"(\d+)")


class Spot(NamedTuple):
    """A bin that has ``pieces`` of one SKU nobody else is sent for."""

    bin_id: int
    code: str
    walk: int
    pieces: int


class Stop(NamedTuple):
    """Go to this bin, take so many of one SKU."""

    bin_id: int
    code: str
    walk: int
    sku_id: int
    pieces: int


Natural = tuple[tuple[int, int, str], ...]


def natural(code: str) -> Natural:
    """A key that sorts codes as people count: ``A-2`` before ``A-10``."""
    parts = PART.split(code.upper())
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts if part)


def along(stops: Sequence[Stop]) -> list[Stop]:
    """By the bins' own walking number, then by code; several SKUs of one bin stay together."""
    return sorted(stops, key=lambda stop: (stop.walk, natural(stop.code), stop.bin_id, stop.sku_id))


def share(pieces: int, spots: Iterable[Spot]) -> list[tuple[Spot, int]]:
    """``pieces`` of one SKU over its bins: the fewest stops, and among those the one that empties bins.

    Shares may sum to less where the bins together have less. Ties go to the bin passed first.
    """
    left = sorted((spot for spot in spots if spot.pieces > 0), key=lambda spot: (spot.walk, natural(spot.code)))
    taken: list[tuple[Spot, int]] = []
    while pieces > 0 and left:
        enough = [spot for spot in left if spot.pieces >= pieces]
        # The smallest that is enough ends it and leaves the least behind; else the fullest, which it empties.
        chosen = min(enough, key=lambda spot: spot.pieces) if enough else max(left, key=lambda spot: spot.pieces)
        take = min(pieces, chosen.pieces)
        taken.append((chosen, take))
        pieces -= take
        left.remove(chosen)
    return taken


def plan(wanted: Mapping[int, int], spots: Mapping[int, Sequence[Spot]]) -> tuple[list[Stop], dict[int, int]]:
    """The stops of one walk for ``wanted`` {sku: pieces}, in walking order, and {sku: pieces} no bin has."""
    stops: list[Stop] = []
    missing: dict[int, int] = {}
    for sku_id, pieces in wanted.items():
        shares = share(pieces, spots.get(sku_id, ()))
        stops += [Stop(spot.bin_id, spot.code, spot.walk, sku_id, take) for spot, take in shares]
        lacking = pieces - sum(take for _, take in shares)
        if lacking > 0:
            missing[sku_id] = lacking
    return along(stops), missing


def without(spots: Mapping[int, Sequence[Spot]], spoken_for: Mapping[tuple[int, int], int]) -> dict[int, list[Spot]]:
    """The spots less what others were sent for: ``spoken_for`` {(bin, sku): pieces}."""
    return {
        sku_id: [spot._replace(pieces=max(spot.pieces - spoken_for.get((spot.bin_id, sku_id), 0), 0)) for spot in found]
        for sku_id, found in spots.items()
    }
