"""Conditions as questions: each is made once into a function, and asked of as many orders as there are."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Any, cast

from zhanggui.orders.checks.facts import Facts
from zhanggui.orders.ruling.fields import (
    AT_LEAST,
    BEGINS,
    BY_NAME,
    CONTAINS,
    EMPTY,
    EVERY,
    FILLED,
    NONE_OF,
    NOTHING,
    WORD,
    Field,
    Read,
)
from zhanggui.orders.ruling.rule import Condition

Test = Callable[[Facts], bool]
Says = Callable[[str], bool]
Seen = dict[str, Any]
# So much of what a rule met goes into the book.
TOLD = 3


def question(condition: Condition, zone: tzinfo) -> Test:
    """Whether an order meets this condition. ``zone`` is where a weekday begins and what a time of day means."""
    field = BY_NAME[condition.field]
    if field.line is not None:
        return _of_lines(field, _of_text(condition))
    if field.kind == "money":
        return _of_money(condition, cast(Read, field.read))
    read = _reader(field, zone)
    if field.kind == "number":
        bound = cast(int, condition.values[0])
        return (lambda f: read(f) >= bound) if condition.op == AT_LEAST else (lambda f: read(f) <= bound)
    if field.kind == "clock":
        return _of_clock(condition, read)
    if condition.op in (EMPTY, FILLED):
        filled = condition.op == FILLED
        return lambda f: bool(read(f)) is filled
    if field.rest:
        return _of_place(condition, field.rest, read)
    if field.kind == "words":
        says = _of_text(condition)
        return lambda f: says(read(f))
    known, apart = frozenset(condition.values), condition.op == NONE_OF
    if field.several:
        return lambda f: known.isdisjoint(read(f)) is apart
    return lambda f: (read(f) in known) is not apart


def seen(condition: Condition, facts: Facts, zone: tzinfo) -> Seen:
    """What of the order met the condition, as the book may keep it: no word of anybody's, no place, no name."""
    field = BY_NAME[condition.field]
    told: Seen = {"field": field.name, "op": condition.op}
    if field.told == NOTHING:
        return told
    if field.kind == "money":
        return {**told, "is": cast(Read, field.read)(facts), "than": condition.values[0], "currency": facts.currency}
    if condition.op in (EMPTY, FILLED):
        return told
    if field.line is not None:
        says, line = _of_text(condition), field.line
        # Of goods their codes: names are long.
        met = dict.fromkeys(one.sku_code for one in facts.lines if says(line(one)))
        return {**told, "is": list(met)[:TOLD]}
    value = _reader(field, zone)(facts)
    if field.told == WORD:
        if field.named:
            there = value if field.several else (value,)
            return {**told, "is": [name for id_, name in zip(condition.values, condition.names, strict=False) if id_ in there][:TOLD]}
        return {**told, "is": [word for word in condition.values if str(word).casefold() in value.casefold()][:TOLD]}
    if field.kind == "number":
        return {**told, "is": value, "than": condition.values[0]}
    return {**told, "is": value}


def _reader(field: Field, zone: tzinfo) -> Read:
    if field.read is not None:
        return field.read
    if field.name == "weekday":
        return lambda f: _moment(f, zone).isoweekday()
    return lambda f: (at := _moment(f, zone)).hour * 60 + at.minute


def _moment(facts: Facts, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(facts.placed_s, UTC).astimezone(zone)


def _of_text(condition: Condition) -> Says:
    words = tuple(str(value).casefold() for value in condition.values)
    if condition.op == BEGINS:
        return lambda text: text.casefold().startswith(words)
    if condition.op == CONTAINS:
        return lambda text: any(word in folded for word in words) if (folded := text.casefold()) else False
    known, apart = frozenset(words), condition.op == NONE_OF
    return lambda text: (text.casefold() in known) is not apart


def _of_lines(field: Field, says: Says) -> Test:
    line = field.line
    assert line is not None
    if field.of == EVERY:
        # Of an order without goods nothing is said of every line.
        return lambda f: bool(f.lines) and all(says(line(one)) for one in f.lines)
    return lambda f: any(says(line(one)) for one in f.lines)


def _of_money(condition: Condition, read: Read) -> Test:
    bound, currency = condition.values
    least = condition.op == AT_LEAST
    # An amount in another currency is neither more nor less.
    return lambda f: f.currency == currency and (read(f) >= bound if least else read(f) <= bound)


def _of_clock(condition: Condition, read: Read) -> Test:
    begin, end = cast(tuple[int, int], condition.values)
    if begin < end:
        return lambda f: begin <= read(f) < end
    # From ten in the evening to six in the morning.
    return lambda f: (minute := read(f)) >= begin or minute < end


def _of_place(condition: Condition, rest: str, read: Read) -> Test:
    places, apart = tuple(str(value) for value in condition.values), condition.op == NONE_OF
    # 新疆 is 新疆维吾尔自治区, and 南京市 a city written 南京.
    short = frozenset(place[:-1] for place in places if place[-1] in rest)

    def test(facts: Facts) -> bool:
        name = read(facts)
        return (bool(name) and (name.startswith(places) or name in short)) is not apart

    return test
