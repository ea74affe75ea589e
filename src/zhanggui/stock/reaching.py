"""Whose shelves are whose: what lies in a warehouse is that warehouse's, whichever shop it is sold in."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q

from zhanggui.accounts import asked as asking
from zhanggui.journal.reaches import beyond
from zhanggui.journal.reaches import reach as register
from zhanggui.kernel import db
from zhanggui.kernel.actor import Reach
from zhanggui.stock.models import Bin, Level, Warehouse


def of(reach: Reach, via: str = "") -> Q:
    """What lies in the warehouses within ``reach``, by its column ``warehouse_id`` (``via`` ``bin__`` for a shelf)."""
    return Q() if reach.warehouses is None else Q(**{f"{via}warehouse_id__in": sorted(reach.warehouses)})


def warehouse_rows(reach: Reach) -> Q:
    """The warehouses themselves."""
    return Q() if reach.warehouses is None else Q(pk__in=sorted(reach.warehouses))


def sql(reach: Reach, table: str) -> tuple[str, list[Any]]:
    """``of`` for a statement of one's own: conditions on ``table`` that begin with AND, and their parameters."""
    if reach.warehouses is None:
        return "", []
    chosen, ids = db.among(f"{table}.warehouse_id", sorted(reach.warehouses))
    return f" AND {chosen}", [ids]


@register("warehouse")
def warehouses_outside(ids: Sequence[int], reach: Reach) -> Iterable[int]:
    return beyond(Warehouse.objects.filter(warehouse_rows(reach)), ids)


@register("warehouse-code")
def warehouse_codes_outside(codes: Sequence[str], reach: Reach) -> Iterable[str]:
    """Who has certain warehouses changes those, and opens no other."""
    if reach.warehouses is None:
        return ()
    return beyond(Warehouse.objects.filter(warehouse_rows(reach)), [code.strip() for code in codes], "code")


@register("bin")
def bins_outside(ids: Sequence[int], reach: Reach) -> Iterable[int]:
    return beyond(Bin.objects.filter(of(reach)), ids)


@register("level")
def levels_outside(ids: Sequence[int], reach: Reach) -> Iterable[int]:
    return beyond(Level.objects.filter(of(reach)), ids)


@asking.names("warehouse")
def names(ids: Iterable[int]) -> Mapping[int, str]:
    return dict(Warehouse.objects.filter(pk__in=list(ids)).values_list("pk", "name"))
