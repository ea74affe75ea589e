"""One box for every way of naming an order: numbers, the tail of a phone, a name, a SKU."""

import re

from django.db.models import Q, QuerySet

from zhanggui.catalog.models import Sku, normal
from zhanggui.customers.models import Recipient
from zhanggui.customers.queries import matching
from zhanggui.orders.models import Line, Order

MOST_NUMBERS = 500
APART = re.compile(r"[\s,，;；、]+")
NUMBER = re.compile(r"(?=.*\d)[A-Za-z0-9_\-]{4,64}")


def numbers_in(text: str) -> list[str]:
    """The numbers of a pasted list, at most 500; empty where it is not a list of numbers."""
    words = [word for word in APART.split(text.strip()) if word]
    if len(words) < 2 or not all(NUMBER.fullmatch(word) for word in words):
        return []
    return list(dict.fromkeys(words))[:MOST_NUMBERS]


def meant(text: str, *, persons: bool = True, found_elsewhere: Q | None = None) -> Q:
    """The orders a person means by ``text``. ``persons`` False leaves names and phones out of it.

    The ways are joined as a union, not as alternatives of one condition: each takes its own index.
    """
    text = text.strip()
    many = numbers_in(text)
    ways = [*by_number(many or [text])]
    if not many:
        ways.append(by_sku(text))
        who = matching(text) if persons else None
        if who is not None:
            ways.append(Order.objects.filter(recipient__in=Recipient.objects.filter(who)))
    if found_elsewhere is not None:
        ways.append(Order.objects.filter(found_elsewhere))
    first, *rest = (way.order_by().values("pk") for way in ways)
    return Q(pk__in=first.union(*rest, all=True))


def by_number(numbers: list[str]) -> list[QuerySet[Order]]:
    """Ours, the shop's, the carrier's."""
    rows = Order.objects.all()
    return [
        rows.filter(number__in=numbers),
        rows.filter(platform_no__in=numbers),
        rows.filter(waybill__in=[number.upper() for number in numbers]).exclude(waybill=""),
    ]


def by_sku(text: str) -> QuerySet[Order]:
    """The code or barcode of one of our goods, or a code that is none of ours yet."""
    ours = Sku.objects.filter(Q(norm=normal(text)) | Q(barcode=text))
    lines = Line.objects.filter(sku__in=ours.values("pk")).values("order_id")
    strange = Line.objects.filter(sku=None, sku_code=text).values("order_id")
    return Order.objects.filter(Q(pk__in=lines) | Q(pk__in=strange))
