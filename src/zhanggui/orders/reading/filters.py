"""The filters of the order list: of each the rows that stand for the orders it finds, and what it asks of one order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.db.models.lookups import Exact, In

from zhanggui.journal.models import Entry
from zhanggui.kernel import db
from zhanggui.kernel.tails import HEAD, Head
from zhanggui.orders import kinds, states
from zhanggui.orders.models import Order
from zhanggui.orders.reading.finding import Meant, by_sku, few_of, sells, whose

# Of a filter that fewer answer, of a million a page would be looked for long.
SOME = 3_000
# Which note: any of them, or that of the buyer, the seller, or the house.
NOTES = {"buyer": "buyer_note", "seller": "seller_note", "internal": "internal_note"}
# What an order is made of: one piece, one kind of goods in several pieces, several kinds.
MADE = {"one": Q(pieces=1), "single": Q(kinds=1, pieces__gt=1), "multi": Q(kinds__gt=1)}


@dataclass(frozen=True)
class Filter:
    """One filter of a list: the ``rows`` that stand for the orders it finds, and the condition on each order, ``wide``. Without
    ``rows`` nothing tells how many there are."""

    rows: Sequence[QuerySet[Any, Any]]
    wide: Callable[[], Q]


def fewest(filters: Sequence[Filter]) -> Meant:
    """All of ``filters`` together: the ids of the orders of the first that finds few, and the conditions of the others, which
    then are asked of these alone. A statement for each filter tried."""
    for nth, one in enumerate(filters):
        ids = few_of([one.rows], SOME)[0] if one.rows else None
        if ids is not None:
            return Meant(ids, [other.wide() for other in (*filters[:nth], *filters[nth + 1 :])])
    return Meant([], [one.wide() for one in filters])


def marked(flag: str, shop_ids: Sequence[int] | None) -> Filter:
    """The orders with this flag, or ``any``; of these shops where they are named."""
    said = Q(db.Filled(F("flag"), True)) if flag == "any" else Q(db.Filled(F("flag"), True), flag=flag)
    # What many have is walked to in the order asked: its own index would be taken, and every flagged order sorted.
    walked = ~Q(Exact(Concat(F("flag"), Value("!")), Value("!"))) if flag == "any" else Q(flag=flag)
    of = Q() if shop_ids is None else Q(shop_id__in=shop_ids)
    return Filter([Order.objects.filter(said, of)], lambda: walked)


def of_kind(kind: str) -> Filter:
    """The orders of this kind. Nearly all are of the normal one, and no index holds those."""
    if kind == kinds.NORMAL:
        return as_it_says(kind=kind)
    return Filter([Order.objects.filter(~Q(db.Written(F("kind"), kinds.NORMAL)), kind=kind)], lambda: Q(kind=kind))


def changed(since: datetime | None, until: datetime | None) -> Filter:
    """The orders somebody changed from ``since`` until before ``until``, whatever became of them: so says the book."""
    bounds = {f"at__{how}": bound for how, bound in (("gte", since), ("lt", until)) if bound is not None}
    told = Entry.objects.filter(Q(db.Written(F("name"), "OrderChanged")), **bounds)
    # Of one order its own lines of the book are read, not all that was changed in the time.
    of_it = Entry.objects.filter(subject_kind="order", subject_id=OuterRef("pk"), name="OrderChanged", **bounds)
    return Filter([told.values("subject_id").distinct()], lambda: Q(Exists(of_it)))


def gone(since: datetime | None, until: datetime | None) -> Filter:
    """The orders that went out from ``since`` until before ``until``."""
    said = Q(**{f"shipped_at__{how}": bound for how, bound in (("gte", since), ("lt", until)) if bound is not None})
    return Filter([Order.objects.filter(said)], lambda: said)


def sold_as(text: str) -> Filter:
    """The orders with these goods."""
    return Filter(by_sku(text), lambda: sells(text))


def sent_to(province: str, city: str = "") -> Filter:
    """The orders to a province, a city, or a city of it, each named by its beginning."""
    if not province:
        return Filter((), lambda: Q(recipient__city__startswith=city))
    begins = Q(province__startswith=province) if len(province) != HEAD else Q()
    if len(province) >= HEAD:
        begins &= Q(In(Head("province"), [province[:HEAD]]))
    within = Q(city__startswith=city) if city else Q()
    wide = Q(recipient__province__startswith=province, **({"recipient__city__startswith": city} if city else {}))
    return Filter([whose(begins & within)], lambda: wide)


def sorted_into(category: str) -> Filter:
    """The orders in this category, by its id, or in ``none``."""
    if category == "none":
        return Filter((), lambda: Q(category__isnull=True))
    said = Q(category_id=int(category))
    return Filter([Order.objects.filter(said, category__isnull=False)], lambda: Q(Exact(F("category_id") + 0, int(category))))


def worth(least: int | None, most: int | None) -> Filter:
    """The orders whose total lies between the two, in minor units."""
    said = Q(**{f"total_minor__{how}": bound for how, bound in (("gte", least), ("lte", most)) if bound is not None})
    # Of each stage by itself, for so its index is.
    return Filter([Order.objects.filter(said, stage=stage) for stage in states.WORD], lambda: said)


def noted(which: str) -> Filter:
    """The orders with a note: ``any``, or that of the ``buyer``, the ``seller`` or the house (``internal``)."""
    said = ~Q(**dict.fromkeys(NOTES.values(), "")) if which == "any" else ~Q(**{NOTES[which]: ""})
    return Filter((), lambda: said)


def as_it_says(**said: Any) -> Filter:
    """The orders whose own columns say so."""
    return Filter((), lambda: Q(**said))


def made_of(what: str) -> Filter:
    """``one`` piece, several pieces of a ``single`` kind, or ``multi``: several kinds."""
    return Filter((), lambda: MADE[what])
