"""JD's rows to orders.

The shop's goods are worth 结算金额 (订单金额 less what the shop took off), shared over the lines by their price; what the buyer
pays is 应付金额 and 余额支付 together, and the difference is JD's. Sums stand on every row and are counted once.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from zhanggui.channels.port import ChannelLine, ChannelOrder, Context, Payment, Said, Table, Turned
from zhanggui.channels.reading import report as reports
from zhanggui.channels.reading import statuses
from zhanggui.channels.reading.cells import normal
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.places import taken_apart
from zhanggui.channels.reading.report import Report, Trade, priced
from zhanggui.kernel.money import share_out

_SUM = ("结算金额", "订单金额")
_NAME = ("收货人", "客户姓名")
_STREET = ("收货地址", "客户地址")
_NOTE, _OUR_NOTE = ("买家留言", "订单备注"), "商家备注"
_GRADE = "商家备注等级（等级1-5为由高到低）"
NEEDED = ("订单号", "商品名称", "订购数量", "京东价", _SUM, "订单状态")
_TELLING = ("商品ID", "支付方式", "下单时间", "结算金额", "余额支付", "应付金额", "下单帐号", "客户姓名", "客户地址", "货号", "付款确认时间")
_PERSONAL = ("下单帐号", *_NAME, *_STREET, "联系电话", *_NOTE, _OUR_NOTE)
_WHOLE = (
    "支付方式", "下单时间", "订单金额", "结算金额", "余额支付", "应付金额", "订单状态", "运费金额", "付款确认时间", _GRADE, *_PERSONAL,
)
_FLAGS = {"1": "red", "2": "yellow", "3": "green", "4": "blue", "5": "purple"}
_REGIONS = {"内蒙古": "自治区", "广西": "壮族自治区", "西藏": "自治区", "宁夏": "回族自治区", "新疆": "维吾尔自治区"}
_PROVINCES = "河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海"
_BARE = re.compile(f"({'|'.join([*_PROVINCES.split(), *_REGIONS])})(?!省|自治区|壮族|回族|维吾尔)").match


def certainty(header: Sequence[str]) -> int:
    """Who calls a price 京东价 is JD; 0 without what no order can do without."""
    return reports.certainty(header, NEEDED, _TELLING)


def orders(table: Table, context: Context) -> Iterator[ChannelOrder | Turned]:
    """Each order once, or why not."""
    report = Report(table, context, key="订单号", needed=NEEDED, whole=_WHOLE, personal=_PERSONAL)
    for group in report.groups():
        yield group if isinstance(group, Turned) else _order(Trade(report, group))


def _order(trade: Trade) -> ChannelOrder | Turned:
    status, method = trade.words("订单状态", 60), trade.words("支付方式", 60)
    paid_at, placed_at = trade.moment("付款确认时间"), trade.moment("下单时间")
    said, payment = _state(trade, status, method, paid_at)
    read = [(line, line.pieces("订购数量"), line.owed("京东价")) for line in trade.lines]
    gross = [unit * pieces for _, pieces, unit in read]
    settled, ordered = trade.amount("结算金额"), trade.amount("订单金额")
    goods = next((sum_ for sum_ in (settled, ordered) if sum_ is not None), sum(gross))
    freight, balance, due = trade.amount("运费金额") or 0, trade.amount("余额支付") or 0, trade.amount("应付金额")
    total = goods + freight if due is None else due + balance
    if total > goods + freight:
        trade.mismatch("应付金额", total, goods + freight)
        total = goods + freight
    lines = []
    for (line, pieces, listed), worth in zip(read, share_out(goods, gross), strict=True):
        unit, less = priced(listed, pieces, worth)
        if unit != listed:
            line.warn("京东价", Code.PRICE_SHARED)
        lines.append(ChannelLine(line.code("货号"), line.words("商品名称"), pieces, unit, less, worth, "", line.number("商品ID")))
    recipient = trade.person(
        name=_NAME, phone="联系电话", account="下单帐号", whole_address=taken_apart(_with_province(trade.words(_STREET)))
    )
    return trade.done(ChannelOrder(
        trade.no, placed_at, tuple(lines), recipient, "CNY", goods + freight - total, freight, total,
        total if payment is Payment.PAID else 0, payment, said, method, paid_at, None, status, trade.words(_NOTE, 2000),
        trade.words(_OUR_NOTE, 2000), _FLAGS.get(trade.words(_GRADE, 30), ""), "", "", trade.rows, tuple(trade.warnings),
    ))  # fmt: skip


def _state(trade: Trade, status: str, method: str, paid_at: datetime | None) -> tuple[Said, Payment]:
    form = normal(status)
    if form.startswith("(删除)"):
        said = Said.CANCELLED
    elif form.startswith(("(锁定)", "锁定", "已锁定", "暂停", "已暂停")):
        said = Said.HELD
        trade.warn("订单状态", Code.PLATFORM_HOLDS, status)
    else:
        said = statuses.said_of(status)
        if said is Said.UNKNOWN:
            trade.warn("订单状态", Code.STATUS_UNKNOWN, status)
    if statuses.payment_of(method) is Payment.COD and said is not Said.CANCELLED:
        return said, Payment.COD
    return said, statuses.payment_from(said, was_paid=paid_at is not None)


def _with_province(address: str) -> str:
    """JD leaves the 省 away: 浙江杭州市西湖区…"""
    found = _BARE(address)
    return address if found is None else f"{found[1]}{_REGIONS.get(found[1], '省')}{address[found.end():].lstrip()}"
