"""Whose imports are whose: a file of orders is its shop's; one of goods or stock, which is of no shop, is whose who brought it."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from zhanggui.channels.models import Import, SavedMapping
from zhanggui.journal.reaches import beyond
from zhanggui.journal.reaches import reach as register
from zhanggui.kernel.actor import Reach


def of(reach: Reach, via: str = "") -> Q:
    """The imports within ``reach``; ``via`` leads to them from another table (``of__``).

    Who has warehouses only sees what they brought themselves: the orders of a file have no warehouse yet.
    """
    if reach.everywhere:
        return Q()
    brought = Q(**{f"{via}by_id": reach.person}) if reach.person is not None else Q(pk__in=[])
    if reach.shops is None:
        return brought
    return Q(**{f"{via}shop_id__in": sorted(reach.shops)}) | (Q(**{f"{via}shop__isnull": True}) & brought)


def holds(reach: Reach, *, shop_id: int | None, by_id: int | None) -> bool:
    """Whether an import that was read before is within ``reach``: what ``of`` asks, of these two columns."""
    brought = reach.person is not None and by_id == reach.person
    if reach.everywhere or reach.shops is None:
        return reach.everywhere or brought
    return shop_id in reach.shops if shop_id is not None else brought


@register("import")
def imports_outside(ids: Sequence[int], reach: Reach) -> Iterable[int]:
    return beyond(Import.objects.filter(of(reach)), ids)


@register("mapping")
def mappings_outside(ids: Sequence[int], reach: Reach) -> Iterable[int]:
    """A mapping is its shop's; one of no shop is everybody's."""
    mine = Q() if reach.shops is None else Q(shop__isnull=True) | Q(shop_id__in=sorted(reach.shops))
    return beyond(SavedMapping.objects.filter(mine), ids)
