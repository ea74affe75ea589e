"""Why orders cannot be merged or split."""

from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Refused


class GoesAlone(Refused):
    """``facts``: number."""

    code = "goes-alone"
    says = _("{number} 没有能一起发的单。")
    fix = _("要同一个收件人、同一个地址、同一个仓、同一种货币，而且都还没进波次。")


class StoppedThere(Refused):
    """``facts``: number."""

    code = "stopped-there"
    says = _("{number} 买家申请了退款，或被平台锁着，先不合单。")
    fix = _("等退款或锁单有了结果，再合。")


class TooFarToJoin(Refused):
    """``facts``: number, stage."""

    code = "too-far-to-join"
    says = _("{number} 现在是「{stage}」，合不了，也拆不了。")
    fix = _("待审核和已审核的单才行；在波次里的，先撤出来。")


class NotTogether(Refused):
    """``facts``: number."""

    code = "not-together"
    says = _("{number} 没有和别的单合在一起。")


class GoesWithOthers(Refused):
    """``facts``: number, others."""

    code = "goes-with-others"
    says = _("{number} 和 {others} 合在一个包裹里，不能单独改收货信息。")
    fix = _("先在「波次」里把它撤出来，再改；地址不同的会自动退出合单。")


class NotSoManyThere(Refused):
    """``facts``: number, sku, asked, there."""

    code = "not-so-many-there"
    says = _("{number} 的 {sku} 只有 {there} 件能拆，要拆 {asked} 件。")
    fix = _("改少一些；别人可能刚拆过，刷新看看。")
    status = 422


class NothingStays(Refused):
    """``facts``: number."""

    code = "nothing-stays"
    says = _("{number} 至少要留下一件。")
    fix = _("少拆一件；整单要换仓的，用「换仓」。")
    status = 422


class NothingTaken(Refused):
    code = "nothing-taken"
    says = _("还没有写拆出哪些。")
    fix = _("在要拆出去的那一行写件数。")
    status = 422


class TooManyParts(Refused):
    """``facts``: number, most."""

    code = "too-many-parts"
    says = _("{number} 最多拆成 {most} 单。")
    status = 422


class NoPart(Refused):
    """``facts``: number."""

    code = "no-part"
    says = _("{number} 不是从别的单拆出来的，或早就并回去了。")


class OtherDoor(Refused):
    """``facts``: number, whole."""

    code = "other-door"
    says = _("{number} 的收货信息和 {whole} 不一样了，并不回去。")
    fix = _("先把两单的收货信息改成一样，再并。")
