"""The merchant's rules as they are in force."""

from collections.abc import Iterable

from django.db.models import QuerySet

from zhanggui.kernel import clock
from zhanggui.kernel.actor import Actor
from zhanggui.orders.checks.listed import checks
from zhanggui.orders.checks.reasons import REASONS
from zhanggui.orders.holding import STEPS
from zhanggui.orders.models import Line, Ruling
from zhanggui.orders.models import Rule as Row
from zhanggui.orders.rules.touching import RULE_ACTOR
from zhanggui.orders.ruling.kept import conditions_of, does_of
from zhanggui.orders.ruling.reading import Book
from zhanggui.orders.ruling.rule import Rule

# What stops an order for a rule: the one a person lets go, the other who has the right of finance.
RULE_HELD, FINANCE_ASKED = "rule-held", "finance-asked"
SOURCE = "rule"
# Who may say that the money of an order is in order.
FINANCE_RIGHT = "order.finance"
# Who does what a rule says: the house, by a name of its own, so that it is told from what somebody did and from what came in.
RULES = Actor("system", None, RULE_ACTOR)


def rule_of(row: Row) -> Rule:
    return Rule(row.name, conditions_of(row.conditions), does_of(row.does), row.joined, row.stop, row.pk, row.version)


def in_force() -> Book:
    """The rules that are on, in their order. One statement."""
    rows = Row.objects.filter(enabled=True, archived_at=None).order_by("place", "pk")
    return Book([rule_of(row) for row in rows], clock.company_zone())


def bought_lines(order_ids: Iterable[int]) -> QuerySet[Line]:
    """The lines of these orders in their places, without those that rules gave: what is made anew from them is met by the rules anew."""
    ids = list(order_ids)
    given = Ruling.objects.filter(order__in=ids, gift_line_id__isnull=False).values("gift_line_id")
    return Line.objects.filter(order__in=ids).exclude(pk__in=given).order_by("order_id", "position")


def soft() -> list[str]:
    """The reasons of our checks and of plugins' that a person may overrule, and a rule may let pass."""
    found = {code for check in checks() for code in check.finds}
    return [code for code in REASONS if code in found - STEPS and REASONS[code].tone == "warn"]
