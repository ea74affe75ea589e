"""The tags a merchant puts on orders: made, named, coloured, put in order, put away; and put on orders and taken off."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Max

from zhanggui.journal.book import Batch, command, tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound
from zhanggui.orders import locking
from zhanggui.orders.commands import revising
from zhanggui.orders.commands.categories import named
from zhanggui.orders.events import TagChanged
from zhanggui.orders.facts_of import NO_TAGS, tags_of
from zhanggui.orders.models import Order, Tag, Tagged
from zhanggui.orders.tag_models import HUES
from zhanggui.orders.tag_refusals import TagAway, TagKnown, TooManyTags

MOST = 100
Marks = dict[int, set[int]]


@command(needs="settings")
def make(name: str, hue: str = "grey", *, by: Actor, at: datetime) -> int:
    """Add a tag, behind the others. Returns its id. Raises TagKnown, NoName, TooManyTags."""
    text = _free(name, but=None)
    if Tag.objects.count() >= MOST:
        raise TooManyTags(most=MOST)
    last = Tag.objects.aggregate(last=Max("place"))["last"] or 0
    tag = Tag.objects.create(name=text, hue=_hue(hue), place=last + 1, made_at=at)
    tell([TagChanged(tag.pk, "made")], by=by, at=at)
    return tag.pk


@command(needs="settings")
def change(tag_id: int, name: str, hue: str, *, by: Actor, at: datetime) -> None:
    """Call it so and colour it so, on every order that has it. Raises TagKnown, NoName."""
    tag = _tag(tag_id)
    text = _free(name, but=tag_id)
    if (text, _hue(hue)) != (tag.name, tag.hue):
        Tag.objects.filter(pk=tag_id).update(name=text, hue=_hue(hue))
        tell([TagChanged(tag_id, "named" if text != tag.name else "hue")], by=by, at=at)


@command(needs="settings")
def arrange(tag_ids: Sequence[int], *, by: Actor, at: datetime) -> None:
    """Show them in this order wherever they stand; those not named come after."""
    known = list(Tag.objects.order_by("place", "pk").values_list("pk", flat=True))
    wanted = [pk for pk in dict.fromkeys(tag_ids) if pk in known]
    order = [*wanted, *(pk for pk in known if pk not in wanted)]
    if order != known:
        db.execute_many("UPDATE orders_tag SET place = %s WHERE id = %s", [(nth, pk) for nth, pk in enumerate(order, 1)])
        tell([TagChanged(pk, "moved") for pk in wanted[:1]], by=by, at=at)


@command(needs="settings")
def archive(tag_id: int, *, by: Actor, at: datetime) -> None:
    """Offer it no more. Orders that have it keep it, and are found by it."""
    _tag(tag_id)
    if Tag.objects.filter(pk=tag_id, archived_at=None).update(archived_at=at):
        tell([TagChanged(tag_id, "away")], by=by, at=at)


@command(needs="settings")
def revive(tag_id: int, *, by: Actor, at: datetime) -> None:
    """Offer it again."""
    _tag(tag_id)
    if Tag.objects.filter(pk=tag_id).exclude(archived_at=None).update(archived_at=None):
        tell([TagChanged(tag_id, "back")], by=by, at=at)


@command(needs="order.edit", over="order")
def put_on(order_ids: Sequence[int], tag_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Put these tags on these orders, whatever their stage; what else they have stays on. Those that have them all are not among those
    done. As many statements however many orders and tags. Raises NotFound, TagAway."""
    for tag in _known(tag_ids):
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
    now = tags_of(sorted({*on, *off})) if on or off else {}
    fresh = {order_id: new for order_id, tags in on.items() if (new := tags - now.get(order_id, NO_TAGS))}
    gone = {order_id: old for order_id, tags in off.items() if (old := tags & now.get(order_id, NO_TAGS))}
    db.insert_many(Tagged, ("tag_id", "order_id"), [(tag_id, order_id) for order_id, tags in fresh.items() for tag_id in sorted(tags)])
    db.execute_many(
        "DELETE FROM orders_tagged WHERE tag_id = %s AND order_id = %s",
        [(tag_id, order_id) for order_id, tags in gone.items() for tag_id in sorted(tags)],
    )
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


def _known(tag_ids: Sequence[int]) -> list[Tag]:
    wanted = set(tag_ids)
    found = list(Tag.objects.filter(pk__in=wanted))
    if missing := wanted - {tag.pk for tag in found}:
        raise NotFound(what=min(missing))
    return found


def _tag(tag_id: int) -> Tag:
    return _known([tag_id])[0]


def _free(name: str, *, but: int | None) -> str:
    text = named(name)
    others = Tag.objects.filter(name__iexact=text)
    if (others if but is None else others.exclude(pk=but)).exists():
        raise TagKnown(tag=text)
    return text


def _hue(hue: str) -> str:
    return hue if hue in HUES else HUES[0]
