"""The rules in force, in the order people read their findings; others' come after ours."""

from functools import cache
from importlib.metadata import entry_points

from zhanggui.orders.checks.customer import recipient_is_whole, region_agrees
from zhanggui.orders.checks.duplicates import looks_like_another
from zhanggui.orders.checks.facts import Check, Facts, Finding
from zhanggui.orders.checks.goods import every_line_is_ours, quantity_is_usual
from zhanggui.orders.checks.money import (
    amounts_add_up,
    nothing_leaves_for_nothing_unseen,
    paid_is_enough,
    payment_is_there,
    price_is_sane,
)

OURS: tuple[Check, ...] = (
    recipient_is_whole,
    region_agrees,
    every_line_is_ours,
    quantity_is_usual,
    amounts_add_up,
    payment_is_there,
    paid_is_enough,
    price_is_sane,
    nothing_leaves_for_nothing_unseen,
    looks_like_another,
)


@cache
def checks() -> tuple[Check, ...]:
    """Ours and those of installed plugins."""
    return OURS + tuple(found.load() for found in entry_points(group="zhanggui.checks"))


def findings(facts: Facts) -> list[Finding]:
    """Everything the rules have against this order; empty when it may go on."""
    return [finding for check in checks() if (finding := check(facts)) is not None]
