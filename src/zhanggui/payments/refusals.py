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
