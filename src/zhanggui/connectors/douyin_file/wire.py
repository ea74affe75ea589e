"""Douyin's rows to orders.

Each row is a sub-order with its own share: 订单应付金额 = 商品单价 × 商品数量 + 运费 − 优惠总金额 ∓ 商家改价, and in some reports also
− 支付优惠 − 红包抵扣. Whichever of them adds up is taken; where none does, nothing is guessed. What the platform, the presenter
or the bank pays is no discount of the shop.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from zhanggui.channels.port import ChannelLine, ChannelOrder, Context, Payment, Said, Table, Turned
from zhanggui.channels.reading import report as reports
from zhanggui.channels.reading import statuses
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.report import Cells, Report, Trade, priced

_FREIGHT, _DUE = "运费", "订单应付金额"
NEEDED = ("主订单编号", "子订单编号", "选购商品", "商品数量", "商品单价", _DUE, "订单状态")
_TELLING = ("商品规格", "商品ID", "商家编码", "优惠总金额", "平台优惠", "商家优惠", "达人优惠", "支付优惠", "收件人", "详细地址", "订单提交时间")
_PERSONAL = ("收件人", "收件人手机号", "街道", "详细地址", "买家留言", "商家备注", "达人昵称")
_WHOLE = (
    "支付方式", "收件人", "收件人手机号", "省", "市", "区", "街道", "详细地址", "买家留言", "订单提交时间", "支付完成时间",
)
_ALSO = ("支付优惠", "红包抵扣")
_FLAGS = {"灰": "", "红": "red", "黄": "yellow", "绿": "green", "蓝": "blue", "紫": "purple"}
_NO_AFTER_SALE = frozenset(("无售后", "未售后", "售后关闭"))
# An order is where the most open of its parts is.
_OPENNESS = (Said.UNPAID, Said.HELD, Said.PAID, Said.UNKNOWN, Said.SHIPPED, Said.COMPLETED, Said.CANCELLED)


class _Part(NamedTuple):
    """A sub-order: its line, and what of its sum is freight, paid by others, and left to the buyer."""

    line: ChannelLine
    freight: int
    others: int
    due: int
    said: Said
    status: str


def certainty(header: Sequence[str]) -> int:
    """0 without what no order can do without."""
    return reports.certainty(header, NEEDED, _TELLING)


def orders(table: Table, context: Context) -> Iterator[ChannelOrder | Turned]:
    """Each order once, or why not."""
    report = Report(table, context, key="主订单编号", needed=NEEDED, whole=_WHOLE, personal=_PERSONAL)
    for group in report.groups():
        yield group if isinstance(group, Turned) else _order(Trade(report, group))


def _order(trade: Trade) -> ChannelOrder | Turned:
    parts = [_part(cells) for cells in trade.lines]
    said = min((part.said for part in parts), key=_OPENNESS.index)
    if said is not Said.CANCELLED:
        for cells, part in zip(trade.lines, parts, strict=True):
            if part.said is Said.CANCELLED:
                cells.warn("订单状态", Code.CANCELLATION, part.line.platform_no)
        parts = [part for part in parts if part.said is not Said.CANCELLED]
    if said is Said.PAID and any(part.said in (Said.SHIPPED, Said.COMPLETED) for part in parts):
        trade.warn("订单状态", Code.PLATFORM_HOLDS, "部分发货")
        said = Said.HELD
    paid_at = trade.moment("支付完成时间")
    payment = statuses.payment_from(said, was_paid=paid_at is not None)
    method = trade.words("支付方式", 60)
    if statuses.payment_of(method) is Payment.COD and said is not Said.CANCELLED:
        payment = Payment.COD
    due = sum(part.due for part in parts)
    by = [at for cells in trade.lines if (at := cells.moment("承诺发货时间", ahead=True)) is not None]
    recipient = trade.person(
        name="收件人", phone="收件人手机号", province="省", city="市", district="区", town="街道", street="详细地址"
    )
    status = next((part.status for part in parts if part.said is said), parts[0].status)
    flag = trade.words("旗帜颜色", 30)[:1]
    return trade.done(ChannelOrder(
        trade.no, trade.moment("订单提交时间"), tuple(part.line for part in parts), recipient, "CNY",
        sum(part.others for part in parts), sum(part.freight for part in parts), due, due if payment is Payment.PAID else 0,
        payment, said, method, paid_at, min(by, default=None), status, trade.words("买家留言", 2000), trade.words("商家备注", 2000),
        _FLAGS.get(flag, ""), trade.words("快递公司", 60), trade.words("快递单号", 64), trade.rows, tuple(trade.warnings),
    ))  # fmt: skip


def _part(cells: Cells) -> _Part:
    pieces, listed, due = cells.pieces("商品数量"), cells.owed("商品单价"), cells.owed(_DUE)
    freight, reduced = cells.amount(_FREIGHT) or 0, cells.amount("商家改价", below=True) or 0
    platform, presenter, ours = (cells.amount(word) or 0 for word in ("平台优惠", "达人优惠", "商家优惠"))
    told = cells.amount("优惠总金额")
    known = platform + presenter + ours
    if told is not None and not known:
        ours, known = told, told  # an older report does not say whose
    gross = listed * pieces
    also = sum(cells.amount(word) or 0 for word in _ALSO)
    before = gross + freight - known
    ways = {before: 0, before - reduced: 0, before + reduced: 0, before - also: also, before - reduced - also: also, before + reduced - also: also}
    others = platform + presenter
    near = next((sum_ for sum_ in ways if abs(sum_ - due) <= 1), None)
    if near is None:
        cells.bad(_DUE, Code.TOTAL_MISMATCH, f"{cells.cell(_DUE)} ≠ {before / 100:.2f}")
    else:
        others += ways[near]
        if near != due:
            cells.warn(_DUE, Code.OFF_BY_ONE, cells.cell(_DUE))
    worth = max(due - freight + others, 0)
    unit, less = priced(listed, pieces, worth)
    if unit != listed:
        cells.warn("商品单价", Code.PRICE_SHARED)
    after_sale = cells.words("售后状态", 60)
    line = ChannelLine(
        cells.code("商家编码"), cells.words("选购商品"), pieces, unit, less, worth, cells.words("商品规格", 200),
        cells.number("子订单编号"), "" if after_sale in _NO_AFTER_SALE else after_sale,
    )  # fmt: skip
    status = cells.words("订单状态", 60)
    said = Said.CANCELLED if "退款成功" in after_sale else statuses.said_of(status)
    if said is Said.UNKNOWN:
        cells.warn("订单状态", Code.STATUS_UNKNOWN, status)
    return _Part(line, freight, worth + freight - due, due, said, status)
