"""Taobao's reports: one alone, or the pair."""

from dataclasses import replace
from itertools import chain

import pytest

from tests.channels.reports import details as details_report
from tests.channels.reports import orders as orders_report
from tests.channels.reports import sock, sold
from tests.connectors.samples import CONTEXT, FORMATS, codes, sample, sorted_out
from zhanggui.channels.port import ChannelOrder, Payment, Said
from zhanggui.channels.reading.choose import choose, pair
from zhanggui.channels.reading.opening import open_table
from zhanggui.connectors.taobao_file import in_step
from zhanggui.connectors.taobao_file.connector import FORMAT

NO = "203456789012345678"


def read(companion: str | None = None):
    return sorted_out(FORMAT.read(sample("taobao_orders.csv"), CONTEXT, sample(companion) if companion else None))


@pytest.mark.capability("I-08")
def test_the_pair_is_recognised_in_any_order():
    orders, details = sample("taobao_orders.csv"), sample("taobao_details.csv")
    assert pair([details, orders], FORMATS) == (orders, [details])
    choice = choose(orders, FORMATS, [details])[0]
    assert choice.format is FORMAT
    assert choice.companion is details
    assert orders.encoding == "gb18030"


@pytest.mark.parametrize("companion", ["taobao_details.csv", "taobao_details_old.csv"])
def test_the_goods_report_tells_the_lines(companion):
    orders, turned = read(companion)
    order = orders[NO + "2"]
    assert [
        (line.sku, line.quantity, line.unit_minor, line.discount_minor, line.total_minor) for line in order.lines
    ] == [
        ("TEE-WHITE-L", 2, 5000, 480, 9520),
        ("SOCK-GREY", 1, 1555, 75, 1480),
    ]
    assert order.lines[0].spec == "颜色分类：白色；尺码：L"
    assert order.carrier == "韵达快递"
    assert orders[NO + "1"].lines[0].discount_minor == 1800
    assert [line.total_minor for line in orders[NO + "3"].lines] == [5001, 990]
    assert orders[NO + "3"].lines[1].note == "退款成功"
    assert codes(orders[NO + "7"].warnings) == ["DETAIL_MISSING", "PHONE_MASKED"]
    assert [(each.platform_no, codes(each.problems)) for each in turned] == [
        (NO + "6", ["TOTAL_MISMATCH"]), ("2034567890123456799", ["DETAIL_ORPHAN"])
    ]  # fmt: skip


def test_without_the_goods_report_no_amount_is_guessed():
    orders, _turned = read()
    (line,) = orders[NO + "2"].lines
    assert (line.sku, line.name, line.quantity, line.total_minor) == ("", "纯棉T恤，棉袜", 3, 11000)
    assert codes(orders[NO + "2"].warnings) == ["TITLES_JOINED"]
    assert [(line.name, line.quantity, line.total_minor) for line in orders[NO + "3"].lines] == [
        ("纯棉T恤", 1, 2996),
        ("棉袜", 1, 2995),
    ]
    assert codes(orders[NO + "3"].warnings) == ["PRICE_SHARED"]


def test_the_buyer_and_the_state_are_read():
    orders, _turned = read()
    recipient = orders[NO + "1"].recipient
    assert (recipient.name, recipient.phone, recipient.account) == ("周知远", "13800000002", "山茶与海")
    assert (recipient.province, recipient.city, recipient.district, recipient.street, recipient.postcode) == (
        "浙江省",
        "杭州市",
        "西湖区",
        "文三路 100 号 5 幢",
        "310000",
    )
    said = {no[-1]: (order.said, order.payment, order.paid_minor) for no, order in orders.items()}
    assert said["1"] == (Said.PAID, Payment.PAID, 10800)
    assert said["4"] == (Said.UNPAID, Payment.UNPAID, 0)
    assert said["5"] == (Said.CANCELLED, Payment.UNPAID, 0)
    assert said["7"] == (Said.COMPLETED, Payment.PAID, 990)


def test_goods_of_no_order_are_named():
    _orders, turned = read("taobao_details.csv")
    assert [(each.platform_no, each.rows, each.beside) for each in turned] == [
        (NO + "6", (7,), (9,)), ("2034567890123456799", (), (10,))
    ]  # fmt: skip
    orders, _turned = read("taobao_details.csv")
    assert [(order.rows, order.beside) for order in orders.values()] == [
        ((2,), (2,)), ((3,), (3, 4)), ((4,), (5, 6)), ((5,), (7,)), ((6,), (8,)), ((8,), ())
    ]  # fmt: skip


class Watched:
    """A report that remembers how far it was read."""

    def __init__(self, name: str) -> None:
        self._table = sample(name)
        self.header, self.at = self._table.header, 0
        self.header_row, self.blank_rows = self._table.header_row, 0

    def rows(self):
        for row, cells in self._table.rows():
            self.at = row
            yield row, cells

    def column(self, index: int):
        return self._table.column(index)


def test_the_goods_report_is_read_in_step_and_never_held_whole():
    details = Watched("taobao_details.csv")
    at = [details.at for _answer in FORMAT.read(sample("taobao_orders.csv"), CONTEXT, details)]
    # One row further than the order wants, to see that it is over; the order without details reads no further.
    assert at == [3, 5, 7, 8, 9, 10, 10, 10]


def test_details_in_another_order_wait_for_theirs():
    orders = [detail_pair(reverse) for reverse in (False, True)]
    assert orders[0] == orders[1]
    assert len(orders[0]) == 300


def detail_pair(reverse: bool) -> list[ChannelOrder]:
    """Three hundred orders, their details in the same order or the other way round, through a file that holds few of them."""
    many = range(300)
    lines = [[sock(nth, 1), sock(nth, 2, price="0.00")] for nth in (reversed(many) if reverse else many)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(in_step, "_IN_MEMORY", 1000)
        table, companion = (open_table(data) for data in (orders_report(*map(sold, many)), details_report(*chain(*lines))))
        found, turned = sorted_out(FORMAT.read(table, CONTEXT, companion))
    assert not turned
    return [replace(order, beside=()) for order in found.values()]
