"""One box for every way of naming an order: numbers and their tails, the tail of a phone, a name, a SKU."""

import re
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhanggui.catalog.models import Sku, normal
from zhanggui.customers.models import Recipient
from zhanggui.customers.queries import matching
from zhanggui.kernel.tails import ends_in, tail_of
from zhanggui.orders.models import Line, Order

MOST_NUMBERS = 500
# So many found orders are sorted at once.
FEW = 2_000
APART = re.compile(r"[\s,，;；、]+")
# What a list puts before the tail of a phone, in either language, and in place of what it hides.
ENDS_IN = re.compile(r"(?:^|\s|(?<=\*))(?:尾号|ends\s+in)[\s:：]*", re.IGNORECASE)
HIDDEN = re.compile(r"[*＊]+")
NUMBER = re.compile(r"(?=.*\d)[A-Za-z0-9_\-]{4,64}")


def numbers_in(text: str) -> list[str]:
    """The numbers of a pasted list, at most 500; empty where it is not a list of numbers."""
    words = [word for word in APART.split(text.strip()) if word]
    if len(words) < 2 or not all(NUMBER.fullmatch(word) for word in words):
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


def meant(text: str, *, persons: bool = True, found_elsewhere: Q | None = None) -> Q:
    """The orders a person means by ``text``. ``persons`` False leaves names and phones out of it."""
    text = uncovered(text)
    many = numbers_in(text)
    ways: list[QuerySet[Any, Any]] = [*by_number(many or [text])]
    if not many:
        ways += by_tail(tail_of(text))
    if found_elsewhere is not None:
        ways.append(Order.objects.filter(found_elsewhere))
    who = matching(text) if persons and not many else None
    wide: list[QuerySet[Any, Any]] = [] if many else by_sku(text)
    if who is not None:
        wide.append(Order.objects.filter(recipient__in=Recipient.objects.filter(who)))
    ids = ids_of([*(way.order_by() for way in ways), *wide])
    if ids is not None:
        return Q(pk__in=ids)
    # Half the town is called so, or buys it: of each order it is asked, newest first, until a page is full.
    asked = either([way.order_by().values("pk") for way in ways])
    if who is not None:
        said: dict[str, Any] = dict(who.children)  # type: ignore[arg-type]
        asked |= Q(**{f"recipient__{name}": value for name, value in said.items()})
    return asked if many else asked | _sells(text)


def by_number(numbers: list[str]) -> list[QuerySet[Order]]:
    """Ours, the shop's, the carrier's."""
    rows = Order.objects.all()
    return [
        rows.filter(number__in=numbers),
        rows.filter(platform_no__in=numbers),
        rows.filter(waybill__in=[number.upper() for number in numbers]).exclude(waybill=""),
    ]


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


def ids_of(ways: Sequence[QuerySet[Any, Any]]) -> list[int] | None:
    """What any of ``ways`` finds, where that is few; None where it is more. One statement, and it stops at so many."""
    first, *rest = (way.values_list("order_id" if way.model is Line else "pk") for way in ways)
    found = [id_ for (id_,) in first.union(*rest, all=True)[: FEW + 1]] if rest else [id_ for (id_,) in first[: FEW + 1]]
    return list(dict.fromkeys(found)) if len(found) <= FEW else None


def sold_as(text: str) -> Q:
    """The orders with these goods: few by their ids, of many each row is asked, for then a page of them is met soon."""
    ids = ids_of(by_sku(text))
    return Q(pk__in=ids) if ids is not None else _sells(text)


def _sells(text: str) -> Q:
    ours = list(Sku.objects.filter(Q(norm=normal(text)) | Q(barcode=text) & ~Q(barcode="")).values_list("pk", flat=True))
    return Q(Exists(Line.objects.filter(Q(sku__in=ours) | Q(sku=None, sku_code=text), order=OuterRef("pk"))))


def either(ways: Sequence[QuerySet[Any, Any]]) -> Q:
    """Orders found by any of ``ways``, each ids of orders. A union, not alternatives: each way takes its own index."""
    first, *rest = ways
    return Q(pk__in=first.union(*rest, all=True))
