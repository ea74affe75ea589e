"""Sending an approved order to another door: the address, and the labels that still say the old one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhanggui.fulfilment.commands import aside
from zhanggui.fulfilment.models import Waybill
from zhanggui.fulfilment.refusals import WaybillUnsettled
from zhanggui.journal.book import command
from zhanggui.journal.marks import Second
from zhanggui.kernel.actor import Actor
from zhanggui.orders import states
from zhanggui.orders.commands import revising
from zhanggui.orders.joining_refusals import GoesWithOthers
from zhanggui.orders.models import Order
from zhanggui.orders.refusals import ReasonMissing
from zhanggui.orders.revisions import Revision

WITHIN = (states.APPROVED, states.FULFILLING)


def _asked(order_id: int, *_args: Any, **_kwargs: Any) -> Mapping[str, Any]:
    return {"number": Order.objects.filter(pk=order_id).values_list("number", flat=True).first() or ""}


@command(
    needs="order.edit_approved_address", over="order", because="reason", second=Second(_("改已审核的 {number} 的收货信息"), _asked)
)
def readdress(
    order_id: int, said: Mapping[str, str], *, seen: int | None = None, reason: str = "", by: Actor, at: datetime
) -> list[int]:
    """Change to whom an approved order goes, while it is in the house. Parts that are absent or blank stay as they are.

    ``seen`` is the version the writer saw: where somebody changed the order since, nothing is changed. The book keeps the reason
    and the names of the parts. Numbers that carriers gave for the old address are voided; returns the parcels that had one,
    which want a new label. Refused while a carrier has not answered, once a parcel is gone, and while others go in its parcel.
    """
    if not reason.strip():
        raise ReasonMissing
    live = aside.live_parcels("order_id", [order_id])
    others = [id_ for parcel in live for id_ in parcel.order_ids if id_ != order_id]
    if others:
        called = dict(Order.objects.filter(pk__in=[order_id, *others]).order_by("pk").values_list("pk", "number"))
        raise GoesWithOthers(number=called.pop(order_id), others="、".join(called.values()))
    parcels = {parcel.parcel_id: parcel.order_id for parcel in live}
    unsettled = Waybill.objects.filter(parcel__in=parcels, state__in=(Waybill.State.PENDING, Waybill.State.UNKNOWN))
    for number in unsettled.values_list("parcel__number", flat=True)[:1]:
        raise WaybillUnsettled(parcel=number)
    revision = Revision(order_id, seen=seen, to=dict(said))
    outcome = revising.carry_out([revision], within=WITHIN, why=reason.strip()[:200], by=by, at=at)
    for refusal in outcome.refused.values():
        raise refusal
    return aside.void_waybills(parcels, by=by, at=at) if outcome.changed and parcels else []
