"""Notes and flags beside an order, who has seen it, and the recipient in plain text for those who must read it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import F

from zhanggui.customers.commands import revealing
from zhanggui.customers.notes import masked
from zhanggui.customers.sealing import Person
from zhanggui.journal.book import Batch, command
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Changed, NotAllowed, NotFound
from zhanggui.orders import locking
from zhanggui.orders.commands import revising
from zhanggui.orders.flags import FLAGS
from zhanggui.orders.models import Order
from zhanggui.orders.reading import rights
from zhanggui.orders.refusals import ReasonMissing

MOST = 500


class Notes(NamedTuple):
    """What people of the house write beside an order."""

    seller: str
    internal: str
    flag: str

    @property
    def even(self) -> "Notes":
        """With the ends of lines as one browser and another send them made the same."""
        return Notes(*(each.replace("\r\n", "\n") for each in self))


def notes_of(order: Order) -> Notes:
    return Notes(order.seller_note, order.internal_note, order.flag)


def joined(mine: Notes, was: Notes, theirs: Notes) -> tuple[Notes, frozenset[str]]:
    """(what becomes of two who wrote, the fields both changed to something else). ``was`` is what I saw; of a field I left alone theirs
    stays, and of one we both changed mine stands here until somebody says which."""
    mine, was, theirs = mine.even, was.even, theirs.even
    both = frozenset(name for name in Notes._fields if len({getattr(each, name) for each in (mine, was, theirs)}) == 3)
    kept = [theirs[nth] if mine[nth] == was[nth] else mine[nth] for nth in range(len(was))]
    return Notes(*kept), both


@command(needs="order.view", over="order")
def set_notes(order_id: int, notes: Notes, *, was: Notes, by: Actor, at: datetime) -> Notes:
    """Write the notes and the flag. ``was`` is what the writer saw: where somebody wrote meanwhile, what each of both changed is kept.
    Raises Changed where both changed the same field.

    Phones and mail addresses in a note are masked: notes stand in clear. Whatever the stage: a note never moves an order.
    Those who only read may not write.
    """
    if not rights.may_note(by):
        raise NotAllowed(needs="order.edit", who=by.name)
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    if order is None:
        raise NotFound(what=order_id)
    before = notes_of(order)
    flag = notes.flag if notes.flag in FLAGS else before.flag
    after = Notes(masked(notes.seller.strip())[:MOST], masked(notes.internal.strip())[:MOST], flag)
    if after == before:
        return before
    after, both = joined(after, was, before)
    if both:
        raise Changed(what=f"{order.number}")
    if after == before:
        return before
    Order.objects.filter(pk=order_id).update(seller_note=after.seller, internal_note=after.internal, flag=after.flag)
    fields = [name for name, old, new in zip(("seller_note", "internal_note", "flag"), before, after, strict=True) if old != new]
    revising.changed({order_id: fields}, by=by, at=at)
    return after


@command(needs="order.view", over="order")
def flag_all(order_ids: Sequence[int], flag: str, *, by: Actor, at: datetime) -> Batch:
    """Put this flag on orders, whatever their stage, or take it off (an empty one). Those that have it already are not among
    those done. Those who only read may not."""
    return _flagged(dict.fromkeys(order_ids, flag), by=by, at=at)


@command(needs="order.view", over="order")
def flag_back(before: Mapping[int, str], *, by: Actor, at: datetime) -> Batch:
    """Order → the flag it had: the way back from ``flag_all``."""
    return _flagged(before, by=by, at=at)


def _flagged(wanted: Mapping[int, str], *, by: Actor, at: datetime) -> Batch:
    """One statement a flag, however many orders."""
    if not rights.may_note(by):
        raise NotAllowed(needs="order.edit", who=by.name)
    locking.lock(wanted)
    chosen, ids = db.among("id", sorted(set(wanted)))
    now = dict(db.fetch(f"SELECT id, flag FROM orders_order WHERE {chosen}", [ids]))
    changed = [id_ for id_, flag in wanted.items() if id_ in now and flag in FLAGS and now[id_] != flag]
    for flag in sorted({wanted[id_] for id_ in changed}):
        of_it = [id_ for id_ in changed if wanted[id_] == flag]
        Order.objects.filter(db.Among(F("pk"), of_it)).update(flag=flag)
    revising.changed({id_: ["flag"] for id_ in changed}, by=by, at=at)
    return Batch(done=changed)


def see(order_ids: Sequence[int], *, at: datetime) -> None:
    """Somebody opened these orders: they are no longer new. Nothing the book would want to know."""
    fresh = list(Order.objects.filter(pk__in=order_ids, seen_at=None).values_list("pk", flat=True))
    if fresh:
        with db.write():
            Order.objects.filter(pk__in=fresh, seen_at=None).update(seen_at=at)


@command(needs="order.recipient", over="order", because="why")
def reveal(order_id: int, *, why: str, by: Actor, at: datetime) -> Person:
    """The recipient of one order in plain text. The book notes who, whose and why; each person has so many a day.

    Raises what ``customers.revealing.reveal`` raises, ReasonMissing without a reason.
    """
    if not why.strip():
        raise ReasonMissing
    order = Order.objects.filter(pk=order_id).only("recipient_id").first()
    if order is None:
        raise NotFound(what=order_id)
    return revealing.reveal(order.recipient_id, why=why, by=by, at=at)
