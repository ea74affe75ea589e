"""Telling carriers which numbers we will not use."""

import logging
from collections.abc import Sequence
from datetime import datetime

from zhanggui.carriers import queries as carriers
from zhanggui.carriers.port import Outcome
from zhanggui.fulfilment.models import Waybill
from zhanggui.journal.events import task

log = logging.getLogger("zhanggui.waybills")


class NotGivenBack(Exception):
    """The carrier's answer is not known: the job asks again, for giving back twice is once."""


@task(tries=6)
def give_back(waybill_ids: Sequence[int], at: datetime) -> None:
    """Void these numbers with their carriers. One a carrier will not take back stays void in our books."""
    void = Waybill.objects.filter(pk__in=list(waybill_ids), state=Waybill.State.VOIDED).exclude(number="")
    by_carrier: dict[int, list[Waybill]] = {}
    for row in void.select_related("carrier"):
        by_carrier.setdefault(row.carrier_id, []).append(row)
    unsure = 0
    for found in by_carrier.values():
        carrier = found[0].carrier
        courier = carriers.courier_of(carrier)
        if courier is None or "void" not in courier.can:
            continue
        outcomes = courier.void(carriers.account_of(carrier), [row.number for row in found])
        unsure += sum(1 for row in found if outcomes.get(row.number, Outcome.UNKNOWN) is Outcome.UNKNOWN)
        kept = sum(1 for outcome in outcomes.values() if outcome is Outcome.FAILED)
        if kept:
            log.warning("%s did not take back %s of %s numbers", carrier.code, kept, len(found))
    if unsure:
        raise NotGivenBack(f"{unsure} numbers")
