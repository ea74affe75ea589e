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


class NotReady(Refused):
    """``facts``: fields, the names of those that want something."""

    code = "not-ready"
    says = _("这张单还有没填对的地方，没有提交。")
    fix = _("回到填写页，标红的地方改好再提交。")
    status = 422


class NotYourPrice(Refused):
    """``facts``: sku, price, unit; ``sku`` is empty for a discount on the whole order."""

    code = "not-your-price"
    says = _("您的角色不能低于商品售价卖：{sku}。")
    fix = _("改回售价，或请能改价的人（店主）来建这一单。")
    status = 403


class PriceWithoutReason(Refused):
    code = "price-without-reason"
    says = _("低于商品售价，要写明为什么。")
    fix = _("在预览页写一句改价原因，再提交；它会记进日志。")
    status = 422


class NotThisKind(Refused):
    """``facts``: kind."""

    code = "not-this-kind"
    says = _("您的角色只能建补发和换货的单。")
    fix = _("把类型改成补发或换货，或请客服来建。")
    status = 403


class BadNumbering(Refused):
    """``facts``: why."""

    code = "bad-numbering"
    says = _("这样的单号格式会分不清，没有存。")
    fix = _("前缀以字母开头，日期和流水号之间要有隔开的符号，流水号 3 到 8 位。")
    status = 422


class BadMethods(Refused):
    """``facts``: why."""

    code = "bad-methods"
    says = _("付款方式没有存。")
    fix = _("至少留一种，每种都有名字、不重名，最多 20 种。")
    status = 422
