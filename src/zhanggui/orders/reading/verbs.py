"""What may be done with an order now: the flow table, narrowed to what the actor may."""

from collections.abc import Sequence

from zhanggui.kernel.actor import Actor
from zhanggui.orders import bundles, states
from zhanggui.orders.models import Order
from zhanggui.orders.reading.rights import may_clear
from zhanggui.orders.reading.rows import Held
from zhanggui.orders.rulebook import FINANCE_ASKED, FINANCE_RIGHT
from zhanggui.orders.states import ORDER

NEEDS = {
    "submit": "order.edit",
    "pay": "order.review",
    "approve": "order.review",
    "unapprove": "order.unreview",
    "hold": "order.hold",
    "clear": "order.hold",
    "cancel": "order.cancel",
    "restore": "order.cancel",
    "complete": "order.review",
    "plan": "warehouse.work",
    "merge": "order.merge",
    "unmerge": "order.merge",
    "rejoin": "order.merge",
    "accept": "order.finance",
    "give_back": "order.finance",
}
BY_FLOW = ("submit", "pay", "approve", "unapprove", "cancel", "restore", "complete")


def verbs_for(order: Order, held: Sequence[Held], actor: Actor) -> list[str]:
    """The verbs that would be done if asked for. The commands decide again."""
    found = [verb for verb in BY_FLOW if ORDER.after(verb, order.stage) and actor.can(NEEDS[verb])]
    if "approve" in found and any(each.stubborn for each in held):
        found.remove("approve")
    by_hand = any(each.by_hand for each in held)
    if order.stage in states.UNSHIPPED:
        if not by_hand and actor.can("order.hold"):
            found.append("hold")
        if by_hand and may_clear(actor):
            found.append("clear")
    if order.stage == states.PENDING_REVIEW and any(each.code == FINANCE_ASKED for each in held) and actor.can(FINANCE_RIGHT):
        found += ["accept", "give_back"]
    if order.stage == states.APPROVED and not order.holds and actor.can("warehouse.work"):
        found.append("plan")
    if order.stage in bundles.OPEN and actor.can("order.merge"):
        found.append("merge" if order.bundle_id is None else "unmerge")
        if order.split_from_id is not None:
            found.append("rejoin")
    return found


def asked_for(actor: Actor) -> list[str]:
    """The verbs this actor could ever be offered."""
    return [verb for verb, needs in NEEDS.items() if actor.can(needs) and (verb != "clear" or may_clear(actor))]
