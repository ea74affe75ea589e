"""What a person is told about money."""

from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Refused


class RefundTooMuch(Refused):
    """``facts``: number, left."""

    code = "refund-too-much"
    says = _("{number} 最多还能退 {left}，退不了这么多。")
    fix = _("改小金额；已经退过的不能再退一次。")


class NoAmount(Refused):
    """``facts``: said."""

    code = "no-amount"
    says = _("「{said}」不是一笔金额。")
    fix = _("写一个大于零的数，例如 68.00。")
    status = 422


class OtherAmount(Refused):
    """The same number of a gateway, said before of another order or another amount. ``facts``: gateway_no."""

    code = "other-amount"
    says = _("流水号 {gateway_no} 已经记在别的单上，或金额不一样。")
    fix = _("核对流水号；同一笔钱只记一次。")


class NoSuchMethod(Refused):
    """``facts``: method."""

    code = "no-such-method"
    says = _("店里没有「{method}」这种付款方式，或者它停用了。")
    fix = _("换一种，或者到设置里把它打开。")
    status = 422


class BadTerms(Refused):
    """``facts``: what."""

    code = "bad-terms"
    says = _("付款期限的「{what}」不对。")
    fix = _("期限 1 分钟到 90 天；提醒要在期限之内，各最多 5 次。")
    status = 422


class GatewayIncomplete(Refused):
    """``facts``: field."""

    code = "gateway-incomplete"
    says = _("支付接口的「{field}」没有填，或填得不对。")
    fix = _("从支付平台的商户后台复制，一个字也不要少。")
    status = 422


class NoticeOver(Refused):
    code = "notice-over"
    says = _("这条通知已经处理过了。")
    fix = _("刷新看看。")


class NoSuchOrder(Refused):
    """``facts``: number."""

    code = "no-such-order"
    says = _("没有单号是「{number}」的订单。")
    fix = _("写我方单号或平台单号，要写全。")
    status = 422


class StatementStrange(Refused):
    """``facts``: name."""

    code = "statement-strange"
    says = _("「{name}」不是这个支付平台的对账单，或者不完整。")
    fix = _("从支付宝或微信支付的商户后台下载账单，不要用表格软件另存。")
    status = 422


class BadDay(Refused):
    """``facts``: said."""

    code = "bad-day"
    says = _("「{said}」不是一个日期。")
    fix = _("这样写：2026-10-21；不用再联系就空着。")
    status = 422
