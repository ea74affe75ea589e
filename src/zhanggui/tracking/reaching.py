"""Whose trails are whose: each is its parcel's."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from zhanggui.fulfilment import reaching as parcels
from zhanggui.journal.reaches import beyond
from zhanggui.journal.reaches import reach as register
from zhanggui.kernel.actor import Reach
from zhanggui.tracking.models import Trail


def of(reach: Reach, via: str = "") -> Q:
    """The trails within ``reach``; ``via`` leads to them from another table (``trail__``)."""
    return parcels.of(reach, f"{via}parcel__")


@register("trail")
def trails_outside(ids: Sequence[int], reach: Reach) -> Iterable[int]:
    return beyond(Trail.objects.filter(of(reach)), ids)


@register("waybill-number")
def numbers_outside(numbers: Sequence[str], reach: Reach) -> Iterable[str]:
    return beyond(Trail.objects.filter(of(reach)), numbers, "waybill")
