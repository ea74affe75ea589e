"""The ways of paying a merchant offers, in their order. What an order keeps of it is the name."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from zhanggui.orders.models import Choice

NAME = "payment-methods"
LONGEST, MOST = 16, 20
PAID, COD, ON_ACCOUNT = "paid", "cod", "on_account"
WAYS = (PAID, COD, ON_ACCOUNT)


@dataclass(frozen=True)
class Method:
    """One way of paying. ``way``: money comes before the goods leave, at the door, or later on account."""

    name: str
    way: str = PAID
    on: bool = True


USUAL = (
    Method("支付宝"),
    Method("微信支付"),
    Method("银行转账"),
    Method("现金"),
    Method("货到付款", COD),
    Method("挂账", ON_ACCOUNT),
)


def methods() -> list[Method]:
    """All of them, also those switched off. One statement."""
    said: list[dict[str, Any]] | None = Choice.objects.filter(name=NAME).values_list("value", flat=True).first()
    return [Method(**each) for each in said] if said else list(USUAL)


def wrong(said: Sequence[Method]) -> str:
    """Why these cannot be kept: ``none``, ``name``, ``twice``, ``way`` or ``many``; empty when they can."""
    names = [each.name.strip() for each in said]
    if len(names) > MOST:
        return "many"
    if not any(each.on for each in said):
        return "none"
    if any(not name or len(name) > LONGEST for name in names):
        return "name"
    if len(set(names)) != len(names):
        return "twice"
    return "" if all(each.way in WAYS for each in said) else "way"


def kept(said: Sequence[Method]) -> list[dict[str, Any]]:
    return [asdict(each) for each in said]
