"""The filters of the order list: of each the rows that stand for the orders it finds, and what it asks of one order."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.db.models.lookups import Exact, In, IsNull

from zhanggui.journal.models import Entry
from zhanggui.kernel import db
from zhanggui.kernel.money import EXPONENTS, exponent
from zhanggui.kernel.tails import HEAD, Head
from zhanggui.orders import kinds, states
from zhanggui.orders.models import Line, Order, Shop, Tagged
from zhanggui.orders.reading.finding import Meant, by_sku, few_of, sells, whose

# Of a filter that fewer answer, of a million a page would be looked for long.
SOME = 3_000
# How long a filter that found many is taken to find many, and how many of them are known at once.
REMEMBERED_S, MOST_REMEMBERED = 60.0, 500
# Which note: any of them, or that of the buyer, the seller, or the house.
NOTES = {"buyer": "buyer_note", "seller": "seller_note", "internal": "internal_note"}
# What an order is made of: one piece, one kind of goods in several pieces, several kinds.
MADE = {"one": Q(pieces=1), "single": Q(kinds=1, pieces__gt=1), "multi": Q(kinds__gt=1)}


class _Many:
    """The filters that lately found many. It only spares a look: where it is wrong the same orders are found another way."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, ...], float] = {}

    def known(self, rows: Sequence[QuerySet[Any, Any]]) -> bool:
        return time.monotonic() - self._seen.get(self._key(rows), -REMEMBERED_S) < REMEMBERED_S

    def learn(self, rows: Sequence[QuerySet[Any, Any]]) -> None:
        key = self._key(rows)
        if len(self._seen) >= MOST_REMEMBERED:
            self._seen.clear()
        self._seen[key] = time.monotonic()

    @staticmethod
    def _key(rows: Sequence[QuerySet[Any, Any]]) -> tuple[str, ...]:
        try:
            return tuple(str(row.query) for row in rows)
        except EmptyResultSet:  # so it finds none
            return ()


MANY = _Many()


@dataclass(frozen=True)
class Filter:
    """One filter of a list: the ``rows`` that stand for the orders it finds, and the condition on each order, ``wide``. Without
    ``rows`` nothing tells how many there are."""

    rows: Sequence[QuerySet[Any, Any]]
    wide: Callable[[], Q]


def fewest(filters: Sequence[Filter]) -> Meant:
    """All of ``filters`` together: the ids of the orders of the first that finds few, and the conditions of the others, which
    then are asked of these alone. A statement for each filter tried; what found many is not tried again for a minute."""
    for nth, one in enumerate(filters):
        ids = None if not one.rows or MANY.known(one.rows) else few_of([one.rows], SOME)[0]
        if ids is not None:
            return Meant(ids, [other.wide() for other in (*filters[:nth], *filters[nth + 1 :])])
        if one.rows:
            MANY.learn(one.rows)
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
    said = {name: word for name, word in (("province", province), ("city", city)) if word}
    begins = Q()
    for name, word in said.items():
        # By its head an index finds it; what is longer, or shorter, is looked at.
        if len(word) >= HEAD:
            begins &= Q(In(Head(name), [word[:HEAD]]))
        if len(word) != HEAD:
            begins &= Q(**{f"{name}__startswith": word})
    wide = Q(**{f"recipient__{name}__startswith": word for name, word in said.items()})
    return Filter([whose(begins)], lambda: wide)


def sorted_into(category: str) -> Filter:
    """The orders in this category, by its id, or in ``none``."""
    if category == "none":
        return Filter((), lambda: Q(category__isnull=True))
    said = Q(category_id=int(category))
    return Filter([Order.objects.filter(said, category__isnull=False)], lambda: Q(Exact(F("category_id") + 0, int(category))))


def joined(how: str) -> Filter:
    """The orders that are ``merged`` with others, or that were ``split``: those cut off and those they were cut from. Few are."""
    if how == "merged":
        return Filter([Order.objects.filter(bundle__isnull=False)], lambda: Q(IsNull(F("bundle_id") + 0, False)))
    parts = Order.objects.filter(split_from__isnull=False)
    of_it = Exists(Order.objects.filter(split_from=OuterRef("pk")))
    return Filter(
        [parts, Order.objects.filter(pk__in=parts.values("split_from"))], lambda: Q(IsNull(F("split_from_id") + 0, False)) | Q(of_it)
    )


def tagged(tag: str) -> Filter:
    """The orders with this tag, by its id, with ``any``, or with ``none``."""
    on = Tagged.objects.filter(order=OuterRef("pk"))
    if tag == "none":
        return Filter((), lambda: ~Q(Exists(on)))
    if tag == "any":
        return Filter([Tagged.objects.values("order_id").distinct()], lambda: Q(Exists(on)))
    return Filter([Tagged.objects.filter(tag=int(tag)).values("order_id")], lambda: Q(Exists(on.filter(tag=int(tag)))))


def presold(which: str, at: datetime) -> Filter:
    """The orders with goods sold before they are there: that may not go yet (``waits``), may by now (``came``), of which nobody said
    from when on they may (``dateless``), or ``any`` of these."""
    lines = Line.objects.filter(ships_from__isnull=False)
    dated = lines.filter(order=OuterRef("pk"))
    kind = Order.objects.filter(~Q(db.Written(F("kind"), kinds.NORMAL)), kind=kinds.PRESALE)
    if which == "dateless":
        return Filter([kind.exclude(Exists(dated))], lambda: Q(kind=kinds.PRESALE) & ~Q(Exists(dated)))
    if which == "waits":
        return Filter([lines.filter(ships_from__gt=at).values("order_id").distinct()], lambda: Q(Exists(dated.filter(ships_from__gt=at))))
    if which == "came":
        waits = lines.filter(order=OuterRef("order_id"), ships_from__gt=at)
        came = lines.filter(ships_from__lte=at).exclude(Exists(waits)).values("order_id").distinct()
        return Filter([came], lambda: Q(Exists(dated)) & ~Q(Exists(dated.filter(ships_from__gt=at))))
    return Filter([lines.values("order_id").distinct(), kind], lambda: Q(kind=kinds.PRESALE) | Q(Exists(dated)))


def worth(least: int | None, most: int | None) -> Filter:
    """The orders whose total lies between the two, in minor units."""
    said = Q(**{f"total_minor__{how}": bound for how, bound in (("gte", least), ("lte", most)) if bound is not None})
    # Of each stage by itself, for so its index is.
    return Filter([Order.objects.filter(said, stage=stage) for stage in states.WORD], lambda: said)


def worth_whole(least: Decimal | None, most: Decimal | None) -> Filter:
    """The same in whole yuan, dollars, yen: of each order as its own currency is written. One statement, to know whether there are
    shops whose minor unit is no hundredth."""
    odd = set(Shop.objects.filter(currency__in=EXPONENTS).values_list("currency", flat=True).distinct())
    digits: dict[int, list[str]] = {}
    for currency in sorted(odd):
        digits.setdefault(exponent(currency), []).append(currency)
    said = [~Q(currency__in=odd) & _between(least, most, 2) if odd else _between(least, most, 2)]
    said += [Q(currency__in=each) & _between(least, most, places) for places, each in digits.items()]
    return Filter([Order.objects.filter(one, stage=stage) for stage in states.WORD for one in said], lambda: reduce(or_, said))


def _between(least: Decimal | None, most: Decimal | None, places: int) -> Q:
    bounds = (("gte", least, ROUND_CEILING), ("lte", most, ROUND_FLOOR))
    return Q(**{
        f"total_minor__{how}": int(bound.scaleb(places).to_integral_value(rounding)) for how, bound, rounding in bounds if bound is not None
    })  # fmt: skip


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
