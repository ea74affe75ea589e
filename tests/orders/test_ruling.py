"""Rules a merchant writes, as pure questions: what each condition means, how several are joined, and how rules follow each other."""

import itertools
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.orders.test_checks import GOOD, LINE
from zhanggui.orders.checks.facts import Facts
from zhanggui.orders.ruling.fields import BARE, BY_NAME, FIELDS
from zhanggui.orders.ruling.kept import conditions_kept, conditions_of, does_kept, does_of
from zhanggui.orders.ruling.reading import Book
from zhanggui.orders.ruling.rule import ALL, EITHER, Condition, Does, Gift, Rule, Wrong, wrong
from zhanggui.orders.ruling.testing import question, seen

SHANGHAI = ZoneInfo("Asia/Shanghai")
SOFT = frozenset({"note-asks", "total-odd"})
# 盖碗 twice and 茶针 once; a Tuesday, half past eleven in the evening in Shanghai.
NEEDLE = LINE._replace(line_id=2, sku_id=8, sku_code="CZ-01", name="铜茶针", quantity=1, category="配件")
FACTS = GOOD._replace(
    shop_id=3, platform="taobao", source="file", method="支付宝", lines=[LINE._replace(category="茶器"), NEEDLE],
    placed_s=int(datetime(2026, 10, 20, 15, 30, tzinfo=UTC).timestamp()), buyer_note="包装严实一点，送人", flag="red", category_id=5, bought=2,
    internal_note="先和买家确认", tags=frozenset({3, 8}),
)  # fmt: skip

# Field, operator, values; what of an order makes it otherwise; what the book keeps.
MET: list[tuple[str, str, tuple[Any, ...], dict[str, Any], dict[str, Any]]] = [
    ("shop", "one_of", (3, 4), {"shop_id": 5}, {"is": ["山野"]}),
    ("shop", "none_of", (4,), {"shop_id": 4}, {"is": []}),
    ("platform", "one_of", ("taobao",), {"platform": "jd"}, {"is": "taobao"}),
    ("source", "one_of", ("file",), {"source": "api"}, {"is": "file"}),
    ("kind", "none_of", ("gift",), {"kind": "gift"}, {"is": "normal"}),
    ("category", "one_of", (5,), {"category_id": None}, {"is": ["山野"]}),
    ("category", "filled", (), {"category_id": None}, {}),
    ("tags", "one_of", (3, 4), {"tags": frozenset({5})}, {"is": ["山野"]}),
    ("tags", "none_of", (4, 5), {"tags": frozenset({3, 5})}, {"is": []}),
    ("tags", "filled", (), {"tags": frozenset()}, {}),
    ("payment", "one_of", ("paid", "cod"), {"payment": "on_account"}, {"is": "paid"}),
    ("method", "one_of", ("支付宝",), {"method": "现金"}, {"is": "支付宝"}),
    ("total", "at_least", (10000, "CNY"), {"total_minor": 9999}, {"is": 10000, "than": 10000, "currency": "CNY"}),
    ("total", "at_most", (10000, "CNY"), {"total_minor": 10001}, {"is": 10000, "than": 10000, "currency": "CNY"}),
    ("paid", "at_least", (1, "CNY"), {"currency": "USD"}, {"is": 10000, "than": 1, "currency": "CNY"}),
    ("pieces", "at_least", (3,), {"lines": [LINE]}, {"is": 3, "than": 3}),
    ("kinds", "at_most", (2,), {"lines": [LINE, NEEDLE, NEEDLE._replace(sku_id=9)]}, {"is": 2, "than": 2}),
    ("any_sku", "one_of", ("cz-01",), {"lines": [LINE]}, {"is": ["CZ-01"]}),
    ("any_sku", "begins", ("CZ-",), {"lines": [LINE]}, {"is": ["CZ-01"]}),
    ("any_sku", "none_of", ("GW",), {"lines": [LINE]}, {"is": ["CZ-01"]}),
    ("every_sku", "one_of", ("GW", "CZ-01"), {"lines": [LINE, NEEDLE._replace(sku_code="X")]}, {"is": ["GW", "CZ-01"]}),
    ("every_sku", "none_of", ("X",), {"lines": []}, {"is": ["GW", "CZ-01"]}),
    ("any_goods_category", "one_of", ("配件",), {"lines": [LINE]}, {"is": ["CZ-01"]}),
    ("every_goods_category", "one_of", ("配件", "茶器"), {"lines": [LINE]}, {"is": ["GW", "CZ-01"]}),
    ("any_name", "contains", ("茶针", "茶则"), {"lines": [LINE]}, {"is": ["CZ-01"]}),
    ("every_name", "contains", ("茶", "碗"), {"lines": [LINE._replace(name="书")]}, {"is": ["GW", "CZ-01"]}),
    ("province", "one_of", ("湖北", "湖南"), {"province": "四川省"}, {}),
    ("province", "none_of", ("新疆",), {"province": "新疆维吾尔自治区"}, {}),
    ("city", "one_of", ("武汉市",), {"city": "宜昌"}, {}),
    ("district", "one_of", ("洪山",), {"district": ""}, {}),
    ("buyer_note", "contains", ("送人", "礼物"), {"buyer_note": "快点"}, {"is": ["送人"]}),
    ("seller_note", "empty", (), {"seller_note": "老客"}, {}),
    ("internal_note", "contains", ("确认",), {"internal_note": ""}, {"is": ["确认"]}),
    ("flag", "one_of", ("red", "blue"), {"flag": ""}, {"is": "red"}),
    ("flag", "filled", (), {"flag": ""}, {}),
    ("weekday", "one_of", (2,), {"placed_s": FACTS.placed_s + 3600}, {"is": 2}),
    ("hour", "within", (22 * 60, 6 * 60), {"placed_s": FACTS.placed_s - 7200}, {"is": 23 * 60 + 30}),
    ("hour", "within", (23 * 60, 24 * 60), {"placed_s": FACTS.placed_s - 3600}, {"is": 23 * 60 + 30}),
    ("bought", "at_least", (2,), {"bought": 1}, {"is": 2, "than": 2}),
    ("bought", "at_most", (2,), {"bought": 3}, {"is": 2, "than": 2}),
]


def condition(field: str, op: str, values: tuple[Any, ...] = ()) -> Condition:
    return Condition(field, op, values, ("山野", "二店")[: len(values)] if BY_NAME[field].named else ())


@pytest.mark.parametrize(("field", "op", "values", "otherwise", "told"), MET, ids=lambda value: value if isinstance(value, str) else "")
def test_each_condition_means_what_it_says(field: str, op: str, values: tuple[Any, ...], otherwise: dict[str, Any], told: dict[str, Any]) -> None:
    asked = condition(field, op, values)
    assert list(wrong(Rule("x", (asked,), Does(flag="red")), SOFT)) == []
    ask = question(asked, SHANGHAI)
    assert ask(FACTS)
    assert not ask(FACTS._replace(**otherwise))
    # What the book keeps: no word of anybody's, no place.
    assert seen(asked, FACTS, SHANGHAI) == {"field": field, "op": op, **told}
    assert conditions_of(conditions_kept([asked])) == (asked,)


def test_every_field_and_operator_has_its_line_in_the_table() -> None:
    assert {field for field, *_rest in MET} == {field.name for field in FIELDS}
    assert {op for _field, op, *_rest in MET} == {op for field in FIELDS for op in field.ops}


@pytest.mark.parametrize(
    ("rule", "place", "why"),
    [
        (Rule(" ", (condition("pieces", "at_least", (1,)),), Does(flag="red")), "name", "name"),
        (Rule("x", (), Does(flag="red")), "conditions", "none"),
        (Rule("x", (condition("pieces", "at_least", (1,)),) * 21, Does(flag="red")), "conditions", "many"),
        (Rule("x", (condition("pieces", "at_least", (1,)),), Does()), "actions", "none"),
        (Rule("x", (condition("pieces", "at_least", (1,)),), Does(waives=("unpaid",))), "approve", "hard"),
        (Rule("x", (condition("pieces", "at_least", (1,)),), Does(flag="black")), "flag", "value"),
        (Rule("x", (condition("pieces", "at_least", (1,)),), Does(hold="字" * 101)), "hold", "long"),
        (Rule("x", (condition("pieces", "at_least", (1,)),), Does(gift=Gift(1, "GW", 0))), "gift", "pieces"),
        (Rule("x", (condition("pieces", "at_least", (1,)),), Does(tags=tuple((n, "") for n in range(11)))), "tags", "many"),
        *(
            (Rule("x", (condition("pieces", "at_least", (1,)), asked), Does(flag="red")), "condition.1", why)
            for asked, why in (
                (Condition("colour", "one_of", ("red",)), "field"),
                (Condition("pieces", "contains", ("1",)), "field"),
                (Condition("pieces", "at_least"), "empty"),
                (Condition("pieces", "at_least", (-1,)), "value"),
                (Condition("pieces", "at_least", (True,)), "value"),
                (Condition("total", "at_least", (100,)), "value"),
                (Condition("shop", "one_of", ("three",)), "value"),
                (Condition("weekday", "one_of", (8,)), "value"),
                (Condition("hour", "within", (60, 60)), "value"),
                (Condition("buyer_note", "contains", ("",)), "value"),
                (Condition("any_sku", "one_of", ("字" * 65,)), "value"),
                (Condition("any_sku", "one_of", tuple(f"S{n}" for n in range(201))), "many"),
            )
        ),
    ],
)
def test_what_cannot_be_a_rule_is_said_with_its_place(rule: Rule, place: str, why: str) -> None:
    assert Wrong(place, why) in list(wrong(rule, SOFT))


def test_conditions_are_joined_by_all_or_by_any_and_only_what_was_met_is_told() -> None:
    many, dear = condition("pieces", "at_least", (3,)), condition("total", "at_least", (99999, "CNY"))
    assert Book([Rule("x", (many, dear), Does(flag="blue"))], SHANGHAI).read(FACTS).fired == []
    either = Book([Rule("x", (many, dear), Does(flag="blue"), EITHER)], SHANGHAI)
    (fired,) = either.read(FACTS).fired
    assert either.because(fired) == [{"field": "pieces", "op": "at_least", "is": 3, "than": 3}]


def test_what_a_rule_does_is_written_down_and_read_back() -> None:
    tags = ((3, "加急"), (4, "易碎"))
    for does in (Does(), Does(("note-asks",), "", "看金额", (5, "礼品"), "red", (1, "一仓"), (2, "中通"), Gift(7, "GW", 2), tags)):
        assert does_of(does_kept(does)) == does


def test_each_rule_sees_what_the_ones_before_it_did() -> None:
    first = Rule("礼品", (condition("buyer_note", "contains", ("送人",)),), Does(flag="blue", category=(9, "礼品")), id=1)
    second = Rule("蓝旗", (condition("flag", "one_of", ("blue",)),), Does(hold=""), id=2)
    third = Rule("红旗", (condition("flag", "one_of", ("red",)),), Does(hold=""), id=3)
    read = Book([first, second, third], SHANGHAI).read(FACTS)
    assert [each.rule.id for each in read.fired] == [1, 2]
    assert (read.facts.flag, read.facts.category_id, read.facts.lines) == ("blue", 9, FACTS.lines)
    # Met once, it does nothing again: what somebody set since stays.
    again = Book([first, second, third], SHANGHAI).read(FACTS._replace(flag="red"), done={1: 1, 2: 1})
    assert [each.rule.id for each in again.fired] == [3]


def test_what_a_rule_set_itself_does_not_speak_against_what_it_lets_pass() -> None:
    rule = Rule("x", (condition("flag", "empty"), condition("bought", "at_least", (2,))), Does(("note-asks",), flag="green"), stop=True, id=1)
    later = Rule("y", (condition("pieces", "at_least", (1,)),), Does(flag="red"), id=2)
    book = Book([rule, later], SHANGHAI)
    first = book.read(FACTS._replace(flag=""))
    assert (first.waived, first.facts.flag) == ({"note-asks"}, "green")
    again = book.read(first.facts, done={1: 1})
    assert (again.waived, again.fired) == ({"note-asks"}, [])
    # What it asks of otherwise still counts, and where it has met an order once no later rule comes to it.
    otherwise = book.read(first.facts._replace(bought=0), done={1: 1})
    assert (otherwise.waived, otherwise.fired) == (frozenset(), [])
    # Another version is another rule.
    assert [each.rule.id for each in book.read(FACTS._replace(flag=""), done={1: 7}).fired] == [1]


def test_lines_that_rules_gave_are_counted_by_no_condition() -> None:
    rule = Rule("x", (condition("pieces", "at_least", (3,)),), Does(flag="blue"))
    assert Book([rule], SHANGHAI).read(FACTS, given=[2]).fired == []
    assert Book([rule], SHANGHAI).read(FACTS, given=[2]).facts.lines == FACTS.lines


ASKED = (condition("pieces", "at_least", (3,)), condition("pieces", "at_least", (4,)), condition("flag", "empty"))
DOES = (Does(flag="green"), Does(flag="blue"), Does(hold=""), Does(("note-asks",)))
# Every one of one or two conditions, of each thing to do, stopping or not.
KNOWN = [
    Rule("x", tuple(asked), does, joined, stop)
    for many in (1, 2)
    for asked in itertools.combinations(ASKED, many)
    for does in DOES
    for joined in (ALL, EITHER)
    for stop in (True, False)
]


def rules() -> st.SearchStrategy[list[Rule]]:
    numbers = st.lists(st.integers(0, len(KNOWN) - 1), max_size=6)
    return numbers.map(lambda drawn: [KNOWN[nth]._replace(id=place) for place, nth in enumerate(drawn, 1)])


@given(rules(), st.sampled_from([FACTS, FACTS._replace(flag=""), FACTS._replace(lines=[])]))
def test_rules_are_asked_in_their_order_until_one_that_was_met_stops(said: list[Rule], facts: Facts) -> None:
    book = Book(said, SHANGHAI)
    fired = book.read(facts).fired
    ids = [each.rule.id for each in fired]
    assert ids == sorted(set(ids))
    assert not any(each.rule.stop for each in fired[:-1])
    # As a plain loop would say it.
    now, expected = facts, []
    for rule in said:
        alone = Book([rule], SHANGHAI).read(now)
        if alone.fired:
            expected.append(rule.id)
            now = alone.facts
            if rule.stop:
                break
    assert ids == expected
    # Read again with all of it done, nothing is done again.
    assert [each.rule.id for each in Book(said, SHANGHAI).read(facts, done={rule.id: rule.version for rule in said}).fired] == []
    assert all(book.because(each) for each in fired)


def test_a_bare_operator_asks_for_no_value() -> None:
    assert list(wrong(Rule("x", tuple(condition(field.name, op) for field in FIELDS for op in field.ops if op in BARE), Does(hold="")), SOFT)) == []
