"""How far an order is, as a row of steps with their times."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from zhanggui.fulfilment.models import Parcel
from zhanggui.kernel import clock
from zhanggui.orders import states
from zhanggui.orders.models import Order
from zhanggui.web.frame import words

ORDER = {
    states.DRAFT: 0,
    states.PENDING_PAYMENT: 1,
    states.PENDING_REVIEW: 2,
    states.APPROVED: 3,
    states.FULFILLING: 3,
    states.SHIPPED: 6,
    states.DELIVERED: 7,
    states.COMPLETED: 7,
}


@dataclass(frozen=True)
class Step:
    """``state``: done, now, or empty for what is still to come."""

    label: str
    state: str
    note: str
    exact: str = ""


def steps(order: Order, parcel: Parcel | None, *, at: datetime) -> list[Step]:
    """Seven steps; a cancelled order shows how far it came."""
    wave = parcel.wave if parcel else None
    moments = [
        (_("下单"), order.placed_at),
        (_("付款"), order.paid_at),
        (_("审核"), order.approved_at),
        (_("拣货"), wave.picked_at if wave else None),
        (_("打包"), parcel.packed_at if parcel else None),
        (_("发出"), order.shipped_at),
        (_("签收"), order.delivered_at),
    ]
    now = ORDER.get(order.stage, -1)
    if order.stage == states.FULFILLING:
        now = 5 if parcel and parcel.packed_at else 4 if wave and wave.picked_at else 3
    if now < 0:
        now = max((nth for nth, (_label, moment) in enumerate(moments) if moment), default=0) + 1
    made = []
    for nth, (label, moment) in enumerate(moments):
        state = "done" if nth < now else "now" if nth == now and order.stage != states.CANCELLED else ""
        made.append(Step(label, state, _note(order, nth, state, moment, at), words.exact(moment) if moment else ""))
    return made


def _note(order: Order, nth: int, state: str, moment: datetime | None, at: datetime) -> str:
    if state == "done" and moment is not None:
        local = moment.astimezone(clock.company_zone())
        return f"{local:%H:%M}" if clock.day_of(moment) == clock.day_of(at) else f"{local:%m-%d}"
    if state == "now" and order.stage in (states.PENDING_REVIEW, states.PENDING_PAYMENT):
        return _("等了 %s") % words.span((at - order.arrived_at).total_seconds())
    if nth == 5 and order.ship_by and order.stage in states.UNSHIPPED:
        local = order.ship_by.astimezone(clock.company_zone())
        said = f"{local:%H:%M}" if clock.day_of(order.ship_by) == clock.day_of(at) else f"{local:%m-%d}"
        return _("%s 前") % said
    return ""
