"""A sheet of a new order, read: what was typed comes to what it says, or is marked beside its field."""

import pytest

from zhanggui.channels.reading.amounts import Amounts
from zhanggui.channels.reading.codes import Code
from zhanggui.orders.sheet import Piece, Sheet, amount, read, typed

pytestmark = pytest.mark.capability("N-05")
BOWL = Piece(7, "GW-150", "盖碗", "", 6800, 3100, "CNY")


def sheet(currency: str = "CNY", /, *lines: dict[str, str], **fields: str) -> Sheet:
    asked = lines or ({"quantity": "1"},)
    return read(typed({"shop": "1", **fields}, [{"sku": "7", **line} for line in asked]), {7: BOWL}, currency=currency)


@pytest.mark.parametrize(("text", "minor"), [
    ("", None), ("68", 6800), ("68.5", 6850), ("¥1,280.50", 128050), ("１２．５０", 1250), ("12.00元", 1200), ("￥68", 6800),
    ("1,234,567", 123456700),
])  # fmt: skip
def test_an_amount_is_read_as_people_write_it(text: str, minor: int | None) -> None:
    assert amount(text, "CNY") == (minor, "")


@pytest.mark.parametrize(("text", "why"), [
    ("12,50", "comma"), ("12,5", "comma"), ("1,2,3", "comma"), ("1.234,50", "comma"), ("1e3", "amount"), ("1_000", "amount"),
    ("-5", "negative"), ("NaN", "amount"), ("Infinity", "amount"), ("1.234", "cents"), ("99999999999", "amount"),
])  # fmt: skip
def test_an_amount_that_could_be_read_two_ways_is_none(text: str, why: str) -> None:
    assert amount(text, "CNY") == (None, why)


@pytest.mark.parametrize("text", ["12,50", "1,234.50", "12.00元", "1e3", "1_000", "1,2,3", "68", "￥68", "１２．５０", "--5", "1,23"])
def test_by_hand_and_in_a_file_one_grammar_reads_the_same(text: str) -> None:
    minor, why = amount(text, "CNY")
    read = Amounts("CNY").read(text)
    assert (minor if not why else None) == (None if isinstance(read, Code) else read)


@pytest.mark.parametrize("currency", ["USD", "JPY"])
def test_goods_priced_in_another_currency_want_a_price_and_are_compared_with_none(currency: str) -> None:
    silent = sheet(currency)
    assert (silent.rows[0].wrong, silent.total_minor, silent.whole) == ({"unit": "no-price"}, 0, False)
    said = sheet(currency, {"quantity": "2", "unit": "9"})
    assert (said.rows[0].wrong, said.lowered) == ({}, [])
    assert said.whole
    assert sheet(currency, kind="gift").rows[0].wrong == {}
    assert (sheet().total_minor, sheet("CNY", {"quantity": "1", "unit": "60"}).lowered) == (6800, ["GW-150"])


def test_a_line_or_an_order_that_comes_to_more_than_can_be_is_marked_beside_its_field() -> None:
    dear = {"quantity": "100000", "unit": "10000000000"}
    line = sheet("CNY", {"quantity": "1"}, dear)
    assert [row.wrong for row in line.rows] == [{}, {"unit": "too-much"}]
    half = {"quantity": "1", "unit": "6000000000"}
    whole = sheet("CNY", half, half)
    assert [row.wrong for row in whole.rows] == [{"unit": "too-much"}, {}]
    assert sheet("CNY", half, freight="6000000000").wrong == {"freight": "too-much"}
    assert sheet("CNY", half, freight="4000000000").whole


@pytest.mark.parametrize("sku", ["999999", "9" * 40, "GW-150", "-1"])
def test_a_line_of_goods_nobody_knows_stays_and_is_marked(sku: str) -> None:
    read_ = sheet("CNY", {"quantity": "1"}, {"sku": sku, "quantity": "3"})
    assert [(row.piece.code, row.quantity, row.wrong) for row in read_.rows] == [("GW-150", 1, {}), (sku, 3, {"sku": "unknown"})]
    assert (read_.whole, read_.said.lines[1]["sku"]) == (False, sku)


@pytest.mark.capability("L-04")
def test_what_is_given_away_is_below_the_price_once_money_is_asked_for_it() -> None:
    one = {"quantity": "1"}
    assert sheet("CNY", one, kind="gift").lowered == []
    assert sheet("CNY", one, kind="resend", freight="10", payment="paid").lowered == []
    assert sheet("CNY", {**one, "unit": "68", "off": "68"}, kind="gift").lowered == []
    assert sheet("CNY", {**one, "unit": "68"}, kind="gift", discount="68").lowered == []
    assert sheet("CNY", {**one, "unit": "68"}, kind="exchange").lowered == []
    assert sheet("CNY", {**one, "unit": "1"}, kind="gift", payment="paid").lowered == ["GW-150"]
    assert sheet("CNY", {**one, "unit": "68"}, kind="gift", discount="67").lowered == [""]
    assert sheet("CNY", one, kind="gift", payment="paid", paid="60").lowered == [""]
