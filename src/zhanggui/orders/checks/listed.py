"""Every rule there is, in the order people read its findings; others' come after ours."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points

from zhanggui.orders.checks import customer, duplicates, goods, money, remarks
from zhanggui.orders.checks.check import Check

GROUP = "zhanggui.checks"
OURS: tuple[Check, ...] = (*remarks.CHECKS[:1], *customer.CHECKS, *goods.CHECKS, *money.CHECKS, *duplicates.CHECKS, *remarks.CHECKS[1:])


@cache
def checks() -> tuple[Check, ...]:
    """Ours and those of installed plugins."""
    return OURS + tuple(found.load() for found in entry_points(group=GROUP))


@cache
def by_code() -> Mapping[str, Check]:
    return {check.code: check for check in checks()}
