"""The guards against races, by name, so that a test can take one away and see the accident it prevents."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

GUARDS = {
    "stock.claim": "A level is only claimed by an UPDATE that also asks whether the pieces are free.",
    "stock.order": "Levels are locked in one order, by id, so two batches never wait for each other.",
    "jobs.lease": "A job is taken by an UPDATE that also asks whether its lease is free.",
    "orders.version": "An order is changed as somebody saw it; what another changed meanwhile is compared field by field.",
    "renew.lock": "An order that a file updates is held from before its stage is read until it is written.",
    "orders.lock": "Orders are held from before a look at them until what follows from it is written.",
    "steps.lock": "Where a subject stands is read under a lock that lasts until it was moved.",
    "intake.unique": "An order that is already here is looked for inside the transaction that writes it.",
    "entry.once": "A draft becomes an order by an UPDATE that also asks whether it is still a draft.",
    "payments.once": "A gateway's number is looked for among the lines of the book before it is written.",
    "payments.lock": "The rows of orders are held from before their money is read until it is written.",
    "merge.once": "An order joins a parcel by an UPDATE that also asks whether it is in none, under a lock taken before the look.",
    "lessons.once": "What helped with an order is counted by the row that was entered, not by a look before it.",
    "making.once": "Orders made at one time are entered under their key first; a slot is taken by an UPDATE that asks whether it is next.",
}
_off: set[str] = set()


def stands(name: str) -> bool:
    """Whether the guard is in force. Always, outside a test."""
    return name not in _off


@contextmanager
def without(name: str) -> Iterator[None]:
    """Take one guard away, on the bench only."""
    if not settings.GUARDS_MAY_BE_OFF:
        raise RuntimeError("guards are only taken away on the bench")
    if name not in GUARDS:
        raise KeyError(name)
    _off.add(name)
    try:
        yield
    finally:
        _off.discard(name)
