"""Why orders say no."""

from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Changed, Refused
from zhanggui.stock.refusals import OutOfStock


class Held(Refused):
    """``facts``: number, reasons."""

    code = "held"
    says = _("{number} 被拦下：{reasons}。")
    fix = _("先处理拦截原因，再审核。")


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


class DraftChanged(Changed):
    """One's own draft, written on in another window since it was looked at."""

    says = _("这张草稿刚在另一个窗口里改过。")
    fix = _("看看它现在的样子，再决定提交哪个。")


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


class NotAtTheCounter(OutOfStock):
    """What a buyer holds in their hands is not in the books. ``facts``: sku, free, wanted."""

    fix = _("货在手上，就先盘点补上库存，再发这张小票；货架上真没有，就换一件，或记成送货的。")


class NoSuchSku(Refused):
    """``facts``: code; codes where several were asked for at once."""

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


class ViewTooLong(Refused):
    """``facts``: many (filters with their values)."""

    code = "view-too-long"
    says = _("选了 {many} 个筛选条件，一个视图记不下这么多。")
    fix = _("少选几个店铺，或用平台、分类这样的大筛选代替。")
    status = 422


class ViewKnown(Refused):
    """``facts``: view."""

    code = "view-known"
    says = _("您已经有「{view}」这个视图了。")
    fix = _("换一个名字，或者存回原来那个。")
    status = 422


class ViewNotYours(Refused):
    """``facts``: view, who."""

    code = "view-not-yours"
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
    says = _("这样的单号格式会分不清，没有存。")
    fix = _("前缀以字母开头，日期和流水号之间要有隔开的符号，流水号 3 到 8 位。")
    status = 422


class BadMethods(Refused):
    """``facts``: why."""

    code = "bad-methods"
    says = _("付款方式没有存。")
    fix = _("至少留一种，每种都有名字、不重名，最多 20 种。")
    status = 422


class SkuRetired(Refused):
    """``facts``: sku."""

    code = "sku-retired"
    says = _("{sku} 已停用，不能再下单。")
    fix = _("在模板里换一个商品，或把它去掉。")
    status = 422


class NoPriceToday(Refused):
    """``facts``: sku."""

    code = "no-price-today"
    says = _("{sku} 没有售价，算不出今天的价。")
    fix = _("先在「商品」里写上售价，或在模板里改成固定价。")
    status = 422


class NotSoMany(Refused):
    """``facts``: said."""

    code = "not-so-many"
    says = _("「{said}」不是件数。")
    fix = _("写 1 到 100000 的整数。")
    status = 422


class WhichLine(Refused):
    """``facts``: lines."""

    code = "which-line"
    says = _("模板有 {lines} 种商品，只写「数量」不知道是哪一种。")
    fix = _("用商品编码做列名，各写各的件数。")
    status = 422


class NoSuchLine(Refused):
    """``facts``: sku."""

    code = "no-such-line"
    says = _("模板里没有 {sku} 这个商品。")
    fix = _("把它加进模板，或去掉这一列。")
    status = 422


class NothingLeft(Refused):
    code = "nothing-left"
    says = _("一件商品也没有。")
    fix = _("至少写一件。")
    status = 422


class NoCustomer(Refused):
    code = "no-customer"
    says = _("没有写客户。")
    fix = _("写收件人，或写一张旧订单的单号，用它的收件人。")
    status = 422


class CustomerErased(Refused):
    code = "customer-erased"
    says = _("这位客户的信息已经删除。")
    fix = _("另写一位收件人。")
    status = 410


class NoSuchOrder(Refused):
    """``facts``: number."""

    code = "no-such-order"
    says = _("找不到订单 {number}。")
    fix = _("看看单号有没有写错，或它不在您的店铺范围内。")
    status = 422


class GapOpen(Refused):
    """``facts``: gap."""

    code = "gap-open"
    says = _("备注里的「{gap}」没有填。")
    fix = _("填上它，或在表里加一列「{gap}」。")
    status = 422


class GapUnasked(Refused):
    """Nobody is asked when orders come by themselves. ``facts``: gap."""

    code = "gap-unasked"
    says = _("备注里的「{gap}」，自动下单时没有人来填。")
    fix = _("回模板把它改成固定的字，或换成日期、序号、件数，掌柜自己会填。")
    status = 422


class BadDay(Refused):
    """``facts``: said."""

    code = "bad-day"
    says = _("「{said}」不是日期。")
    fix = _("写成 2026-03-08 这样，一年以内。")
    status = 422


class TooManyAtOnce(Refused):
    """``facts``: many, most."""

    code = "too-many-at-once"
    says = _("一次最多 {most} 单，这次是 {many} 单。")
    fix = _("分成几次做。")
    status = 422


class TemplateArchived(Refused):
    """``facts``: name."""

    code = "template-archived"
    says = _("模板「{name}」已归档，不能再用。")
    fix = _("先把它放回来。")


class ShopClosed(Refused):
    """``facts``: shop."""

    code = "shop-closed"
    says = _("店铺「{shop}」停用了，不能下单。")
    fix = _("先启用这家店，或换一家店。")


class NotYours(Refused):
    """``facts``: name, owner."""

    code = "not-yours"
    says = _("模板「{name}」是 {owner} 的，您可以用，不能改。")
    fix = _("复制一份改成自己的。")
    status = 403


class NoRhythm(Refused):
    code = "no-rhythm"
    says = _("这样排，一次也不会到。")
    fix = _("选上至少一天，结束日放在开始日之后。")
    status = 422


class NothingToTakeBack(Refused):
    """``facts``: number."""

    code = "nothing-to-take-back"
    says = _("{number} 没有能撤回的单：都已经往前走了，或撤回过了。")
    fix = _("走到发货的单，按取消或售后办。")


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
