"""The drawers a merchant sorts orders into: made, named, coloured, put in order, put away; and orders put into them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import F, Max

from zhanggui.customers.notes import masked
from zhanggui.journal.book import Batch, command, tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound
from zhanggui.orders import locking
from zhanggui.orders.events import CategoryChanged, OrderChanged
from zhanggui.orders.models import Category, Order
from zhanggui.orders.refusals import CategoryAway, CategoryKnown, NoName

LONGEST = 20


def named(name: str) -> str:
    """A name as it is kept: no phone in it, not too long. Raises NoName."""
    text = masked(" ".join(name.split()))
    if not text or len(text) > LONGEST:
        raise NoName
    return text


@command(needs="settings")
def make(name: str, hue: str = "grey", *, by: Actor, at: datetime) -> int:
    """Add a category, behind the others. Returns its id. Raises CategoryKnown, NoName."""
    text = _free(name, but=None)
    last = Category.objects.aggregate(last=Max("place"))["last"] or 0
    category = Category.objects.create(name=text, hue=_hue(hue), place=last + 1, made_at=at)
    tell([CategoryChanged(category.pk, "made")], by=by, at=at)
    return category.pk


@command(needs="settings")
def change(category_id: int, name: str, hue: str, *, by: Actor, at: datetime) -> None:
    """Call it so and colour it so; its orders stay in it. Raises CategoryKnown, NoName."""
    category = _category(category_id)
    text = _free(name, but=category_id)
    if (text, _hue(hue)) != (category.name, category.hue):
        Category.objects.filter(pk=category_id).update(name=text, hue=_hue(hue))
        tell([CategoryChanged(category_id, "named" if text != category.name else "hue")], by=by, at=at)


@command(needs="settings")
def arrange(category_ids: Sequence[int], *, by: Actor, at: datetime) -> None:
    """Show them in this order wherever one is chosen; those not named come after."""
    known = list(Category.objects.order_by("place", "pk").values_list("pk", flat=True))
    wanted = [pk for pk in dict.fromkeys(category_ids) if pk in known]
    order = [*wanted, *(pk for pk in known if pk not in wanted)]
    if order != known:
        db.execute_many("UPDATE orders_category SET place = %s WHERE id = %s", [(nth, pk) for nth, pk in enumerate(order, 1)])
        tell([CategoryChanged(pk, "moved") for pk in wanted[:1]], by=by, at=at)


@command(needs="settings")
def archive(category_id: int, *, by: Actor, at: datetime) -> None:
    """Offer it no more. Orders that are in it stay in it, and are found by it."""
    _category(category_id)
    if Category.objects.filter(pk=category_id, archived_at=None).update(archived_at=at):
        tell([CategoryChanged(category_id, "away")], by=by, at=at)


@command(needs="settings")
def revive(category_id: int, *, by: Actor, at: datetime) -> None:
    """Offer it again."""
    _category(category_id)
    if Category.objects.filter(pk=category_id).exclude(archived_at=None).update(archived_at=None):
        tell([CategoryChanged(category_id, "back")], by=by, at=at)


@command(needs="order.edit", over="order")
def sort_into(order_ids: Sequence[int], category_id: int | None, *, by: Actor, at: datetime) -> Batch:
    """Put orders into a category, whatever their stage, or out of any (None). Those already there are not among those done.

    Raises CategoryAway where it was put away.
    """
    if category_id is not None:
        category = _category(category_id)
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


def _category(category_id: int) -> Category:
    found = Category.objects.filter(pk=category_id).first()
    if found is None:
        raise NotFound(what=category_id)
    return found


def _free(name: str, *, but: int | None) -> str:
    text = named(name)
    others = Category.objects.filter(name__iexact=text)
    if (others if but is None else others.exclude(pk=but)).exists():
        raise CategoryKnown(category=text)
    return text


def _hue(hue: str) -> str:
    return hue if hue in Category.HUES else Category.HUES[0]
