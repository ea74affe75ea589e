"""Our template: what is filled in comes in, what is wrong is named by row and column."""

from datetime import UTC, datetime

import pytest

from tests.connectors.samples import CONTEXT, FORMATS, codes, sample, sorted_out
from zhanggui.channels.port import Payment, Problem, Said
from zhanggui.channels.reading.choose import choose
from zhanggui.channels.reading.errors import HeadersMissing
from zhanggui.channels.reading.opening import open_table
from zhanggui.connectors.template_file.connector import FORMAT
from zhanggui.connectors.template_file.sheet import write_template
from zhanggui.connectors.template_file.wire import headers


@pytest.mark.capability("I-07", "I-08")
def test_the_sample_comes_in_row_by_row():
    table = sample("template.csv")
    assert choose(table, FORMATS)[0].format is FORMAT
    orders, turned = sorted_out(FORMAT.read(table, CONTEXT))
    assert set(orders) == {"A1", "A2", "A4", "A5", "A7", "A8"}
    first = orders["A1"]
    assert first.rows == (2, 4)
    assert [(line.sku, line.quantity, line.unit_minor, line.total_minor) for line in first.lines] == [
        ("TEE-WHITE-L", 2, 5900, 11800),
        ("SOCK-GREY", 1, 990, 900),
    ]
    assert (first.freight_minor, first.discount_minor, first.total_minor, first.paid_minor) == (800, 500, 13000, 13000)
    assert first.placed_at == datetime(2026, 3, 8, 6, 30, tzinfo=UTC)
    assert first.recipient.name == "林小满"
    assert first.buyer_note == "请尽快"
    assert {row for each in (*orders.values(), *turned) for row in each.rows} == {
        2,
        3,
        4,
        6,
        7,
        8,
        9,
        10,
        11,
        12,
        13,
        14,
        15,
    }
    assert table.blank_rows == 1


def test_how_an_order_is_paid_is_read_or_follows():
    orders, _turned = sorted_out(FORMAT.read(sample("template.csv"), CONTEXT))
    said = {no: (order.payment, order.said, order.paid_minor) for no, order in orders.items()}
    assert said["A2"] == (Payment.UNPAID, Said.UNPAID, 0)
    assert said["A4"] == (Payment.COD, Said.PAID, 0)
    assert said["A7"] == (Payment.PARTIAL, Said.UNPAID, 5000)
    assert said["A8"] == (Payment.PAID, Said.PAID, 0)


def test_what_is_wrong_is_named_by_row_and_column():
    orders, turned = sorted_out(FORMAT.read(sample("template.csv"), CONTEXT))
    assert [(each.platform_no, each.rows, codes(each.problems)) for each in turned] == [
        ("A3", (6, 7), ["QTY_RANGE"]),
        ("", (9,), ["ORDER_NO_BLANK"]),
        ("A6", (11,), ["TOTAL_MISMATCH"]),
        ("", (13,), ["SCIENTIFIC_NOTATION"]),
        ("", (15,), ["NOT_AN_ORDER"]),
    ]
    assert turned[0].problems == (Problem(6, "数量", "QTY_RANGE", "0"),)
    assert turned[2].problems[0].value == "100.00 ≠ 118.00"
    assert codes(orders["A5"].warnings) == ["OFF_BY_ONE"]
    assert codes(orders["A8"].warnings) == ["ZERO_PRICE"]


def test_no_problem_quotes_a_person():
    data = (
        "订单号,商品编码,数量,单价,收件人,手机,详细地址\nA1,TEE,1,1.00," + "林" * 101 + ",1.38E+10," + "路" * 501 + "\n"
    )
    _orders, (turned,) = sorted_out(FORMAT.read(open_table(data.encode()), CONTEXT))
    assert sorted(codes(turned.problems)) == ["CELL_TOO_LONG", "CELL_TOO_LONG", "SCIENTIFIC_NOTATION"]
    assert {problem.value for problem in turned.problems} == {""}


def test_the_same_file_in_gb18030_is_the_same():
    orders, _turned = sorted_out(FORMAT.read(sample("template_gb18030.csv"), CONTEXT))
    assert orders["B1"].recipient.name == "㐂明"


@pytest.mark.capability("I-06")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_downloaded_template_reads_back_as_its_own_example(language):
    table = open_table(write_template(language))
    assert table.header == headers(language)
    orders, turned = sorted_out(FORMAT.read(table, CONTEXT))
    assert not turned
    assert orders["A20260308001"].total_minor == 13090
    assert len(orders["A20260308001"].lines) == 2
    assert choose(table, FORMATS)[0].format is FORMAT


def test_a_needed_column_that_is_missing_is_named():
    with pytest.raises(HeadersMissing) as told:
        FORMAT.read(open_table("订单号,商品编码,数量,收件人\nA1,T,1,x\n".encode()), CONTEXT)
    assert told.value.facts["missing"] == "单价"
