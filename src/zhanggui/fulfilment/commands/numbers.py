"""Waybill numbers for whoever does not wait for the carrier: the intent is written now, the worker does the talking."""

from collections.abc import Sequence
from datetime import datetime

from zhanggui.fulfilment.commands import waybills
from zhanggui.fulfilment.commands.waybills import Asked, Intent
from zhanggui.fulfilment.models import Waybill
from zhanggui.journal.book import ask, command
from zhanggui.journal.events import task
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor


@command(needs="waybill.get", over="parcel")
def request(parcel_ids: Sequence[int], *, carrier_id: int | None = None, by: Actor, at: datetime) -> Intent:
    """Ask for a waybill number for each parcel; the carrier is talked to afterwards, once for each.

    ``batch``: ``done`` have a number already, ``refused`` cannot be asked for. What became of ``asked`` the waybills say,
    and ``WaybillIssued`` or ``WaybillRefused`` tells it. Asking again meanwhile asks for nothing more.
    """
    intent = waybills.intend(parcel_ids, carrier_id=carrier_id, by=by, at=at)
    for some in db.in_chunks([one.waybill_id for one in intent.asked], waybills.AT_ONCE):
        ask(fetch, some, at=at)
    return intent


@task(lane="slow")
def fetch(items: Sequence[int], *, at: datetime) -> None:
    """Ask carriers for the numbers of these intents, by their references: called again, it books nothing twice."""
    rows = Waybill.objects.filter(pk__in=items, state=Waybill.State.PENDING).order_by("pk")
    asked = [Asked(*row) for row in rows.values_list("pk", "reference", "carrier_id", "parcel_id")]
    waybills.fetched(asked, by=SYSTEM, at=at)
