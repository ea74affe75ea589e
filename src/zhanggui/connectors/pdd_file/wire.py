"""Pinduoduo's rows to orders.

用户实付金额 = 商品总价 − 店铺优惠 − 平台优惠 − 多多支付立减 + 邮费 and services: checked to the cent. An order under review by the
platform (是否审核中) must not be shipped yet.
"""

from collections.abc import Iterator, Sequence

from zhanggui.channels.port import ChannelLine, ChannelOrder, Context, Payment, Problem, Said, Table, Turned
from zhanggui.channels.reading import report as reports
from zhanggui.channels.reading import statuses
from zhanggui.channels.reading.amounts import shared_unit
from zhanggui.channels.reading.cells import normal
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.grouping import Group
from zhanggui.channels.reading.report import Report, Trade

_NAME, _PHONE, _STREET = ("收货人", "收件人"), ("手机", "手机号", "联系电话"), ("详细地址", "收货地址")
_PLACED = ("订单成交时间", "支付时间")
NEEDED = ("订单号", "订单状态", "商品数量(件)", "商品总价(元)")
_TELLING = (
    "商品", "是否审核中", "支付时间", "承诺发货时间", "商家编码-规格维度", "店铺优惠折扣(元)", "平台优惠折扣(元)", "多多支付立减金额(元)",
    "用户实付金额(元)", "商家实收金额(元)", "样式ID", "团ID",
)
_PERSONAL = (*_NAME, *_PHONE, *_STREET, "街道/镇", "商家备注", "买家留言", "消费者资料")
_SERVICES = ("邮费(元)", "上门安装费(元)", "送货入户费(元)", "送货入户并安装费(元)")
_PLATFORM = ("平台优惠折扣(元)", "多多支付立减金额(元)")
_UNFORMED = frozenset(normal(word) for word in ("待成团", "拼团中", "已支付，未成团", "已支付未成团", "已付款，未成团", "待分享"))
_NO_AFTER_SALE = frozenset(("无售后或售后取消", "无售后", "售后取消"))


def certainty(header: Sequence[str]) -> int:
    """0 without what no order can do without."""
    return reports.certainty(header, NEEDED, _TELLING)


def orders(table: Table, context: Context) -> Iterator[ChannelOrder | Turned]:
    """Each order once, or why not."""
    report = Report(table, context, key="订单号", needed=NEEDED, personal=_PERSONAL)
    for group in report.groups():
        if isinstance(group, Turned):
            yield group
        elif problems := group.problems or _told_twice(group):
            yield Turned(group.no, tuple(group.rows), tuple(problems))
        else:
            yield _order(Trade(report, group))


def _told_twice(group: Group) -> list[Problem]:
    """An order has one row; several that do not say the same cannot both be right."""
    first, *others = group.cells
    if all(cells == first for cells in others):
        return []
    rows = group.rows
    return [Problem(row, "订单号", Code.SAME_KEY_TWICE, str(rows[0] if row != rows[0] else rows[1])) for row in rows]


def _order(trade: Trade) -> ChannelOrder | Turned:
    status = trade.words("订单状态", 60)
    paid_at = trade.moment("支付时间")
    said = _said(trade, status)
    pieces, gross, ours = trade.pieces("商品数量(件)"), trade.owed("商品总价(元)"), trade.amount("店铺优惠折扣(元)") or 0
    theirs = sum(trade.amount(word) or 0 for word in _PLATFORM)
    freight = sum(trade.amount(word) or 0 for word in _SERVICES)
    worth = gross - ours
    if worth < 0:
        trade.bad("店铺优惠折扣(元)", Code.DISCOUNT_RANGE, trade.cell("店铺优惠折扣(元)"))
        worth = 0
    total, told = worth - theirs + freight, trade.amount("用户实付金额(元)")
    if total < 0:
        trade.bad("平台优惠折扣(元)", Code.DISCOUNT_RANGE, trade.cell("平台优惠折扣(元)"))
    elif told is not None:
        trade.mismatch("用户实付金额(元)", told, total)
    unit, odd = shared_unit(gross, pieces)
    after_sale = trade.words("售后状态", 60)
    sku = trade.code("商家编码-规格维度") or trade.code("商家编码-商品维度")
    lines = [ChannelLine(
        sku, trade.words("商品"), pieces, unit, odd + ours, worth, trade.words("商品规格", 200), trade.number("样式ID"),
        "" if after_sale in _NO_AFTER_SALE else after_sale,
    )]  # fmt: skip
    if gift := trade.words("赠品名称"):
        many = trade.pieces("赠品数量") if trade.words("赠品数量") else 1
        lines.append(ChannelLine("", gift, many, 0, 0, 0, trade.words("赠品规格", 200), trade.number("赠品id")))
    payment = statuses.payment_from(said, was_paid=paid_at is not None)
    recipient = trade.person(
        name=_NAME, phone=_PHONE, province="省", city="市", district="区", town="街道/镇", street=_STREET
    )
    return trade.done(ChannelOrder(
        trade.no, trade.moment("订单成交时间") or paid_at, tuple(lines), recipient, "CNY", theirs, freight, total,
        total if payment is Payment.PAID else 0, payment, said, "", paid_at, trade.moment("承诺发货时间", ahead=True), status,
        trade.words("买家留言", 2000), trade.words("商家备注", 2000), "", trade.words("快递公司", 60), trade.words("快递单号", 64),
        trade.rows, tuple(trade.warnings),
    ))  # fmt: skip


def _said(trade: Trade, status: str) -> Said:
    said = statuses.said_of(status)
    under_review = trade.words("是否审核中", 10) in ("是", "审核中")
    if normal(status) in _UNFORMED or (under_review and said in (Said.PAID, Said.UNKNOWN)):
        trade.warn("是否审核中" if under_review else "订单状态", Code.PLATFORM_HOLDS, "审核中" if under_review else status)
        return Said.HELD
    if said is Said.UNKNOWN:
        trade.warn("订单状态", Code.STATUS_UNKNOWN, status)
    return said
