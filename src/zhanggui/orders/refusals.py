"""Why orders say no."""

from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Changed, Refused


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


class Overlapped(Changed):
    """Somebody else wrote something else into the same fields. ``facts``: what, number, fields, version."""

    says = _("{number} 刚被别人改过，您改的几处他也改了。")
    fix = _("看看他改成了什么，再决定留哪个；您填的都还在。")


class LineWasPacked(Refused):
    code = "line-was-packed"
    says = _("这一行商品进过包裹，去不掉。")
    fix = _("换成别的商品，或取消这一单再建。")


class TooManyPieces(Refused):
    """``facts``: most."""

    code = "too-many-pieces"
    says = _("件数要在 0 到 {most} 之间。")
    status = 422


class BadAmount(Refused):
    code = "bad-amount"
    says = _("金额、种类或行数写得不对。")
    fix = _("金额写成 12.50 这样，不小于零。")
    status = 422


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


class CategoryKnown(Refused):
    """``facts``: category."""

    code = "category-known"
    says = _("已经有「{category}」这个分类了。")
    fix = _("换一个名字；收起来的分类也占着名字，可以再拿出来用。")
    status = 422


class NoName(Refused):
    code = "no-name"
    says = _("名字要写，最多 20 个字。")
    status = 422


class CategoryAway(Refused):
    """``facts``: category."""

    code = "category-away"
    says = _("分类「{category}」已经收起来了。")
    fix = _("先在「设置 · 订单分类」里再拿出来用。")


class ViewKnown(Refused):
    """``facts``: view."""

    code = "view-known"
    says = _("您已经有「{view}」这个视图了。")
    fix = _("换一个名字，或者存回原来那个。")
    status = 422


class NotYours(Refused):
    """``facts``: view, who."""

    code = "not-yours"
    says = _("「{view}」是 {who} 的视图，只有做它的人和店主能改。")
    fix = _("另存成您自己的。")
    status = 403


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
    says = _("这样的单号格式不行：{why}。")
    status = 422


class BadMethods(Refused):
    """``facts``: why."""

    code = "bad-methods"
    says = _("付款方式没有存：{why}。")
    status = 422
