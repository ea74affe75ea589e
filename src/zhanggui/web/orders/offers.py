"""The buttons at the foot of an order: what may be done now, and why the rest may not."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from zhanggui.kernel.actor import Actor
from zhanggui.orders import states
from zhanggui.orders.models import Order
from zhanggui.orders.reading import rights, verbs
from zhanggui.orders.reading.rows import Held


@dataclass(frozen=True)
class Offer:
    """A button. ``reason`` says why it cannot be pressed; ``asks`` that it asks before it does anything."""

    verb: str
    says: str
    reason: str = ""
    key: str = ""
    kind: str = ""
    asks: bool = False


@dataclass(frozen=True)
class Offers:
    """``first`` is the one thing to do next; ``beside`` stand next to it, ``more`` behind the dots.

    ``again``: it may be copied and kept as a template.
    """

    first: Offer | None
    beside: list[Offer]
    more: list[Offer]
    again: bool = False

    @property
    def any(self) -> bool:
        """Whether there is anything to say at all."""
        return bool(self.first or self.beside or self.more or self.again)

    @property
    def open(self) -> bool:
        """Whether anything behind the dots can be done."""
        return any(not offer.reason for offer in self.more)


def offers(order: Order, held: Sequence[Held], actor: Actor) -> Offers:
    can = verbs.verbs_for(order, held, actor)
    return Offers(_first(order, held, actor, can), _beside(can), _more(order, actor, can), actor.granted("order.create"))


def _first(order: Order, held: Sequence[Held], actor: Actor, can: Sequence[str]) -> Offer | None:
    stage = order.stage
    if stage == states.PENDING_REVIEW:
        stubborn = [each for each in held if each.stubborn]
        if not actor.can("order.review"):
            return Offer("approve", _("审核通过"), _("您的角色不审单"))
        if stubborn:
            n = len(stubborn)
            return Offer("approve", _("审核通过"), ngettext("先处理 %(n)s 项拦截", "先处理 %(n)s 项拦截", n) % {"n": n})
        return Offer("approve", _("放行并审核通过") if held else _("审核通过"), key="a", kind="primary")
    if stage == states.PENDING_PAYMENT and "pay" in can:
        return Offer("pay", _("记为已收到款"), kind="primary")
    if stage == states.DRAFT and "submit" in can:
        return Offer("submit", _("提交审核"), kind="primary")
    if stage == states.APPROVED and "plan" in can:
        return Offer("plan", _("排进波次"), kind="primary", key="w")
    if stage == states.CANCELLED and "restore" in can:
        return Offer("restore", _("恢复订单"))
    if stage == states.DELIVERED and "complete" in can:
        return Offer("complete", _("完成订单"))
    return None


def _beside(can: Sequence[str]) -> list[Offer]:
    found = []
    if "accept" in can:
        found += [Offer("accept", _("财务通过"), kind="primary"), Offer("give_back", _("财务退回"), asks=True)]
    if "clear" in can:
        found.append(Offer("clear", _("解挂")))
    if "hold" in can:
        found.append(Offer("hold", pgettext("button", "挂起"), key="h", asks=True))
    return found


def _more(order: Order, actor: Actor, can: Sequence[str]) -> list[Offer]:
    found = []
    if "unapprove" in can:
        found.append(Offer("unapprove", pgettext("button", "反审核"), asks=rights.says_why(actor, "order.unreview")))
    if "cancel" in can:
        found.append(Offer("cancel", _("取消订单"), kind="danger", asks=True))
    elif order.stage == states.FULFILLING and actor.can("order.cancel"):
        found.append(Offer("cancel", _("取消订单"), _("已在波次里，先从波次退出来"), kind="danger"))
    elif order.stage in (states.SHIPPED, states.DELIVERED) and actor.can("order.cancel"):
        found.append(Offer("cancel", _("取消订单"), _("货已经发出，只能走售后"), kind="danger"))
    return found
