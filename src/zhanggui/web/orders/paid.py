"""What the page of an order says of its money, and what may be done about it."""

from typing import Any

from zhanggui.kernel.actor import Actor
from zhanggui.kernel.money import plain
from zhanggui.orders import paying, states
from zhanggui.orders.models import Order
from zhanggui.payments import queries as payments
from zhanggui.payments.rules.causes import CAUSES


def shown(order: Order, actor: Actor) -> dict[str, Any]:
    """What the part about money needs. Three statements."""
    found = payments.money_of(order.pk, order.paid_minor)
    unpaid = order.payment in ("unpaid", "partial", "cod", "on_account") and order.stage not in (states.DRAFT, states.CANCELLED)
    open_minor = max(order.total_minor - order.paid_minor, 0)
    return {
        "money": found,
        "ways": [each for each in paying.methods() if each.on],
        "causes": CAUSES.values(),
        "may_receive": actor.can("order.review") and order.stage != states.DRAFT and (unpaid or open_minor > 0),
        "may_refund": actor.granted("refund.approve", takes=("not-proposer",)) and found.left_minor > 0,
        "may_extend": actor.can("order.edit"),
        "may_choose": actor.can("order.review") and unpaid,
        "asks_amount": plain(open_minor, order.currency) if open_minor else "",
    }
