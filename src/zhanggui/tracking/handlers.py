"""What follows when a parcel left the house."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from zhanggui.carriers import queries as carriers
from zhanggui.carriers.port import Outcome
from zhanggui.fulfilment.events import ParcelShipped
from zhanggui.journal.events import on
from zhanggui.kernel.actor import SYSTEM
from zhanggui.tracking import queries
from zhanggui.tracking.commands import trails

log = logging.getLogger("zhanggui.tracking")


class NotHandedOver(Exception):
    """The carrier's answer is not known: tell it again, for telling twice changes nothing."""


@on(ParcelShipped)
def follow_shipped(events: Sequence[ParcelShipped], at: datetime) -> None:
    """Every parcel that left is followed to its door."""
    trails.follow([event.parcel_id for event in events], lanes=queries.lane_times(), by=SYSTEM, at=at)


@on(ParcelShipped, lane="slow")
def hand_over(events: Sequence[ParcelShipped], at: datetime) -> None:
    """Carriers that want to know which parcels lie with them now are told."""
    groups: dict[int, list[str]] = defaultdict(list)
    for carrier_id, waybill in queries.numbers_of([event.parcel_id for event in events]):
        groups[carrier_id].append(waybill)
    unsure = 0
    for carrier in carriers.by_ids(groups).values():
        courier = carriers.courier_of(carrier)
        taker = carriers.takes_parcels(courier) if courier else None
        if taker is None:
            continue
        outcomes = taker.hand_over(carriers.account_of(carrier), groups[carrier.pk])
        refused = sum(1 for outcome in outcomes.values() if outcome is Outcome.FAILED)
        if refused:
            log.warning("%s did not take %s of %s parcels", carrier.code, refused, len(groups[carrier.pk]))
        unsure += sum(1 for waybill in groups[carrier.pk] if outcomes.get(waybill, Outcome.UNKNOWN) is Outcome.UNKNOWN)
    if unsure:
        raise NotHandedOver(f"{unsure} parcels")
