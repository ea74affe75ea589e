"""Two years of a real wholesaler: nothing is lost, nothing is guessed."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.connectors.samples import CONTEXT, FORMATS, codes, sample, sorted_out
from zhanggui.channels.port import Payment
from zhanggui.channels.reading.choose import choose
from zhanggui.connectors.online_retail_file.connector import FORMAT


@pytest.mark.capability("I-08")
def test_every_row_of_the_slice_has_its_answer():
    table = sample("online_retail_slice.csv")
    assert choose(table, FORMATS)[0].format is FORMAT
    orders, turned = sorted_out(FORMAT.read(table, CONTEXT))
    rows = [row for each in (*orders.values(), *turned) for row in each.rows]
    assert len(rows) == len(set(rows)) == sum(1 for _row in table.rows())
    why = Counter(each.problems[0].code for each in turned)
    assert set(why) == {"CANCELLATION", "QTY_RANGE", "PRICE_RANGE"}
    assert why["PRICE_RANGE"] == 2
    assert all(each.platform_no.startswith("C") for each in turned if each.problems[0].code == "CANCELLATION")


def test_an_invoice_is_an_order_in_pounds():
    orders, _turned = sorted_out(FORMAT.read(sample("online_retail_slice.csv"), CONTEXT))
    order = orders["536365"]
    assert (order.currency, order.total_minor, order.paid_minor, order.payment) == ("GBP", 13912, 13912, Payment.PAID)
    assert order.placed_at == datetime(2010, 12, 1, 8, 26, tzinfo=UTC)
    assert (order.recipient.account, order.recipient.country, order.recipient.name) == ("17850", "GB", "")
    assert order.rows == tuple(range(2, 9))


def test_what_is_odd_is_said_and_comes_in():
    orders, _turned = sorted_out(FORMAT.read(sample("online_retail_slice.csv"), CONTEXT))
    said = Counter(code for order in orders.values() for code in set(codes(order.warnings)))
    assert said["ZERO_PRICE"] >= 10
    assert said["TOO_PRECISE"] >= 1
    assert any(not order.recipient.account for order in orders.values())
    assert len({order.recipient.country for order in orders.values()}) > 3
    assert any(len({line.sku for line in order.lines}) < len(order.lines) for order in orders.values())
    assert all(line.name for order in orders.values() for line in order.lines)
