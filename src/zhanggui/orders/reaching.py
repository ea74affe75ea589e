"""Whose orders are whose: an order is its shop's and, once it is planned, its warehouse's. Written once, for every list and verb."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q

from zhanggui.accounts import asked as asking
from zhanggui.customers.models import Recipient
from zhanggui.journal.reaches import beyond
from zhanggui.journal.reaches import reach as register
from zhanggui.kernel import db
from zhanggui.kernel.actor import Reach
from zhanggui.orders.models import Line, Making, Order, OrderForm, Recurring, Shop, Template

# More shops than these are read as one: most orders of the house are theirs then anyway.
MOST_APART = 50


def of(reach: Reach, via: str = "") -> Q:
    """The orders within ``reach``; ``via`` leads to them from another table (``order__``). Says nothing for who reaches all.

    Where somebody has shops and warehouses, an order that has no warehouse yet is its shop's alone; who has warehouses
    only sees the orders of those.
    """
    said = shops(reach, via)
    if reach.warehouses is not None:
        homes = Q(**{f"{via}warehouse_id__in": sorted(reach.warehouses)})
        said &= homes if reach.shops is None else homes | Q(**{f"{via}warehouse_id__isnull": True})
    return said


def shops(reach: Reach, via: str = "") -> Q:
    """What is of the shops within ``reach``, by its column ``shop_id``."""
    return Q() if reach.shops is None else Q(**{f"{via}shop_id__in": sorted(reach.shops)})


def shop_rows(reach: Reach) -> Q:
    """The shops themselves."""
    return Q() if reach.shops is None else Q(pk__in=sorted(reach.shops))


def apart(reach: Reach) -> list[Q]:
    """The orders within ``reach``, each shop's by themselves, where that is worth it: see ``paging.page``."""
    mine = reach.shops or ()
    return [Q(shop_id=shop_id) for shop_id in sorted(mine)] if 1 < len(mine) <= MOST_APART else []


def sql(reach: Reach, table: str) -> tuple[str, list[Any]]:
    """``of`` for a statement of one's own: conditions on ``table`` that begin with AND, and their parameters."""
    said, params = "", []
    if reach.shops is not None:
        chosen, ids = db.among(f"{table}.shop_id", sorted(reach.shops))
        said, params = f" AND {chosen}", [ids]
    if reach.warehouses is not None:
        chosen, ids = db.among(f"{table}.warehouse_id", sorted(reach.warehouses))
        said += f" AND {chosen}" if reach.shops is None else f" AND ({chosen} OR {table}.warehouse_id IS NULL)"
        params.append(ids)
    return said, params


@register("order")
def orders_outside(ids: Sequence[int], reach: Reach) -> Iterable[int]:
    return beyond(Order.objects.filter(of(reach)), ids)


@register("line")
def lines_outside(ids: Sequence[int], reach: Reach) -> Iterable[int]:
    return beyond(Line.objects.filter(of(reach, "order__")), ids)


@register("recipient")
def recipients_outside(ids: Sequence[int], reach: Reach) -> Iterable[int]:
    return beyond(Recipient.objects.filter(of(reach, "orders__") | shops(reach, "templates__")), ids)


@register("template")
def templates_outside(ids: Sequence[int], reach: Reach) -> Iterable[int]:
    return beyond(Template.objects.filter(shops(reach)), ids)


@register("recurring")
def recurring_outside(ids: Sequence[int], reach: Reach) -> Iterable[int]:
    return beyond(Recurring.objects.filter(shops(reach, "template__")), ids)


@register("making")
def makings_outside(ids: Sequence[int], reach: Reach) -> Iterable[int]:
    """Copies of orders are of their orders' shops."""
    return beyond(Making.objects.filter(shops(reach, "template__") | of(reach, "rows__order__")), ids)


@register("form")
def forms_outside(ids: Sequence[int], reach: Reach) -> Iterable[int]:
    return beyond(OrderForm.objects.filter(shops(reach)), ids)


@register("shop")
def shops_outside(ids: Sequence[int], reach: Reach) -> Iterable[int]:
    return beyond(Shop.objects.filter(shop_rows(reach)), ids)


@register("shop-code")
def shop_codes_outside(codes: Sequence[str], reach: Reach) -> Iterable[str]:
    """Who has certain shops changes those, and opens no other: it would be nobody's they know."""
    if reach.shops is None:
        return ()
    return beyond(Shop.objects.filter(shop_rows(reach)), [code.strip() for code in codes], "code")


@asking.names("shop")
def names(ids: Iterable[int]) -> Mapping[int, str]:
    return dict(Shop.objects.filter(pk__in=list(ids)).values_list("pk", "name"))
