"""The words shops use for where an order is and how it is paid, in our one vocabulary."""

from zhanggui.channels.port import Payment, Said
from zhanggui.channels.reading.cells import normal

_SAID: dict[Said, tuple[str, ...]] = {
    Said.UNPAID: ("等待买家付款", "待付款", "未付款", "待支付", "未支付", "等待付款", "待确认", "WAIT_BUYER_PAY",
        "TRADE_NO_CREATE_PAY", "Pending", "Unpaid", "Awaiting payment", "pending payment"),
    Said.PAID: ("买家已付款,等待卖家发货", "买家已付款", "等待卖家发货", "待发货", "已付款", "已支付", "备货中", "等待出库",
        "部分发货", "待出库", "已付款待发货", "等待发货", "未发货", "已成团待发货", "WAIT_SELLER_SEND_GOODS",
        "SELLER_CONSIGNED_PART", "WAIT_SELLER_STOCK_OUT", "Paid", "Processing", "Unshipped", "To ship", "Ready to ship",
        "Unfulfilled"),
    Said.SHIPPED: ("卖家已发货,等待买家确认", "卖家已发货", "已发货", "等待买家确认", "等待确认收货", "待收货",
        "已发货待签收", "已发货,待签收", "运输中", "WAIT_BUYER_CONFIRM_GOODS", "Shipped", "Fulfilled", "Shipping",
        "In transit"),
    Said.COMPLETED: ("交易成功", "已完成", "完成", "已签收", "已收货", "交易完成", "已确认收货", "TRADE_FINISHED",
        "Completed", "Complete", "Delivered", "Done"),
    Said.CANCELLED: ("交易关闭", "已取消", "已关闭", "取消", "关闭", "(删除)取消", "订单取消", "已退款", "退款成功",
        "全额退款", "未发货,退款成功", "已发货,退款成功", "已取消,退款成功", "未发货退款成功", "TRADE_CLOSED",
        "TRADE_CLOSED_BY_TAOBAO", "TRADE_CANCELED", "Cancelled", "Canceled", "Closed", "Refunded", "Voided"),
}
_PAYMENT: dict[Payment, tuple[str, ...]] = {
    Payment.PAID: ("已付款", "已付", "已支付", "付款成功", "支付成功", "全额付款", "是", "Paid", "Yes", "Captured"),
    Payment.UNPAID: ("未付款", "未付", "未支付", "待付款", "待支付", "否", "Unpaid", "Pending", "No", "Authorized"),
    Payment.PARTIAL: ("部分付款", "已付定金", "定金已付", "Partial", "Partially paid", "partially_paid", "Deposit"),
    Payment.COD: ("货到付款", "到付", "COD", "Cash on delivery"),
    Payment.ON_ACCOUNT: ("账期", "月结", "挂账", "赊账", "记账", "On account", "Credit", "Net 30"),
}
SAID = {normal(word): said for said, words in _SAID.items() for word in words}
PAYMENT = {normal(word): payment for payment, words in _PAYMENT.items() for word in words}


def said_of(words: str) -> Said:
    """What the shop's status means; ``UNKNOWN`` rather than a guess."""
    return SAID.get(normal(words), Said.UNKNOWN)


def payment_of(words: str) -> Payment | None:
    return PAYMENT.get(normal(words))


def payment_from(said: Said, *, was_paid: bool) -> Payment:
    """How an order is paid where only its status tells."""
    if said in (Said.PAID, Said.SHIPPED, Said.COMPLETED) or was_paid:
        return Payment.PAID
    return Payment.UNPAID


def said_from(payment: Payment) -> Said:
    """Where an order is if only its payment tells: what need not be paid first is to be shipped."""
    return Said.UNPAID if payment in (Payment.UNPAID, Payment.PARTIAL) else Said.PAID
