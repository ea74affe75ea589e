"""The tags a merchant puts on orders: made, named, coloured, put in order, put away; and put on orders and taken off."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from zhanggui.journal.book import Batch, command
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.orders import locking
from zhanggui.orders.commands import revising
from zhanggui.orders.events import TagChanged
from zhanggui.orders.labels import Labels
from zhanggui.orders.models import Order, Tag, Tagged
from zhanggui.orders.tag_refusals import TagAway, TagKnown, TooManyTags

MOST = 100
Marks = dict[int, set[int]]
LABELS = Labels(Tag, TagChanged, lambda name: TagKnown(tag=name))


@command(needs="settings")
def make(name: str, hue: str = "grey", *, by: Actor, at: datetime) -> int:
    """Add a tag, behind the others. Returns its id. Raises TagKnown, NoName, TooManyTags."""
    if Tag.objects.count() >= MOST:
        raise TooManyTags(most=MOST)
    return LABELS.make(name, hue, by=by, at=at)


@command(needs="settings")
def change(tag_id: int, name: str, hue: str, *, by: Actor, at: datetime) -> None:
    """Call it so and colour it so, on every order that has it. Raises TagKnown, NoName."""
    LABELS.change(tag_id, name, hue, by=by, at=at)


@command(needs="settings")
def arrange(tag_ids: Sequence[int], *, by: Actor, at: datetime) -> None:
    """Show them in this order wherever they stand; those not named come after."""
    LABELS.arrange(tag_ids, by=by, at=at)


@command(needs="settings")
def archive(tag_id: int, *, by: Actor, at: datetime) -> None:
    """Offer it no more. Orders that have it keep it, and are found by it."""
    LABELS.archive(tag_id, by=by, at=at)


@command(needs="settings")
def revive(tag_id: int, *, by: Actor, at: datetime) -> None:
    """Offer it again."""
    LABELS.revive(tag_id, by=by, at=at)


@command(needs="order.edit", over="order")
def put_on(order_ids: Sequence[int], tag_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Put these tags on these orders, whatever their stage; what else they have stays on. Those that have them all are not among those
    done. As many statements however many orders and tags. Raises NotFound, TagAway."""
    for tag in LABELS.of(tag_ids):
        if tag.archived_at is not None:
            raise TagAway(tag=tag.name)
    return _change({order_id: set(tag_ids) for order_id in order_ids}, {}, by=by, at=at)


@command(needs="order.edit", over="order")
def take_off(order_ids: Sequence[int], tag_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Take these tags off these orders, or all they have (an empty list). Those that have none of them are not among those done."""
    wanted = set(tag_ids)
    if not wanted:
        wanted = set(Tag.objects.values_list("pk", flat=True))
    return _change({}, dict.fromkeys(order_ids, wanted), by=by, at=at)


@command(needs="order.edit", over="order")
def put_back(before: Mapping[int, list[int]], *, by: Actor, at: datetime) -> Batch:
    """Order → the tags it had: the way back from putting on and taking off, also to one put away since."""
    known = set(Tag.objects.values_list("pk", flat=True))
    on = {order_id: set(tag_ids) & known for order_id, tag_ids in before.items()}
    return _change(on, {order_id: known - tags for order_id, tags in on.items()}, by=by, at=at)


def write(on: Mapping[int, set[int]], off: Mapping[int, set[int]]) -> tuple[Marks, Marks]:
    """Order → tags, what is put on and what is taken off, of orders that are locked; what is so already stays. Returns what was really
    put on and taken off. Three statements at most."""
    orders, ids = db.among("order_id", sorted({*on, *off}))
    now: dict[int, dict[int, int]] = {}
    for id_, order_id, tag_id in db.fetch(f"SELECT id, order_id, tag_id FROM orders_tagged WHERE {orders}", [ids]) if on or off else ():
        now.setdefault(order_id, {})[tag_id] = id_
    fresh = {order_id: new for order_id, tags in on.items() if (new := tags - now.get(order_id, {}).keys())}
    gone = {order_id: old for order_id, tags in off.items() if (old := tags & now.get(order_id, {}).keys())}
    db.insert_many(Tagged, ("tag_id", "order_id"), [(tag_id, order_id) for order_id, tags in fresh.items() for tag_id in sorted(tags)])
    if gone:
        rows, wanted = db.among("id", [now[order_id][tag_id] for order_id, tags in gone.items() for tag_id in tags])
        db.execute(f"DELETE FROM orders_tagged WHERE {rows}", [wanted])
    return fresh, gone


def told(on: Iterable[int], off: Iterable[int], names: Mapping[int, str]) -> dict[str, Any]:
    """What the book says of one order: what was put on and taken off, as it was called then."""
    return {"field": "tags", "on": [names.get(pk, str(pk)) for pk in sorted(on)], "off": [names.get(pk, str(pk)) for pk in sorted(off)]}


def names() -> dict[int, str]:
    """Tag → what it is called. One statement."""
    return dict(Tag.objects.values_list("pk", "name"))


def _change(on: Mapping[int, set[int]], off: Mapping[int, set[int]], *, by: Actor, at: datetime) -> Batch:
    wanted = dict.fromkeys([*on, *off])
    locking.lock(wanted)
    there = set(Order.objects.filter(db.Among(F("pk"), list(wanted))).values_list("pk", flat=True))
    fresh, gone = write({pk: tags for pk, tags in on.items() if pk in there}, {pk: tags for pk, tags in off.items() if pk in there})
    called = names() if fresh or gone else {}
    changed = [order_id for order_id in wanted if order_id in fresh or order_id in gone]
    facts = {order_id: {"changes": [told(fresh.get(order_id, ()), gone.get(order_id, ()), called)]} for order_id in changed}
    revising.changed({order_id: ["tags"] for order_id in changed}, facts=facts, by=by, at=at)
    return Batch(done=changed)
