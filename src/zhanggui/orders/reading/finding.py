"""One box for every way of naming an order: numbers and their tails, the tail of a phone, a name, a SKU."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.lookups import In

from zhanggui.catalog.models import Sku, normal
from zhanggui.customers.models import Recipient
from zhanggui.customers.queries import matching
from zhanggui.journal.models import Entry
from zhanggui.kernel import db
from zhanggui.kernel.tails import ends_in, tail_of
from zhanggui.orders.models import Line, Order

# The rows one way of reading the words finds, and the condition on each order that stands for them.
Way = tuple[Sequence[QuerySet[Any, Any]], Callable[[], Q]]
MOST_NUMBERS = 500
# Digits by which a number is surely one, and no tail of a phone beside a name.
LONG = 8
FEW_WORDS = 2
# So many found orders are sorted at once.
FEW = 2_000
# How each of these names its order; anything else of the house has its ``order_id``.
ID_OF = {Order: "pk", Recipient: "orders__pk", Entry: "subject_id"}
APART = re.compile(r"[\s,，;；、]+")
# What a list puts before the tail of a phone, in either language, and in place of what it hides.
ENDS_IN = re.compile(r"(?:^|\s|(?<=\*))(?:尾号|ends\s+in)[\s:：]*", re.IGNORECASE)
HIDDEN = re.compile(r"[*＊]+")
NUMBER = re.compile(r"(?=.*\d)[A-Za-z0-9_\-]{4,64}")


def numbers_in(text: str) -> list[str]:
    """The numbers of a pasted list, at most 500; empty where it is not a list of numbers.

    A word or two among long numbers, a column's heading for one, is looked for with them and told as not found.
    """
    words = [word for word in APART.split(text.strip()) if word]
    numbers = [word for word in words if NUMBER.fullmatch(word)]
    strangers = len(words) - len(numbers)
    if len(words) < 2 or (strangers and (strangers > FEW_WORDS or len(numbers) < 2 or min(map(len, numbers)) < LONG)):
        return []
    return list(dict.fromkeys(words))[:MOST_NUMBERS]


def uncovered(text: str) -> str:
    """What stands in a row, as one would type it: ``尾号 5891`` and ``李** 尾号 5891`` are 5891, ``138****5891`` its tail,
    ``李**`` the beginning of a name."""
    _before, *tail = ENDS_IN.split(text.strip(), maxsplit=1)
    parts = [part for part in HIDDEN.split((tail or [text])[0].strip()) if part.strip()]
    if len(parts) > 1 and all(part.strip().isdecimal() for part in parts):
        return parts[-1].strip()
    return parts[0].strip() if len(parts) == 1 else text.strip()


def these(ids: Sequence[int]) -> Q:
    """The orders with these ids."""
    return Q(db.Among(F("pk"), list(ids))) if ids else Q(pk__in=[])


@dataclass(frozen=True)
class Meant:
    """What words came to: the ids of orders where a way of reading them finds few, and a condition where it finds many."""

    ids: list[int]
    wide: list[Q]

    @property
    def either(self) -> Q:
        """All of it as one condition, for a walk over every order."""
        return reduce(or_, self.wide, these(self.ids))


def meant(text: str, *, persons: bool = True, found_elsewhere: Q | None = None) -> Meant:
    """The orders a person means by ``text``. ``persons`` False leaves names and phones out of it. One statement."""
    text = uncovered(text)
    many = numbers_in(text)
    named: list[QuerySet[Any, Any]] = [*by_number(many or [text])]
    if not many:
        named += by_tail(tail_of(text))
    if found_elsewhere is not None:
        named.append(Order.objects.filter(found_elsewhere))
    # Half the town is called so, or buys it: of each order it is asked then, newest first, until a page is full.
    ways: list[Way] = [([way.order_by() for way in named], lambda: either([way.order_by().values("pk") for way in named]))]
    if not many:
        ways.append((by_sku(text), lambda: sells(text)))
    who = matching(text) if persons and not many else None
    if who is not None:
        said: dict[str, Any] = dict(who.children)  # type: ignore[arg-type]
        ways.append(([whose(who)], lambda: _called(said)))
    found = few_of([way for way, _wide in ways])
    ids = dict.fromkeys(id_ for each in found if each is not None for id_ in each)
    return Meant(list(ids), [wide() for each, (_way, wide) in zip(found, ways, strict=True) if each is None])


def whose(who: Q) -> QuerySet[Any, Any]:
    """The ids of the orders of these recipients, walked from the recipients on: it stops as soon as it is enough."""
    return Recipient.objects.filter(who, orders__isnull=False).order_by().values("orders__pk")


def _called(said: Mapping[str, Any]) -> Q:
    """The same asked of each order. On SQLite nothing is added, so that no index of recipients is taken: it would find half the town
    first. PostgreSQL knows how many there are, and would guess few of what is a sum."""
    columns = {name: F(f"recipient__{name.removesuffix('__in')}") for name in said}
    plain = connection.vendor == "postgresql"
    conditions = [Q(In(columns[name] if plain else columns[name] + 0, list(values))) for name, values in said.items()]
    return reduce(and_, conditions)


def by_number(numbers: list[str]) -> list[QuerySet[Order]]:
    """Ours, the shop's, the carrier's."""
    rows = Order.objects.all()
    return [
        rows.filter(number__in=numbers),
        rows.filter(platform_no__in=numbers),
        rows.filter(waybill__in=[number.upper() for number in numbers]).exclude(waybill=""),
    ]


def known_among(numbers: list[str], whose: Q) -> set[str]:
    """Which of these numbers are ours, the shop's or the carrier's of an order ``whose`` says. One statement."""
    ours, theirs, carried = (way.filter(whose) for way in by_number(numbers))
    rows = ours.values_list("number").union(theirs.values_list("platform_no"), carried.values_list("waybill"))
    return {number for (number,) in rows}


def by_tail(tail: str) -> list[QuerySet[Order]]:
    """The last four characters or more of ours, the shop's or the carrier's, as people read them out."""
    if not tail:
        return []
    rows = Order.objects.all()
    return [ends_in(rows, "number", tail), ends_in(rows, "platform_no", tail), ends_in(rows.exclude(waybill=""), "waybill", tail)]


def by_sku(text: str) -> list[QuerySet[Any, Any]]:
    """The code or barcode of one of our goods, or a code that is none of ours yet; ids of orders."""
    lines = Line.objects.all()
    ways = [
        lines.filter(sku__norm=normal(text)),
        lines.filter(sku__barcode=text).exclude(sku__barcode=""),
        lines.filter(sku=None, sku_code=text),
    ]
    return [way.values("order_id") for way in ways]


def few_of(ways: Sequence[Sequence[QuerySet[Any, Any]]], most: int = FEW) -> list[list[int] | None]:
    """What each of ``ways`` (any of several rows) finds, where that is few; None where it is more. One statement, and it stops
    at so many of each."""
    parts: list[str] = []
    params: list[Any] = []
    for nth, (first, *rest) in enumerate([[row.values_list(ID_OF.get(row.model, "order_id")) for row in way] for way in ways]):
        rows = (first.union(*rest, all=True) if rest else first)[: most + 1]
        try:
            sql, given = rows.query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT {nth} AS way, part.* FROM ({sql}) AS part")
        params += given
    found: list[list[int]] = [[] for _ in ways]
    for way, id_ in db.fetch(" UNION ALL ".join(parts), params) if parts else ():
        found[way].append(id_)
    return [each if len(each) <= most else None for each in found]


def sells(text: str) -> Q:
    ours = list(Sku.objects.filter(Q(norm=normal(text)) | Q(barcode=text) & ~Q(barcode="")).values_list("pk", flat=True))
    lines = Line.objects.filter(order=OuterRef("pk"))
    # Apart, so that each is answered by the index of what an order sells.
    unmatched = Q(Exists(lines.filter(sku=None, sku_code=text)))
    return Q(Exists(lines.filter(sku__in=ours))) | unmatched if ours else unmatched


def either(ways: Sequence[QuerySet[Any, Any]]) -> Q:
    """Orders found by any of ``ways``, each ids of orders. A union, not alternatives: each way takes its own index."""
    first, *rest = ways
    return Q(pk__in=first.union(*rest, all=True))
