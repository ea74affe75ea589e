"""One box for every way of naming an order: numbers and their tails, a phone or its tail, a name, a SKU; one of them or a whole list."""

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
from zhanggui.customers.queries import any_of, matching, tokens_of
from zhanggui.journal.models import Entry
from zhanggui.kernel import db
from zhanggui.kernel.tails import FEWEST, Tail, ends_in, tail_of
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
# A code of goods, or a person's name, among what was pasted.
WORD = re.compile(r"\+?[A-Za-z0-9_\-./]{2,64}|[\u4e00-\u9fff·]{2,8}")
# 138 0013 7621 is one phone.
SPACED = re.compile(r"\+?[\d\s()-]{7,20}")
# A tail is borne by very many: of a longer list of them these are looked for.
MOST_TAILS = 50


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


def listed(text: str) -> list[str]:
    """The words of a pasted list, at most 500: numbers, phones, their tails, names, codes of goods, in any mixture. Empty where it is one
    thing to look for: two words in one line may be a name, or what goods are called."""
    numbers = numbers_in(text)
    words = [word for word in APART.split(text.strip()) if word]
    if numbers or len(words) < 2 or not all(WORD.fullmatch(word) for word in words):
        return numbers
    lines = "\n" in text.strip()
    if not lines and (len(words) == 2 or SPACED.fullmatch(text.strip())):
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
    many = listed(text)
    named: list[QuerySet[Any, Any]] = [*by_number(many or [text]), *(by_tails(many) if many else by_tail(tail_of(text)))]
    if found_elsewhere is not None:
        named.append(Order.objects.filter(found_elsewhere))
    # Half the town is called so, or buys it: of each order it is asked then, newest first, until a page is full.
    ways: list[Way] = [([way.order_by() for way in named], lambda: either([way.order_by().values("pk") for way in named]))]
    goods = [*many, text] if many else [text]
    ways.append((by_sku(*goods), lambda: sells(*goods)))
    people = _people(text, many) if persons else []
    if people:
        ways.append(([whose(reduce(or_, (Q(**said) for said in people)))], lambda: reduce(or_, map(_called, people))))
    found = few_of([way for way, _wide in ways])
    ids = dict.fromkeys(id_ for each in found if each is not None for id_ in each)
    return Meant(list(ids), [wide() for each, (_way, wide) in zip(found, ways, strict=True) if each is None])


def _people(text: str, many: list[str]) -> list[dict[str, Any]]:
    """What the recipients say of themselves whom the words, or each of a list, may mean."""
    one = matching(text)
    return ([dict(one.children)] if one is not None else []) + any_of(many)  # type: ignore[arg-type]


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


def by_tails(words: Sequence[str]) -> list[QuerySet[Order]]:
    """Those whose number, ours, the shop's or the carrier's, ends in one of the words of four characters with a digit among them."""
    tails = _tails(words)
    return [rows for _column, rows in _ending(tails, Q())] if tails else []


def _ending(tails: list[str], whose: Q) -> list[tuple[str, QuerySet[Order]]]:
    """Column → the orders that end there in one of ``tails``. What has no waybill yet is in no index of tails."""
    rows = Order.objects.filter(whose)
    ways = {"number": rows, "platform_no": rows, "waybill": rows.exclude(waybill="")}
    return [(column, way.filter(In(Tail(column), tails))) for column, way in ways.items()]


def _tails(words: Sequence[str]) -> list[str]:
    tails = [word for word in words if len(word) == FEWEST and NUMBER.fullmatch(word)][:MOST_TAILS]
    return sorted({way for tail in tails for way in (tail, tail.upper())})


def known_among(words: list[str], whose: Q, *, persons: bool) -> set[str]:
    """Which words of a list name something of an order ``whose`` says: a number or the tail of one, goods, or a person, if ``persons``
    may be looked for. Two statements at most."""
    ours, theirs, carried = (way.filter(whose) for way in by_number(words))
    rows = ours.values_list("number").union(theirs.values_list("platform_no"), carried.values_list("waybill"))
    if tails := _tails(words):
        rows = rows.union(*(way.values_list(Tail(column)) for column, way in _ending(tails, whose)))
    folded = {normal(word): word for word in words}
    sold = Exists(Line.objects.filter(Exists(Order.objects.filter(whose, pk=OuterRef("order"))), sku=OuterRef("pk")))
    skus = Sku.objects.filter(Q(norm__in=folded) | Q(barcode__in=words), sold)
    odd = Line.objects.filter(Exists(Order.objects.filter(whose, pk=OuterRef("order"))), sku=None, sku_code__in=words)
    rows = rows.union(skus.values_list("norm"), skus.exclude(barcode="").values_list("barcode"), odd.values_list("sku_code"))
    known = {found for (found,) in rows}
    known = {word for word in words if known & {word, word.upper(), normal(word)}}
    people = any_of(words) if persons else []
    if not people:
        return known
    bought = Exists(Order.objects.filter(whose, recipient=OuterRef("pk")))
    first, *rest = [Recipient.objects.filter(bought, **said).values_list(list(said)[-1].removesuffix("__in")) for said in people]
    tokens = {token for (token,) in (first.union(*rest) if rest else first.distinct())}
    return known | {word for word in words if tokens & tokens_of(word)}


def by_tail(tail: str) -> list[QuerySet[Order]]:
    """The last four characters or more of ours, the shop's or the carrier's, as people read them out."""
    if not tail:
        return []
    rows = Order.objects.all()
    return [ends_in(rows, "number", tail), ends_in(rows, "platform_no", tail), ends_in(rows.exclude(waybill=""), "waybill", tail)]


def by_sku(*words: str) -> list[QuerySet[Any, Any]]:
    """The code or barcode of one of our goods, or a code that is none of ours yet; ids of orders."""
    lines = Line.objects.all()
    ways = [
        lines.filter(sku__norm__in=[normal(word) for word in words]),
        lines.filter(sku__barcode__in=words).exclude(sku__barcode=""),
        lines.filter(sku=None, sku_code__in=words),
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


def sells(*words: str) -> Q:
    said = Q(norm__in=[normal(word) for word in words]) | Q(barcode__in=words) & ~Q(barcode="")
    ours = list(Sku.objects.filter(said).values_list("pk", flat=True))
    lines = Line.objects.filter(order=OuterRef("pk"))
    # Apart, so that each is answered by the index of what an order sells.
    unmatched = Q(Exists(lines.filter(sku=None, sku_code__in=words)))
    return Q(Exists(lines.filter(sku__in=ours))) | unmatched if ours else unmatched


def either(ways: Sequence[QuerySet[Any, Any]]) -> Q:
    """Orders found by any of ``ways``, each ids of orders. A union, not alternatives: each way takes its own index."""
    first, *rest = ways
    return Q(pk__in=first.union(*rest, all=True))
