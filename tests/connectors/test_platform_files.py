"""The reports of six platforms, each known by its header; its money, its states and its masked people read as they are meant."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.connectors.samples import CONTEXT, FORMATS, HERE, PLATFORMS, codes, sample, sorted_out
from zhanggui.channels.port import FileFormat, Payment, Said
from zhanggui.channels.reading.choose import choose
from zhanggui.channels.reading.errors import HeadersMissing
from zhanggui.channels.reading.opening import open_table
from zhanggui.channels.reading.table import OpenTable

SAMPLES = {format.code: next(HERE.glob(f"platform_{format.code}.*")).name for format in PLATFORMS}
BY_CODE = {format.code: format for format in PLATFORMS}


def read(code: str, table: OpenTable | None = None, **context):
    format: FileFormat = BY_CODE[code]
    orders, turned = sorted_out(format.read(table or sample(SAMPLES[code]), replace(CONTEXT, **context)))
    return orders, {each.platform_no: codes(each.problems)[0] for each in turned}


def money(order) -> tuple[int, int, int, int]:
    """What the goods cost, what others pay of it, what is charged on top, what the buyer pays."""
    return sum(line.total_minor for line in order.lines), order.discount_minor, order.freight_minor, order.total_minor


def states(orders) -> dict[str, tuple[Said, Payment]]:
    return {no: (order.said, order.payment) for no, order in orders.items()}


@pytest.mark.capability("I-08", "I-05")
@pytest.mark.parametrize("code", SAMPLES)
def test_a_platforms_report_is_known_by_its_header_without_asking(code):
    table = sample(SAMPLES[code])
    ranked = choose(table, FORMATS)
    assert (ranked[0].format.code, ranked[0].score) == (code, 100)
    # Nobody else claims it by name, and a shuffled header with a column of the merchant's own is as good.
    assert [each.format.code for each in ranked if each.score >= 70] == [code]
    assert BY_CODE[code].recognises([*reversed(table.header), "自己加的一列"]) == 100
    assert BY_CODE[code].recognises(table.header[:2]) == 0
    with pytest.raises(HeadersMissing):
        list(BY_CODE[code].read(open_table("订单号,数量\nA1,2\n".encode()), CONTEXT))


@pytest.mark.parametrize("code", SAMPLES)
def test_every_row_of_a_report_has_one_outcome(code):
    table = sample(SAMPLES[code])
    said = [row for item in BY_CODE[code].read(table, CONTEXT) for row in item.rows]
    assert sorted(said) == [row for row, _ in table.rows()]


def test_a_title_above_the_header_is_stepped_over():
    body = (HERE / SAMPLES["jd"]).read_bytes()
    titled = open_table("京东商家后台导出\r\n\r\n".encode("gb18030") + body, knows=lambda words: max(f.recognises(words) for f in FORMATS))
    assert choose(titled, FORMATS)[0].format.code == "jd"


@pytest.mark.capability("I-08")
def test_jd_counts_the_sums_of_an_order_once_and_keeps_its_own_discount_apart():
    orders, turned = read("jd")
    order = orders["298765432101"]
    assert money(order) == (12090, 600, 600, 12090)
    assert [(line.sku, line.quantity, line.unit_minor) for line in order.lines] == [("TEE-WHITE-L", 2, 5900), ("SOCK-GREY", 1, 990)]
    assert (order.flag, order.buyer_note, order.seller_note) == ("red", "放门口", "老客户")
    assert order.placed_at == datetime(2026, 3, 8, 6, 30, tzinfo=UTC)
    to = order.recipient
    assert (to.province, to.city, to.district, to.street) == ("浙江省", "杭州市", "西湖区", "文三路 100 号")
    assert (to.phone, codes(order.warnings)) == ("138****0002", ["PHONE_MASKED"])
    assert {no[-1]: state for no, state in states(orders).items()} == {
        "1": (Said.PAID, Payment.PAID), "2": (Said.PAID, Payment.COD), "3": (Said.CANCELLED, Payment.PAID),
        "4": (Said.HELD, Payment.PAID), "5": (Said.COMPLETED, Payment.PAID),
    }  # fmt: skip
    assert turned == {"298765432106": "TOTAL_MISMATCH", "298765432107": "CONFLICTING_VALUE"}


@pytest.mark.capability("I-08")
def test_pinduoduo_adds_up_to_what_the_buyer_paid_and_waits_where_it_is_looked_into():
    orders, turned = read("pdd")
    order = orders["260308-123456789012345"]
    assert money(order) == (99000, 650, 3600, 101950)
    (line,) = order.lines
    assert (line.sku, line.quantity, line.unit_minor, line.discount_minor, line.platform_no) == ("TEE-WHITE-L", 3, 33334, 1002, "778899")
    assert order.ship_by == datetime(2026, 3, 10, 6, 31, 12, tzinfo=UTC)
    assert (order.recipient.name, order.recipient.phone, order.recipient.district) == ("", "", "西湖区")
    said = {no[-2:]: order.said for no, order in orders.items()}
    assert said == {
        "45": Said.PAID, "46": Said.HELD, "47": Said.CANCELLED, "48": Said.SHIPPED, "49": Said.PAID, "51": Said.UNPAID, "52": Said.PAID,
    }  # fmt: skip
    assert codes(orders["260308-123456789012346"].warnings) == ["PLATFORM_HOLDS"]
    assert codes(orders["260308-123456789012349"].warnings) == ["OFF_BY_ONE"]
    gift = orders["260308-123456789012352"].lines[1]
    assert (gift.name, gift.quantity, gift.total_minor, gift.platform_no) == ("试用装", 2, 0, "5511")
    shipped = orders["260308-123456789012348"]
    assert (shipped.carrier, shipped.waybill) == ("圆通快递", "YT1234567890123")
    assert turned == {"260308-123456789012350": "TOTAL_MISMATCH", "260308-123456789012353": "SAME_KEY_TWICE"}


@pytest.mark.capability("I-08")
def test_douyins_sub_orders_are_added_up_each_payer_apart():
    orders, turned = read("douyin")
    order = orders["6920000000000000001"]
    # 19.00 off: 10.00 by the shop; platform 5.00, presenter 4.00, and 1.50 by the bank.
    assert money(order) == (11790, 1050, 600, 11340)
    assert [(line.platform_no[-1], line.discount_minor) for line in order.lines] == [("2", 1000), ("3", 0)]
    assert (order.recipient.name, order.recipient.phone, order.flag) == ("周*", "138****0002", "red")
    changed = orders["6920000000000000041"]
    assert (changed.lines[0].discount_minor, changed.total_minor) == (1500, 10000)
    assert turned == {"6920000000000000051": "TOTAL_MISMATCH"}


def test_what_douyin_encrypted_is_kept_sealed_and_never_shown_as_a_name():
    orders, _turned = read("douyin")
    to = orders["6920000000000000011"].recipient
    assert (to.name, to.phone, to.street) == ("", "", "翠苑街道")
    assert to.ciphertext.splitlines() == [f"{field}=#Qm9keVNlYWxlZFRleHQ#" for field in ("name", "phone", "street")]


def test_a_closed_part_of_an_order_is_left_out_and_a_shipped_one_asks_a_person():
    orders, _turned = read("douyin")
    living = orders["6920000000000000021"]
    assert [line.sku for line in living.lines] == ["TEE-WHITE-L"]
    assert "CANCELLATION" in codes(living.warnings)
    assert living.said is Said.PAID
    half = orders["6920000000000000031"]
    assert (half.said, len(half.lines)) == (Said.HELD, 2)


@pytest.mark.capability("I-08")
def test_shopify_says_the_order_once_in_its_own_currency_and_zone():
    orders, turned = read("shopify")
    order = orders["#1001"]
    assert (order.currency, money(order)) == ("USD", (4800, 400, 896, 5296))
    assert order.placed_at == datetime(2026, 3, 8, 6, 30, tzinfo=UTC)
    to = order.recipient
    assert (to.name, to.phone, to.street, to.city, to.province, to.postcode, to.country) == (
        "June Park", "+15125550100", "12 Elm St Apt 4", "Austin", "Texas", "02134", "US",
    )  # fmt: skip
    yen = orders["#1008"]
    assert (yen.currency, yen.lines[0].unit_minor, yen.total_minor) == ("JPY", 2000, 4500)
    assert states(orders) == {
        "#1001": (Said.PAID, Payment.PAID), "#1002": (Said.UNPAID, Payment.UNPAID), "#1003": (Said.CANCELLED, Payment.PAID),
        "#1004": (Said.SHIPPED, Payment.PAID), "#1005": (Said.HELD, Payment.PAID), "#1006": (Said.UNPAID, Payment.PARTIAL),
        "#1007": (Said.PAID, Payment.COD), "#1008": (Said.PAID, Payment.PAID),
    }  # fmt: skip
    assert orders["#1006"].paid_minor == 3000
    assert turned == {"#1009": "TOTAL_MISMATCH", "#1010": "CURRENCY_UNKNOWN"}


@pytest.mark.capability("I-08")
def test_amazons_items_are_its_own_business_where_amazon_ships_them():
    orders, turned = read("amazon")
    order = orders["113-1234567-1234567"]
    # 50.00 − 5.00 and 8.00; taxes of 4.13, 0.49 and 0.66 on top, shipping paid by a promotion.
    assert (order.currency, money(order)) == ("USD", (5300, 0, 528, 5828))
    assert order.lines[0].name == 'Mug, 15" tall'
    assert (order.lines[0].quantity, order.lines[0].total_minor) == (3, 4500)
    assert money(orders["202-1234567-0000005"]) == (800, 0, 0, 800)
    assert orders["202-1234567-0000005"].recipient.postcode == "SW1A 1AA"
    assert orders["113-1234567-0000002"].said is Said.COMPLETED
    assert [line.sku for line in orders["113-1234567-0000006"].lines] == ["MUG-BLUE"]
    assert turned == {
        "113-1234567-0000003": "SHIPS_ELSEWHERE", "113-1234567-0000004": "CANCELLATION", "113-1234567-0000007": "BLANK",
    }  # fmt: skip


@pytest.mark.capability("I-08")
def test_shopee_tells_the_time_and_the_money_of_its_market():
    orders, turned = read("shopee")
    order = orders["260308ABCDEFGH"]
    assert (order.currency, money(order)) == ("MYR", (4480, 0, 0, 4480))
    assert (order.lines[0].unit_minor, order.lines[0].discount_minor) == (2500, 1020)
    assert (order.recipient.name, order.recipient.phone, codes(order.warnings)) == ("J****n", "******12", ["PHONE_MASKED"])
    moments = {no[6:]: order.placed_at for no, order in orders.items()}
    assert moments["ABCDEFGH"] == datetime(2026, 3, 8, 6, 30, tzinfo=UTC)
    assert moments["BRAZIL01"] == datetime(2026, 3, 8, 17, 30, tzinfo=UTC)
    assert moments["VIETNAM1"] == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert (orders["260308VIETNAM1"].currency, orders["260308VIETNAM1"].total_minor) == ("VND", 45000)
    assert orders["260308SHIPPING"].waybill == "MY123456789"
    assert turned == {"260308MISMATCH": "TOTAL_MISMATCH"}
    # A shop that has a currency of its own is believed.
    assert read("shopee", currency="SGD")[0]["260308ABCDEFGH"].currency == "SGD"
    assert read("shopee", zone=ZoneInfo("UTC"))[0]["260308ABCDEFGH"].placed_at == order.placed_at


def test_shopees_vouchers_are_told_by_who_pays_them():
    header = "Order ID,Order Status,Product Name,SKU Reference No.,Deal Price,Quantity,Order Creation Date,Country,Seller Voucher"
    header += ",Shopee Voucher,Buyer Paid Shipping Fee,Grand Total\n"
    rows = [f"S1,To ship,{goods},1,2026-03-08 14:30,SG,4.00,2.00,3.00,37.00" for goods in ("Tee,TEE,30.00", "Sock,SOCK,10.00")]
    orders, _turned = read("shopee", open_table((header + "\n".join(rows)).encode()))
    assert money(orders["S1"]) == (3600, 200, 300, 3700)
    assert [line.discount_minor for line in orders["S1"].lines] == [300, 100]
    _orders, turned = read("shopee", open_table((header + rows[0].replace("37.00", "36.00")).encode()))
    assert turned == {"S1": "TOTAL_MISMATCH"}
