"""Any table, by the words of its header or by what a person chose."""

from dataclasses import replace

import pytest

from tests.connectors.samples import CONTEXT, FORMATS, codes, sample, sorted_out
from zhanggui.channels.port import Payment, Said
from zhanggui.channels.reading.choose import best, choose
from zhanggui.channels.reading.errors import HeadersMissing, HeadersUnknown
from zhanggui.channels.reading.opening import open_table
from zhanggui.connectors.generic_file.connector import FORMAT


@pytest.mark.capability("I-08")
@pytest.mark.parametrize("name", ["pdd.csv", "jd.csv", "douyin.csv"])
def test_other_shops_headers_are_matched(name):
    table = sample(name)
    # By its own name first; by matching where a person asks for it.
    assert [choice.format.code for choice in choose(table, FORMATS)] == [name.removesuffix(".csv"), FORMAT.code]
    orders, turned = sorted_out(FORMAT.read(table, CONTEXT))
    assert len(orders) == 1
    assert not turned


def test_a_price_given_as_a_total_is_divided_up():
    orders, _turned = sorted_out(FORMAT.read(sample("pdd.csv"), CONTEXT))
    order = orders["260308-123456789012345"]
    (line,) = order.lines
    assert (line.sku, line.quantity, line.unit_minor, line.discount_minor, line.total_minor) == (
        "TEE-WHITE-L",
        3,
        33334,
        2,
        100000,
    )
    assert (order.discount_minor, order.total_minor, order.payment, order.said) == (
        1500,
        98500,
        Payment.PAID,
        Said.PAID,
    )


def test_amounts_repeated_on_every_line_are_counted_once():
    orders, _turned = sorted_out(FORMAT.read(sample("jd.csv"), CONTEXT))
    order = orders["298765432101"]
    assert [line.total_minor for line in order.lines] == [11800, 990]
    assert (order.freight_minor, order.discount_minor, order.total_minor) == (600, 1300, 12090)
    assert codes(order.warnings) == ["IMPLIED_DISCOUNT"]
    assert (order.recipient.province, order.recipient.city, order.recipient.district) == ("北京市", "北京市", "朝阳区")


def test_amounts_of_numbered_lines_are_added_up():
    orders, _turned = sorted_out(FORMAT.read(sample("douyin.csv"), CONTEXT))
    order = orders["6920000000000000001"]
    assert [line.platform_no for line in order.lines] == ["6920000000000000002", "6920000000000000003"]
    assert (order.discount_minor, order.total_minor) == (500, 12290)
    assert order.recipient.phone == "18877771111-1234"
    assert order.recipient.street == "翠苑街道文三路 100 号"


STRANGE = "流水,货,件,价,何时,给谁\n7,TEE,2,5.00,2026-03-08,林小满\n".encode()
CHOSEN = {"order_no": "流水", "sku": "货", "quantity": "件", "unit": "价", "placed_at": "何时", "name": "给谁"}


def test_a_person_may_say_which_column_is_which():
    with pytest.raises(HeadersUnknown):
        best(open_table(STRANGE), FORMATS)
    with pytest.raises(HeadersMissing):
        FORMAT.read(open_table(STRANGE), CONTEXT)
    orders, _turned = sorted_out(FORMAT.read(open_table(STRANGE), replace(CONTEXT, mapping=CHOSEN)))
    assert orders["7"].lines[0].sku == "TEE"
    assert orders["7"].recipient.name == "林小满"


def test_a_proposal_says_how_sure_it_is():
    found = FORMAT.propose(["订单号", "货号", "数量(件)", "商品单价（元）", "收货人的姓名"])
    assert (found["order_no"].header, found["order_no"].confidence) == ("订单号", 100)
    assert (found["sku"].header, found["sku"].confidence) == ("货号", 90)
    assert (found["quantity"].header, found["quantity"].confidence) == ("数量(件)", 75)
    assert found["unit"].confidence == 75


def test_a_field_a_person_switched_off_stays_off():
    data = "订单号,商品编码,数量,单价,订单总额\nA1,TEE,1,5.00,4.00\n".encode()
    orders, _turned = sorted_out(FORMAT.read(open_table(data), replace(CONTEXT, mapping={"total": ""})))
    assert orders["A1"].total_minor == 500
    orders, _turned = sorted_out(FORMAT.read(open_table(data), CONTEXT))
    assert orders["A1"].total_minor == 400


@pytest.mark.parametrize("header", [["日期", "温度"], ["订单号"], ["SKU", "数量"], ["a", "b", "c"], []])
def test_a_table_of_something_else_is_not_recognised(header):
    assert FORMAT.recognises(header) == 0
