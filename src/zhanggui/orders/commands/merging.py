"""Sending orders of one buyer in one parcel, and taking them apart again. Each stays an order of its own."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from zhanggui.journal.book import Batch, ask, command, tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.orders import bundles, states
from zhanggui.orders.commands import joinables, review
from zhanggui.orders.events import OrderMerged
from zhanggui.orders.joining_refusals import GoesAlone, NotTogether, StoppedThere, TooFarToJoin
from zhanggui.orders.models import Bundle
from zhanggui.orders.rules.door import Goer, groups


@command(needs="order.merge", over="order")
def merge(order_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Make one parcel of those of these orders that go to one door: the same receiver, address, warehouse and currency.

    Nothing of an order changes: its notes, amounts and lines stay its own, and each of them is told its waybill. An order that is
    merged already takes the others in. Refused are those that go with none of the rest (``goes-alone``), those whose buyer or shop
    asked to stop them (``stopped-there``), those a person holds for what goes alone (``held``), and those the warehouse has or that
    are over (``too-far-to-join``). As many statements however many orders and doors. Merging twice changes nothing.
    """
    bundles.lock(order_ids)
    known = bundles.goers("id", order_ids)
    before = bundles.of(known)
    batch = Batch()
    joins: dict[int, int] = {}
    fresh: list[list[int]] = []
    together: set[int] = set()
    for ids in groups(known.values()):
        together |= set(ids)
        there = next((before[id_] for id_ in ids if id_ in before), None)
        if there is None:
            fresh.append(ids)
        else:
            joins |= {id_: there for id_ in ids if id_ not in before}
    new = db.take_ids(Bundle, len(fresh))
    db.insert_many(Bundle, ("id", "made_at", "made_by"), [(id_, at, by.name) for id_ in new])
    joins |= {id_: bundle for bundle, ids in zip(new, fresh, strict=True) for id_ in ids}
    joined = bundles.join(joins)
    tell([OrderMerged(id_, joins[id_]) for id_ in joined], by=by, at=at)
    joinables.forget(joined)
    # What looked like a repeat of those it goes with now is none.
    again = sorted(id_ for ids in bundles.members(set(joins.values())).values() for id_ in ids) if joined else []
    if again:
        ask(review.review_again, again, at=at)
    batch.done = joined
    _explain(batch, set(order_ids) - together, known)
    return batch


@command(needs="order.merge", over="order")
def unmerge(order_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Take these orders out of what they were merged with; what would be left alone is taken out too. Not once they are in a wave:
    the parcel is taken out of it first."""
    bundles.lock(order_ids)
    were = bundles.of(order_ids)
    left = bundles.leave(list(were), why=bundles.APART, by=by, at=at)
    alone = [ids[0] for ids in bundles.members(were.values()).values() if len(ids) == 1]
    left += bundles.leave(alone, why=bundles.APART, by=by, at=at)
    batch = Batch(done=sorted(left))
    stuck = set(order_ids) - set(left)
    for id_, number, stage, _stopped in _standing(stuck):
        if id_ in were:
            batch.refuse([id_], TooFarToJoin.code, number=number, stage=states.WORD[stage])
        else:
            batch.refuse([id_], NotTogether.code, number=number)
    return batch


def _explain(batch: Batch, order_ids: set[int], known: Mapping[int, Goer]) -> None:
    for id_, number, stage, _holds in _standing(order_ids):
        if stage not in bundles.OPEN:
            batch.refuse([id_], TooFarToJoin.code, number=number, stage=states.WORD[stage])
        elif known[id_].alone and not known[id_].stopped:
            batch.refuse([id_], "held", codes=[known[id_].alone])
        else:
            batch.refuse([id_], (StoppedThere if known[id_].stopped else GoesAlone).code, number=number)


def _standing(order_ids: set[int]) -> list[tuple[int, str, str, int]]:
    chosen, ids = db.among("id", sorted(order_ids))
    return [tuple(row) for row in db.fetch(f"SELECT id, number, stage, holds FROM orders_order WHERE {chosen} ORDER BY id", [ids])]
