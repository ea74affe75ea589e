"""What a rule is, and what cannot be one."""

from collections.abc import Iterator
from typing import NamedTuple

from zhanggui.orders.flags import COLOURS
from zhanggui.orders.ruling.fields import BARE, BY_NAME, CHOICE, CLOCK, MONEY, NUMBER, WORDS

ALL, EITHER = "all", "any"
LONGEST_NAME, LONGEST_NOTE = 40, 100
MOST_RULES, MOST_CONDITIONS, MOST_VALUES, LONGEST_VALUE = 100, 20, 200, 64
MOST_GIVEN, MOST_TAGS = 99, 10
MOST_MINOR, MOST_NUMBER, DAY_MIN = 10**12, 10**6, 24 * 60
Values = tuple[str | int, ...]


class Condition(NamedTuple):
    """One question. ``values`` are codes or words; of an amount (minor units, currency), of a time of day (from, to) in minutes.
    ``names``: how the things behind ids were called when it was written."""

    field: str
    op: str
    values: Values = ()
    names: tuple[str, ...] = ()


class Gift(NamedTuple):
    sku_id: int
    code: str
    pieces: int


class Does(NamedTuple):
    """What a rule does with an order. ``waives`` are reasons it lets pass; ``hold`` and ``finance`` are notes, and None where it
    does neither. Of what has an id the name goes along."""

    waives: tuple[str, ...] = ()
    hold: str | None = None
    finance: str | None = None
    category: tuple[int, str] | None = None
    flag: str = ""
    warehouse: tuple[int, str] | None = None
    carrier: tuple[int, str] | None = None
    gift: Gift | None = None
    tags: tuple[tuple[int, str], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Which actions there are, in the order people read them."""
        said = {
            "approve": bool(self.waives), "hold": self.hold is not None, "finance": self.finance is not None,
            "category": self.category is not None, "flag": bool(self.flag), "warehouse": self.warehouse is not None,
            "carrier": self.carrier is not None, "gift": self.gift is not None, "tags": bool(self.tags),
        }  # fmt: skip
        return tuple(name for name, does in said.items() if does)


class Rule(NamedTuple):
    """``joined``: all of its conditions must be met, or any. ``stop``: of an order it has met, no later rule is asked."""

    name: str
    conditions: tuple[Condition, ...]
    does: Does
    joined: str = ALL
    stop: bool = False
    id: int = 0
    version: int = 1


class Wrong(NamedTuple):
    """Why this cannot be a rule: ``place`` is ``name``, ``conditions``, ``condition.2``, ``actions`` or an action; ``why`` a code."""

    place: str
    why: str


def wrong(rule: Rule, soft: frozenset[str]) -> Iterator[Wrong]:
    """Everything that keeps this from being a rule. ``soft``: the reasons a person may overrule, which a rule may waive."""
    if not rule.name.strip() or len(rule.name) > LONGEST_NAME:
        yield Wrong("name", "name")
    if not rule.conditions or rule.joined not in (ALL, EITHER):
        # No condition at all would mean every order there is.
        yield Wrong("conditions", "none")
    if len(rule.conditions) > MOST_CONDITIONS:
        yield Wrong("conditions", "many")
    for nth, condition in enumerate(rule.conditions):
        if why := _wrong(condition):
            yield Wrong(f"condition.{nth}", why)
    does = rule.does
    if not does.names:
        yield Wrong("actions", "none")
    if set(does.waives) - soft:
        yield Wrong("approve", "hard")
    if len(does.hold or "") > LONGEST_NOTE:
        yield Wrong("hold", "long")
    if len(does.finance or "") > LONGEST_NOTE:
        yield Wrong("finance", "long")
    if does.flag and does.flag not in COLOURS:
        yield Wrong("flag", "value")
    if does.gift is not None and not 0 < does.gift.pieces <= MOST_GIVEN:
        yield Wrong("gift", "pieces")
    if len(does.tags) > MOST_TAGS:
        yield Wrong("tags", "many")


def _wrong(condition: Condition) -> str:
    field, values = BY_NAME.get(condition.field), condition.values
    if field is None or condition.op not in field.ops:
        return "field"
    if condition.op in BARE:
        return ""
    if not values:
        return "empty"
    if len(values) > MOST_VALUES:
        return "many"
    if field.kind in (CHOICE, WORDS):
        known = int if field.named or field.name == "weekday" else str
        fits = all(isinstance(value, known) and not isinstance(value, bool) and value != "" and len(str(value)) <= LONGEST_VALUE for value in values)
        return "" if fits and (field.name != "weekday" or all(value in range(1, 8) for value in values)) else "value"
    return "" if _fits(field.kind, values) else "value"


def _fits(kind: str, values: Values) -> bool:
    if kind == MONEY:
        minor, currency = values if len(values) == 2 else (None, None)
        return _whole(minor, MOST_MINOR) and isinstance(currency, str) and len(currency) == 3
    if kind == NUMBER:
        return len(values) == 1 and _whole(values[0], MOST_NUMBER)
    return kind == CLOCK and len(values) == 2 and all(_whole(value, DAY_MIN) for value in values) and values[0] != values[1]


def _whole(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
