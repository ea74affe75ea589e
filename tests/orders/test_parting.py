"""Taking orders apart on paper: whatever is cut adds up to what it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.orders.rules import parting
from zhanggui.orders.rules.parting import Goods, Owned, Sums, Take

pytestmark = pytest.mark.one_leg
amounts = st.integers(0, 10**7)
pieces = st.lists(st.integers(0, 40), min_size=1, max_size=6).filter(any)


@given(pieces, amounts, st.integers(0, 100), st.booleans())
def test_the_pieces_of_a_line_add_up_to_it(parts: list[int], unit: int, percent: int, plain: bool) -> None:
    many = sum(parts)
    discount = many * unit * percent // 100
    total = many * unit - discount if plain else many * unit // 3
    found = parting.cut(Goods(1, many, unit, discount, total), parts)
    assert [each.pieces for each in found] == parts
    assert (sum(each.discount_minor for each in found), sum(each.total_minor for each in found)) == (discount, total)
    assert min(each.total_minor for each in found) >= 0
    if plain:
        assert all(each.total_minor == each.pieces * unit - each.discount_minor for each in found)


@given(st.lists(st.tuples(amounts, st.integers(1, 50)), min_size=2, max_size=8), st.integers(0, 100), amounts, amounts, st.booleans())
def test_the_parts_of_an_order_add_up_to_it(goods: list[tuple[int, int]], percent: int, freight: int, paid: int, whole: bool) -> None:
    sums = [minor for minor, _many in goods]
    order = Sums(sum(sums), sum(sums) * percent // 100, freight, 0)
    order = order._replace(paid=order.total if whole else paid)
    found = parting.shares(order, sums, [many for _minor, many in goods])
    total = found[0]
    for each in found[1:]:
        total = total.plus(each)
    assert total == order
    assert all(each.total >= 0 for each in found)
    if whole:
        assert all(each.paid == each.total for each in found), "what was paid in full is paid in full in every part"


LINES = [Owned(1, 10, 4, 4000, 300), Owned(2, 20, 2, 1000, 900), Owned(3, 10, 1, 1000, 300)]


@pytest.mark.parametrize(
    ("free", "takes"),
    [
        ({10: 9, 20: 9}, []),
        ({}, []),
        ({10: 3, 20: 2}, [Take(1, 1), Take(3, 1)]),
        ({10: 5}, [Take(2, 2)]),
    ],
)
def test_what_is_not_there_goes_into_a_new_order(free: dict[int, int], takes: list[Take]) -> None:
    assert parting.by_stock(LINES, free) == takes


def test_each_house_sends_what_it_has_and_what_nobody_has_waits_with_the_order() -> None:
    assert parting.by_warehouse(LINES, {1: {10: 5, 20: 2}}, 1) == (1, {})
    assert parting.by_warehouse(LINES, {1: {10: 4}, 2: {20: 1, 10: 9}}, 1) == (1, {2: [Take(2, 1, 1), Take(3, 1, 1)]})
    assert parting.by_warehouse(LINES, {1: {}, 2: {10: 9}, 3: {20: 9}}, 1) == (2, {3: [Take(2, 2, 1)]})
    assert parting.by_warehouse(LINES, {}, 1) == (1, {})


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 5000), st.integers(0, 9000)), min_size=1, max_size=6), st.integers(1, 9000))
def test_no_part_is_heavier_or_dearer_than_asked_unless_one_piece_is(lines: list[tuple[int, int, int]], most: int) -> None:
    owned = [Owned(nth, nth, many, many * cost, weight) for nth, (many, weight, cost) in enumerate(lines)]
    for way, of in ((parting.by_weight, lambda each: each.weight_g), (parting.by_value, lambda each: each.total_minor // each.pieces)):
        parts: dict[int, dict[int, int]] = {0: {each.line_id: each.pieces for each in owned}}
        for take in way(owned, most):
            parts.setdefault(take.part, {})[take.line_id] = take.pieces
            parts[0][take.line_id] -= take.pieces
        assert all(min(inside.values()) >= 0 for inside in parts.values())
        for inside in parts.values():
            counts = {line: many for line, many in inside.items() if of(owned[line])}
            assert sum(counts.values()) == 1 or sum(of(owned[line]) * many for line, many in counts.items()) <= most
        assert any(parts[0].values())
