"""What may be asked of orders by their parcels: a tab of the order list, and a number that is a parcel's or a carrier's."""

from collections.abc import Mapping

from django.db.models import Q

from zhanggui.fulfilment import states
from zhanggui.fulfilment.models import Parcel, Waybill
from zhanggui.kernel.tails import ends_in, tail_of
from zhanggui.orders.reading.asked import Asks
from zhanggui.orders.reading.finding import numbers_in

PACKED = Parcel.objects.filter(stage=states.PACKED).values("order_id")
TABS: Mapping[str, Asks] = {"to_ship": lambda at: Q(stage="fulfilling", pk__in=PACKED.all())}


def named_by(text: str) -> Q | None:
    """The orders whose parcel or waybill bears one of these numbers, or whose waybill ends in the one."""
    numbers = [number.upper() for number in numbers_in(text) or [text.strip()]]
    if not any(any(mark.isdigit() for mark in number) for number in numbers):
        return None
    waybills = Waybill.objects.filter(number__in=numbers).exclude(number="").values("parcel__order_id")
    parcels = Parcel.objects.filter(number__in=numbers).values("order_id")
    tail = tail_of(text) if len(numbers) == 1 else ""
    if not tail:
        return Q(pk__in=waybills.union(parcels))
    tails = ends_in(Waybill.objects.exclude(number=""), "number", tail).values("parcel__order_id")
    return Q(pk__in=waybills.union(parcels, tails))
