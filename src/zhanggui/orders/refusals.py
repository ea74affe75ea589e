"""Why orders say no."""

from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Refused


class Held(Refused):
    """``facts``: number, reasons."""

    code = "held"
    says = _("{number} 被拦下：{reasons}。")
    fix = _("先处理拦截原因，再审核。")


class WrongStage(Refused):
    """``facts``: number, stage."""

    code = "wrong-stage"
    says = _("{number} 现在是「{stage}」，做不了这一步。")
    fix = _("刷新看看它走到哪了。")


class UnknownReason(Refused):
    """``facts``: reason."""

    code = "unknown-reason"
    says = _("没有「{reason}」这种挂起原因。")
    status = 422


class ReasonMissing(Refused):
    code = "reason-missing"
    says = _("这一步要写明原因。")
    fix = _("写一句为什么，再做一次；它会记进订单的经过。")
    status = 422


class NotEditable(Refused):
    """``facts``: number, stage."""

    code = "not-editable"
    says = _("{number} 现在是「{stage}」，不能再改。")
    fix = _("已审核的先反审核，再改。")


class LastLine(Refused):
    """``facts``: number."""

    code = "last-line"
    says = _("{number} 只有这一行商品，不能删到一件不剩。")
    fix = _("不要这一单了，就取消它。")
    status = 422


class BelowNothing(Refused):
    """``facts``: number."""

    code = "below-nothing"
    says = _("这样改，{number} 的应付会小于零：整单优惠比商品还多。")
    fix = _("少减几件，或取消这一单。")
    status = 422


class NoSuchSku(Refused):
    """``facts``: code."""

    code = "no-such-sku"
    says = _("商品里没有「{code}」这个编码。")
    fix = _("换一个编码，或先在「商品」里建它。")
    status = 422


class BadPayment(Refused):
    """``facts``: payment."""

    code = "bad-payment"
    says = _("没有「{payment}」这种付款状态。")
    status = 422


class SourceClosed(Refused):
    """``facts``: source."""

    code = "source-closed"
    says = _("「{source}」这个来源停用了，不收新单。")
    fix = _("换一个来源，或在「设置 · 来源」里重新启用它。")


class SourceUnknown(Refused):
    """``facts``: source."""

    code = "source-unknown"
    says = _("没有「{source}」这个来源。")
    fix = _("来源都在「设置 · 来源」里。")
    status = 422


class SourceNamed(Refused):
    """``facts``: name."""

    code = "source-named"
    says = _("已经有一个来源叫「{name}」。")
    fix = _("换一个名字，免得分不清。")
    status = 422
