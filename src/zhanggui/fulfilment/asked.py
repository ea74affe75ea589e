"""What may be asked of orders by their parcels: a tab of the order list, and a number that is a parcel's or a carrier's."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhanggui.fulfilment import states
from zhanggui.fulfilment.models import Fellow, Parcel, Waybill
from zhanggui.kernel.tails import ends_in, tail_of
from zhanggui.orders.models import Order
from zhanggui.orders.reading.asked import Asked, Tab
from zhanggui.orders.reading.filters import Filter
from zhanggui.orders.reading.finding import listed
from zhanggui.orders.states import APPROVED, DRAFT, PENDING_PAYMENT, PENDING_REVIEW

UNBOXED = (DRAFT, PENDING_PAYMENT, PENDING_REVIEW, APPROVED)
IN_HOUSE = Parcel.objects.filter(stage__in=(states.WAITING, states.PACKING, states.PACKED))
PRINTED = Waybill.objects.filter(parcel=OuterRef("pk"), state=Waybill.State.ISSUED, prints__gt=0)
# Where an order is among those that are being fulfilled, by its parcels.
AMONG: Mapping[str, QuerySet[Parcel]] = {
    "to_print": IN_HOUSE.filter(~Exists(PRINTED)),
    "to_pick": Parcel.objects.filter(stage=states.WAITING, wave__stage__in=(states.OPEN, states.PICKING)),
    "to_pack": Parcel.objects.filter(stage__in=(states.WAITING, states.PACKING)).filter(
        Q(stage=states.PACKING) | Q(wave__stage=states.PICKED)
    ),
    "to_ship": Parcel.objects.filter(stage=states.PACKED),
}


# Beginning at the few that ride along, and from there to the parcels, which are very many.
RIDE = "fellows__order"


def _among(parcels: QuerySet[Parcel]) -> Tab:
    riding = parcels.filter(fellows__isnull=False).values(RIDE)
    return Tab(
        ("fulfilling",),
        lambda at: Q(pk__in=parcels.values("order_id").union(riding, all=True)),
        # Of an order its own boxes are asked, never all of them.
        each=lambda at: _in(parcels),
    )


def _in(parcels: QuerySet[Parcel]) -> Q:
    """That one order has one of these parcels, or goes in one that another has."""
    return Q(Exists(parcels.filter(order=OuterRef("pk")))) | Q(Exists(parcels.filter(**{RIDE: OuterRef("pk")})))


TABS: Mapping[str, Tab] = {key: _among(parcels) for key, parcels in AMONG.items()}


def named_by(text: str) -> Q | None:
    """The orders whose parcel or waybill bears one of these numbers, or whose waybill ends in the one."""
    numbers = [number.upper() for number in listed(text) or [text.strip()]]
    if not any(any(mark.isdigit() for mark in number) for number in numbers):
        return None
    waybills = Waybill.objects.filter(number__in=numbers).exclude(number="").values("parcel__order_id")
    parcels = Parcel.objects.filter(number__in=numbers).values("order_id")
    # What was merged goes under the number of another's parcel.
    rides = Fellow.objects.filter(parcel__number__in=numbers).values("order_id")
    borne = _bearing(Waybill.objects.filter(number__in=numbers).exclude(number=""))
    tail = tail_of(text) if len(numbers) == 1 else ""
    if not tail:
        return Q(pk__in=waybills.union(parcels, rides, borne))
    ending = ends_in(Waybill.objects.exclude(number=""), "number", tail)
    return Q(pk__in=waybills.union(parcels, rides, borne, ending.values("parcel__order_id"), _bearing(ending)))


def _bearing(labels: QuerySet[Waybill]) -> QuerySet[Fellow, Any]:
    """The orders that go in the parcels of these numbers beside the one each was made for."""
    return Fellow.objects.filter(parcel__in=labels.values("parcel_id")).values("order_id")


def known_among(numbers: Sequence[str], whose: Q) -> set[str]:
    """Which of these numbers are a parcel's or a carrier's of the orders ``whose`` says. One statement."""
    upper = {number.upper() for number in numbers}
    # Asked of each that bears such a number: the orders within somebody's reach are not gone through.
    theirs = Exists(Order.objects.filter(whose, pk=OuterRef("order")))
    boxes = Parcel.objects.filter(theirs, number__in=upper).values_list("number", flat=True)
    theirs = Exists(Order.objects.filter(whose, pk=OuterRef("parcel__order")))
    labels = Waybill.objects.filter(theirs, number__in=upper).exclude(number="").values_list("number", flat=True)
    return set(boxes.union(labels))


def filters(asked: Asked) -> list[Filter]:
    """What the parcels of orders answer: who carries them, whether they have a number, whether it was printed."""
    found = []
    # Before it is in a wave no order has a parcel: those are not asked for one.
    boxed = ~Q(stage__in=UNBOXED)
    if asked.carrier_id is not None:
        carried = Parcel.objects.exclude(stage=states.VOIDED).filter(carrier=asked.carrier_id)
        found.append(Filter([carried], lambda: Q(boxed) & _in(carried)))
    if asked.labelled:
        found.append(_either(asked.labelled, ~Q(waybill="") | Q(boxed) & _bears(Q())))
    if asked.printed:
        found.append(_either(asked.printed, Q(boxed) & _bears(Q(prints__gt=0))))
    return found


def _bears(said: Q) -> Q:
    """That a parcel one order is in, its own or another's, has such a number in force."""
    issued = Waybill.objects.filter(said, state=Waybill.State.ISSUED)
    return Q(Exists(issued.filter(parcel__order=OuterRef("pk")))) | Q(Exists(issued.filter(**{f"parcel__{RIDE}": OuterRef("pk")})))


def _either(word: str, said: Q) -> Filter:
    return Filter((), lambda: said if word == "yes" else ~said)
