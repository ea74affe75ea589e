"""Reading rules over orders: which of them an order meets, and what comes of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import tzinfo
from typing import NamedTuple

from zhanggui.orders.checks.facts import Facts
from zhanggui.orders.ruling.rule import ALL, Rule
from zhanggui.orders.ruling.testing import Seen, Test, question, seen


class Fired(NamedTuple):
    """A rule an order has met for the first time, and the order as it stood then."""

    rule: Rule
    facts: Facts


class Reading(NamedTuple):
    """What the rules say of one order. ``facts``: the order as they leave it. ``waived``: the reasons they let pass now."""

    facts: Facts
    fired: list[Fired]
    waived: frozenset[str]


NOTHING_DONE: Mapping[int, int] = {}


class Book:
    """Rules in the order they are asked, each condition made into a question once."""

    def __init__(self, rules: Sequence[Rule], zone: tzinfo) -> None:
        self.rules = tuple(rules)
        self.versions = {rule.id: rule.version for rule in self.rules}
        self._zone = zone
        self._made = [(rule, [question(one, zone) for one in rule.conditions]) for rule in self.rules]

    def asks(self, field: str) -> bool:
        """Whether any rule asks of this field."""
        return any(one.field == field for rule in self.rules for one in rule.conditions)

    @property
    def marks(self) -> bool:
        """Whether any rule asks of the tags of an order, or puts one on."""
        return self.asks("tags") or any(rule.does.tags for rule in self.rules)

    def read(self, facts: Facts, done: Mapping[int, int] = NOTHING_DONE, given: Collection[int] = ()) -> Reading:
        """The rules over one order, first to last; each sees the category, flag and tags the ones before it have just set.

        ``done``: rule → the version of it that has fired for this order. Such a rule does nothing again; it still lets pass what it
        lets pass while its conditions are met, and still stops. ``given``: lines that rules have added, which no condition counts.
        """
        now = facts._replace(lines=[line for line in facts.lines if line.line_id not in given]) if given else facts
        fired: list[Fired] = []
        waived: set[str] = set()
        for rule, tests in self._made:
            before = done.get(rule.id) == rule.version
            if _met(rule, tests, now, before):
                waived.update(rule.does.waives)
                if not before:
                    fired.append(Fired(rule, now))
                    now = _left(rule, now)
            elif not before:
                continue
            if rule.stop:
                break
        return Reading(facts._replace(category_id=now.category_id, flag=now.flag, tags=now.tags), fired, frozenset(waived))

    def because(self, fired: Fired) -> list[Seen]:
        """What of the order met the rule, as the book may keep it."""
        asked = ((one, question(one, self._zone)) for one in fired.rule.conditions)
        return [seen(one, fired.facts, self._zone) for one, test in asked if test(fired.facts)]


def _met(rule: Rule, tests: Sequence[Test], facts: Facts, before: bool) -> bool:
    """Whether the conditions are met. Where the rule has done its work, what it set itself is not held against it."""
    if before:
        own = {name for name in ("category", "flag", "tags") if name in rule.does.names}
        tests = [test for one, test in zip(rule.conditions, tests, strict=True) if one.field not in own]
        if not tests:
            return True
    return all(test(facts) for test in tests) if rule.joined == ALL else any(test(facts) for test in tests)


def _left(rule: Rule, facts: Facts) -> Facts:
    """The order as this rule leaves it to the next."""
    does = rule.does
    if does.category is None and not does.flag and not does.tags:
        return facts
    return facts._replace(
        category_id=does.category[0] if does.category is not None else facts.category_id, flag=does.flag or facts.flag,
        tags=facts.tags.union(tag for tag, _name in does.tags),
    )  # fmt: skip
