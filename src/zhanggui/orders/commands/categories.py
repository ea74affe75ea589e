"""The drawers a merchant sorts orders into: made, named, coloured, put in order, put away; and orders put into them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import F

from zhanggui.journal.book import Batch, command, tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.orders import locking
from zhanggui.orders.events import CategoryChanged, OrderChanged
from zhanggui.orders.labels import Labels
from zhanggui.orders.models import Category, Order
from zhanggui.orders.refusals import CategoryAway, CategoryKnown

LABELS = Labels(Category, CategoryChanged, lambda name: CategoryKnown(category=name))


@command(needs="settings")
def make(name: str, hue: str = "grey", *, by: Actor, at: datetime) -> int:
    """Add a category, behind the others. Returns its id. Raises CategoryKnown, NoName."""
    return LABELS.make(name, hue, by=by, at=at)


@command(needs="settings")
def change(category_id: int, name: str, hue: str, *, by: Actor, at: datetime) -> None:
    """Call it so and colour it so; its orders stay in it. Raises CategoryKnown, NoName."""
    LABELS.change(category_id, name, hue, by=by, at=at)


@command(needs="settings")
def arrange(category_ids: Sequence[int], *, by: Actor, at: datetime) -> None:
    """Show them in this order wherever one is chosen; those not named come after."""
    LABELS.arrange(category_ids, by=by, at=at)


@command(needs="settings")
def archive(category_id: int, *, by: Actor, at: datetime) -> None:
    """Offer it no more. Orders that are in it stay in it, and are found by it."""
    LABELS.archive(category_id, by=by, at=at)


@command(needs="settings")
def revive(category_id: int, *, by: Actor, at: datetime) -> None:
    """Offer it again."""
    LABELS.revive(category_id, by=by, at=at)


@command(needs="order.edit", over="order")
def sort_into(order_ids: Sequence[int], category_id: int | None, *, by: Actor, at: datetime) -> Batch:
    """Put orders into a category, whatever their stage, or out of any (None). Those already there are not among those done.

    Raises CategoryAway where it was put away.
    """
    if category_id is not None:
        (category,) = LABELS.of([category_id])
        if category.archived_at is not None:
            raise CategoryAway(category=category.name)
    return _sorted(dict.fromkeys(order_ids, category_id), by=by, at=at)


@command(needs="order.edit", over="order")
def sort_back(before: Mapping[int, int | None], *, by: Actor, at: datetime) -> Batch:
    """Order → the category it is put back into, or out of any: the way back from ``sort_into``, also into one put away since."""
    known = set(Category.objects.filter(pk__in=[pk for pk in before.values() if pk is not None]).values_list("pk", flat=True))
    return _sorted({order_id: pk for order_id, pk in before.items() if pk is None or pk in known}, by=by, at=at)


def _sorted(wanted: Mapping[int, int | None], *, by: Actor, at: datetime) -> Batch:
    """One statement a category, however many orders."""
    locking.lock(wanted)
    chosen, ids = db.among("id", sorted(set(wanted)))
    now = dict(db.fetch(f"SELECT id, category_id FROM orders_order WHERE {chosen}", [ids]))
    changed = [order_id for order_id in wanted if order_id in now and now[order_id] != wanted[order_id]]
    targets: dict[int | None, list[int]] = {}
    for order_id in changed:
        targets.setdefault(wanted[order_id], []).append(order_id)
    for category_id, order_ids in targets.items():
        Order.objects.filter(db.Among(F("pk"), order_ids)).update(category=category_id)
    tell([OrderChanged(order_id, ["category"]) for order_id in changed], by=by, at=at)
    return Batch(done=changed)
