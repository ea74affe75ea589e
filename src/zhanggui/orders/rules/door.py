"""Which orders go to one door, and could go there in one parcel. Pure."""

from collections.abc import Iterable
from typing import NamedTuple


class Door(NamedTuple):
    """To whom, where, out of which house, in which currency a carrier would collect: what orders of one parcel have in common.

    ``person`` is the token of phone and street, or of the shop's own id of the receiver; None where neither is known.
    """

    person: int | None
    name: int | None
    province: str
    city: str
    district: str
    warehouse_id: int
    currency: str


class Goer(NamedTuple):
    """An order that goes to a door. ``stopped``: its shop or its buyer asked to stop it, or it is over. ``alone``: the type a person
    holds it for, where that may join nothing."""

    order_id: int
    door: Door
    stopped: bool = False
    alone: str = ""


def groups(goers: Iterable[Goer]) -> list[list[int]]:
    """Those that could go together, two or more each, in the order they were given; a door nobody knows goes with nothing."""
    by_door: dict[Door, list[int]] = {}
    for goer in goers:
        if goer.door.person is not None and not goer.stopped and not goer.alone:
            by_door.setdefault(goer.door, []).append(goer.order_id)
    return [ids for ids in by_door.values() if len(ids) > 1]


def misfits(goers: Iterable[Goer]) -> list[int]:
    """Of orders that were merged those that may not stay: the largest group that still goes to one door stays, the first of equals;
    nobody where none is larger than one. Who is held since waits with the others."""
    given = [goer._replace(alone="") for goer in goers]
    found = groups(given)
    largest: list[int] = max(found, key=len, default=[])
    stay = set(largest)
    return [goer.order_id for goer in given if goer.order_id not in stay]
