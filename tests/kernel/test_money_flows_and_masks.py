"""The words everything is said in: money that adds up, lives that follow their table, masks that hide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.fulfilment.states import PARCEL, PARCEL_WORD, WAVE, WAVE_WORD
from zhanggui.kernel import masking, money
from zhanggui.kernel.flow import Flow
from zhanggui.kernel.money import Money, share_out
from zhanggui.orders.states import ORDER, WORD

minors = st.integers(-(10**14), 10**14)
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=60)


@given(minors, weights)
def test_shares_add_up_to_the_whole_and_each_is_fair_to_a_cent(minor: int, parts: list[int]) -> None:
    shares = share_out(minor, parts)
    assert sum(shares) == minor
    assert len(shares) == len(parts)
    whole = sum(parts) or len(parts)
    for share, part in zip(shares, parts if sum(parts) else [1] * len(parts), strict=True):
        assert abs(share * whole - minor * part) < whole
        assert share == 0 or (share > 0) == (minor > 0)


@given(minors, weights)
def test_sharing_is_the_same_the_other_way_round(minor: int, parts: list[int]) -> None:
    assert share_out(-minor, parts) == [-share for share in share_out(minor, parts)]
    assert [each.minor for each in Money(minor).split(parts)] == share_out(minor, parts)


def test_what_cannot_be_shared_says_so() -> None:
    assert share_out(0, []) == []
    for minor, parts in ((1, []), (1, [1, -1])):
        with pytest.raises(ValueError, match=r"share|negative"):
            share_out(minor, parts)


# Amounts that other houses rounded twice: a discount of a whole order, a full return, a hundred per cent off.
@pytest.mark.parametrize(("minor", "parts", "shares"), [
    (100, [1, 1, 1], [34, 33, 33]), (-100, [1, 1, 1], [-34, -33, -33]), (1, [0, 0], [1, 0]), (5, [3, 0, 1], [4, 0, 1]),
    (26185, [26185], [26185]), (10, [333, 333, 334], [3, 3, 4]),
])  # fmt: skip
def test_the_odd_cent_goes_to_the_largest_remainder_and_then_to_the_first(minor: int, parts: list[int], shares: list[int]) -> None:
    assert share_out(minor, parts) == shares


@given(minors, st.sampled_from(["CNY", "JPY", "KWD", "GBP", "XYZ"]))
def test_an_amount_is_written_with_every_digit_it_has(minor: int, currency: str) -> None:
    text = money.plain(minor, currency)
    digits = money.exponent(currency)
    assert int(text.replace(".", "")) == minor
    assert len(text.partition(".")[2]) == digits
    assert money.written(minor, currency).replace(",", "").lstrip("−").endswith(text.lstrip("-"))


def test_money_of_two_currencies_never_adds() -> None:
    assert Money(5) + Money(6) - Money(1) == Money(10) == -Money(-10) == Money(5) * 2
    assert str(Money(-123450)) == "−¥1,234.50"
    with pytest.raises(ValueError, match="do not add"):
        Money(1) + Money(1, "USD")


# Lives


@pytest.mark.parametrize(("flow", "words"), [(ORDER, WORD), (WAVE, WAVE_WORD), (PARCEL, PARCEL_WORD)], ids=lambda each: getattr(each, "name", ""))
def test_every_verb_from_every_state_is_in_the_table_or_leads_nowhere(flow: Flow, words: dict[str, str]) -> None:
    assert set(flow.states) == set(words)
    asked = {(state, verb): flow.after(verb, state) for state in flow.states for verb in flow.moves}
    assert len(asked) == len(flow.states) * len(flow.moves)
    for (state, verb), after in asked.items():
        assert (after is not None) == (verb in flow.verbs_from(state)) == (state in flow.sources(verb))
        assert after is None or flow.lawful(state, after)
    lawful = {(a, b) for a in ("", *flow.states) for b in flow.states if flow.lawful(a, b)}
    assert lawful == {pair for pair in ((s, after) for (s, _), after in asked.items()) if pair[1]} | {("", start) for start in flow.starts}
    reached = set(flow.starts)
    for _ in flow.states:
        reached |= {after for (state, _), after in asked.items() if state in reached and after}
    assert reached == set(flow.states), "a state nobody can come to"


def test_what_has_left_the_house_is_never_cancelled_and_what_is_over_never_moves() -> None:
    for state in ("fulfilling", "shipped", "delivered", "completed"):
        assert ORDER.after("cancel", state) is None
    assert ORDER.ends == ["completed"]
    assert set(PARCEL.ends) == {"shipped", "voided"}
    assert set(WAVE.ends) == {"done", "cancelled"}


@pytest.mark.parametrize("flow", [ORDER, WAVE, PARCEL], ids=lambda flow: flow.name)
def test_the_diagram_draws_the_table_and_nothing_else(flow: Flow) -> None:
    lines = [line.strip() for line in flow.mermaid({state: f"«{state}»" for state in flow.states}).splitlines()]
    assert lines[0] == "stateDiagram-v2"
    drawn = {line for line in lines[1:] if "-->" in line}
    assert drawn == (
        {f"{before} --> {after}: {verb}" for verb, pairs in flow.moves.items() for before, after in pairs.items()}
        | {f"[*] --> {state}" for state in flow.starts}
        | {f"{state} --> [*]" for state in flow.ends}
    )
    assert {line for line in lines[1:] if "-->" not in line} == {f"{state}: «{state}»" for state in flow.states}


# Masks


@given(st.text(max_size=40))
def test_a_mask_shows_one_letter_of_a_name_and_four_digits_of_a_phone_at_most(text: str) -> None:
    name = masking.name(text)
    assert name in ("", f"{text.strip()[:1]}**")
    shown = masking.phone(text).replace("*", "")
    digits = masking.digits_of(text)
    assert len(shown) <= (7 if len(digits) >= 11 else 4)
    assert len(digits) < 7 or len(shown) <= len(digits) - 3
    assert len(masking.label_phone(text).replace("*", "")) <= 5
    street = masking.street(text)
    assert street == "" or street.endswith("***")
    assert not set(street) & set("0123456789０１２３４５６７８９")


@pytest.mark.parametrize(("phone", "shown", "kind"), [
    ("13812341234", "138****1234", "mobile"), ("+86 138-1234-1234", "138****1234", "mobile"), ("１３８１２３４１２３４", "138****1234", "mobile"),
    ("18877771111-1234", "188****1111", "privacy"), ("0571-87654321", "********4321", "landline"), ("138****1234", "***1234", "masked"),
    ("+441632960961", "********0961", "foreign"), ("12345", "*****", "bad"), ("", "", "none"), ("4008123123", "******3123", "landline"),
])  # fmt: skip
def test_phones_are_known_by_kind_and_shown_by_their_ends(phone: str, shown: str, kind: str) -> None:
    assert masking.phone(phone) == shown
    assert masking.kind_of_phone(phone) == kind


@pytest.mark.parametrize(("street", "shown"), [
    ("珞喻路 12 号 3 栋 2 单元 1502 室", "珞喻路 ***"),
    ("良渚街道五号楼", "良渚街 ***"), ("12 Baker Street", "***"), ("天安门", "***"), ("甲乙丙楼 3 层", "***"), ("", ""),
])  # fmt: skip
def test_a_street_keeps_its_road_and_hides_its_door(street: str, shown: str) -> None:
    assert masking.street(street) == shown


def test_a_phone_in_passing_is_masked_and_a_number_is_not() -> None:
    assert masking.in_passing("打给 13812341234 或 0571-87654321") == "打给 138****1234 或 ********4321"
    for harmless in ("2034567890123456781", "1,200", "2026-03-08 14:30:00", "20260308143112", "100.00 ≠ 118.00", "白色 L"):
        assert masking.in_passing(harmless) == harmless


@pytest.mark.parametrize(
    ("mask", "plain", "shown"),
    [
        (masking.name, "林晓", "林**"),
        (masking.name, "tb_123", "t**"),
        (masking.name, "杭州蜂巢科技有限公司", "杭**有限公司"),
        (masking.name, "蜂巢自提点", "蜂**自提点"),
        (masking.name, "Bee Trading Co., Ltd.", "B** Co., Ltd."),
        (masking.name, "公司", "公**"),
        (masking.name, "lin@example.com", "l**"),
        (masking.name, "林晓 13800137621", "林**"),
        (masking.account, "lin.xiao@example.com", "l***@example.com"),
        (masking.account, "13800137621", "138****7621"),
        (masking.account, "+86 13800137621", "138****7621"),
        (masking.account, "tb3312345101", "tb33**101"),
        (masking.account, "林晓晓家的小铺", "林**"),
        (masking.account, "林晓晓家的小铺子", "林晓**铺子"),
        (masking.masked, "支付宝 lin@example.com，手机13800137621", "支付宝 l***@example.com，手机138****7621"),
    ],
)
def test_what_is_no_name_of_a_person_is_masked_as_what_it_is(mask, plain, shown):
    assert mask(plain) == shown
    assert mask(shown) == shown or mask is masking.masked
