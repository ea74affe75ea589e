"""Every cell is read for what it says, or named for what is wrong with it; none is guessed."""

from decimal import Decimal

import pytest

from zhanggui.channels.port import BadCell
from zhanggui.channels.reading.amounts import Amounts, shared_unit
from zhanggui.channels.reading.cells import normal, order_no, phone, quantity, sku, text, whole
from zhanggui.channels.reading.codes import Code
from zhanggui.kernel.money import share_out


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("A20260308-001", "A20260308-001"),
        ('="1234567890123456789"', "1234567890123456789"),
        ("'1234567890123456789", "1234567890123456789"),
        ("1234567890123456789\t", "1234567890123456789"),
        (" 000123 ", "000123"),
        ("1E5", "1E5"),
        ("订单/1%'--<script>", "订单/1%'--<script>"),
        (12345, "12345"),
        (12345.0, "12345"),
        ("1.23457E+18", Code.SCIENTIFIC_NOTATION),
        (1.234567890123457e18, Code.PRECISION_LOST),
        (10**15, Code.PRECISION_LOST),
        ("12345.0", Code.DECIMAL_ID),
        (1.5, Code.DECIMAL_ID),
        ("x" * 65, Code.ID_TOO_LONG),
        ("a\x00b", Code.CONTROL_CHAR),
        ("a\nb", Code.CONTROL_CHAR),
        ("", Code.BLANK),
        ("  ", Code.BLANK),
        (None, Code.BLANK),
        (BadCell("CELL_ERROR", "#REF!"), Code.CELL_ERROR),
    ],
)
def test_an_order_number_keeps_every_digit_or_is_refused(cell, read):
    assert order_no(cell) == read


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("00E1", "00E1"),
        ("MAR1", "MAR1"),
        ("2-3", "2-3"),
        ("85123A", "85123A"),
        (22423, "22423"),
        (1.5, Code.SKU_MANGLED),
        (True, Code.CELL_TYPE),
        ("1.0", "1.0"),
    ],
)
def test_a_goods_code_eaten_by_the_spreadsheet_is_said(cell, read):
    assert sku(cell) == read or (cell is True and sku(cell) is Code.SKU_MANGLED)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("1", 1),
        ("999", 999),
        ("1,000", 1000),
        ("1.0", 1),
        (2, 2),
        (2.0, 2),
        ("１２", 12),
        ("1000000", 1000000),
        ("0", Code.QTY_RANGE),
        ("-1", Code.QTY_RANGE),
        (-1, Code.QTY_RANGE),
        ("1000001", Code.QTY_RANGE),
        ("1000000000", Code.QTY_RANGE),
        ("1.5", Code.QTY_NOT_WHOLE),
        (1.5, Code.QTY_NOT_WHOLE),
        ("", Code.BLANK),
        (None, Code.BLANK),
        ("1E3", Code.NUMBER_FORMAT),
        ("+3", Code.NUMBER_FORMAT),
        ("0x10", Code.NUMBER_FORMAT),
        ("1_000", Code.NUMBER_FORMAT),
        ("٣", Code.NUMBER_FORMAT),
        ("NaN", Code.NUMBER_FORMAT),
        ("Infinity", Code.NUMBER_FORMAT),
        (float("nan"), Code.NUMBER_FORMAT),
        (float("inf"), Code.NUMBER_FORMAT),
        ("两件", Code.NUMBER_FORMAT),
        ("三", Code.NUMBER_FORMAT),
        ("3件", 3),
        ("3 个", 3),
        ("x3", 3),
        ("×3", 3),
        ("X 3 件", 3),
        ("3pcs", 3),
        ("３ 件", 3),
        ("12 Pieces", 12),
        ("0件", Code.QTY_RANGE),
        ("3件套", Code.QTY_UNCLEAR),
        ("3-5", Code.QTY_UNCLEAR),
        ("3~5件", Code.QTY_UNCLEAR),
        ("3箱", Code.QTY_UNCLEAR),
        ("x3x", Code.QTY_UNCLEAR),
        ("1件2个", Code.QTY_UNCLEAR),
        (True, Code.CELL_TYPE),
    ],
)
def test_pieces_are_whole_and_never_taken_for_one(cell, read):
    assert quantity(cell) == read
    assert quantity(cell).__class__ is read.__class__


@pytest.mark.parametrize(
    ("cell", "read"),
    [("0", 0), (0, 0), ("1,200", 1200), ("5001", Code.QTY_RANGE), ("-1", Code.QTY_RANGE), ("", Code.BLANK)],
)
def test_a_shelf_may_be_empty(cell, read):
    assert whole(cell, 5000) == read


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("59.00", 5900),
        ("59", 5900),
        ("59.5", 5950),
        ("0", 0),
        ("¥59.00", 5900),
        ("￥1,234.50", 123450),
        ("1,000.50", 100050),
        ("12.00元", 1200),
        (59, 5900),
        (59.9, 5990),
        (19.900000000000002, 1990),
        ("19.900000000000002", 1990),
        ("9.990000", 999),
        ("-5.00", -500),
        ("１２．５", 1250),
        ("9.999", Code.TOO_PRECISE),
        (9.999, Code.TOO_PRECISE),
        ("1.000,00", Code.NUMBER_FORMAT),
        ("(5.00)", Code.NUMBER_FORMAT),
        ("5-", Code.NUMBER_FORMAT),
        ("12%", Code.NUMBER_FORMAT),
        ("1e3", Code.NUMBER_FORMAT),
        ("1_0", Code.NUMBER_FORMAT),
        ("NaN", Code.NUMBER_FORMAT),
        (float("inf"), Code.NUMBER_FORMAT),
        ("1" * 15, Code.AMOUNT_RANGE),
        ("", Code.BLANK),
        (None, Code.BLANK),
        (True, Code.CELL_TYPE),
        (BadCell("FORMULA_NO_VALUE"), Code.FORMULA_NO_VALUE),
    ],
)
def test_money_is_exact_to_the_fen(cell, read):
    amounts = Amounts("CNY")
    assert amounts.read(cell) == read
    assert amounts.read(cell) == read  # remembered the same


def test_a_yen_has_no_sen():
    assert Amounts("JPY").read("1200") == 1200
    assert Amounts("JPY").read("1200.5") is Code.TOO_PRECISE


@pytest.mark.parametrize(
    ("pieces", "price", "total"), [(1000, "0.001", 100), (1, "0.001", 0), (3, "1.055", 316), (7, "2.505", 1754)]
)
def test_a_price_finer_than_a_cent_adds_up(pieces, price, total):
    unit, less, whole_line = Amounts("GBP").line(pieces, Decimal(price))
    assert whole_line == total
    assert unit * pieces - less == total
    assert 0 <= less <= unit * pieces


@pytest.mark.parametrize(("total", "pieces"), [(11000, 3), (1, 7), (0, 5), (100000, 3)])
def test_a_lines_total_is_divided_without_a_loss(total, pieces):
    unit, less = shared_unit(total, pieces)
    assert unit * pieces - less == total
    assert less >= 0
    assert sum(share_out(total, [1] * pieces)) == total


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("13800000001", ("13800000001", None)),
        (13800000001, ("13800000001", None)),
        ("+86 138-0000-0001", ("13800000001", None)),
        ("8613800000001", ("13800000001", None)),
        ("'13800000001", ("13800000001", None)),
        ("0571-88888888", ("0571-88888888", None)),
        ("18877771111-1234", ("18877771111-1234", None)),
        ("138****0001", ("138****0001", Code.PHONE_MASKED)),
        ("不详", ("不详", Code.PHONE_FORMAT)),
        ("", ("", None)),
        (None, ("", None)),
        ("1.38E+10", Code.SCIENTIFIC_NOTATION),
    ],
)
def test_a_phone_is_kept_whole_and_a_masked_one_named(cell, read):
    assert phone(cell) == read


def test_text_is_kept_as_it_is():
    assert text("  请尽快 ") == "请尽快"
    assert text("=cmd|' /C calc'!A0") == "=cmd|' /C calc'!A0"
    assert text("'=1+2") == "=1+2"
    assert text("'0123") == "0123"
    assert text("'quoted") == "'quoted"
    assert text("x" * 501) is Code.CELL_TOO_LONG
    assert text(None) == ""
    assert text(17850.0) == "17850"


def test_headers_are_compared_by_one_form():
    assert normal(" 订 单\u200b号\n") == normal("订单号")
    assert normal("ＳＫＵ") == normal("sku")
    assert normal("商品数量（件）") == normal("商品数量(件)")
