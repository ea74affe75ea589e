"""Why an import says no as a whole."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import NotAllowed, Refused


class UnknownFormat(Refused):
    """``facts``: format, known."""

    code = "unknown-format"
    says = _("没有「{format}」这种文件格式。")
    fix = _("可用的有：{known}。")
    status = 422


class UnknownShop(Refused):
    """``facts``: shop."""

    code = "unknown-shop"
    says = _("没有代码是「{shop}」的店铺。")
    fix = _("在「设置 · 店铺」里先建它，或换一个代码。")
    status = 422


class DetailsAlone(Refused):
    """The lines of orders without the orders themselves: nobody is named, nothing is paid."""

    code = "DETAILS_ALONE"
    says = _("这是订单的明细表，里面没有收件人和付款。")
    fix = _("把它的订单表一起带上：两个文件同时选，或命令行里两个都写上。")
    status = 422


class OtherKind(Refused):
    """``facts``: kind, seems (for people), word (for programs)."""

    code = "OTHER_KIND"
    says = _("这份文件看起来是{seems}，不是{kind}。")
    fix = _("在「里面是什么」选「{seems}」再导入；命令行用 zhanggui import {word}。")
    status = 422


class SeveralSheets(Refused):
    """``names`` are those of the sheets; ``facts``: sheets (the same in one line)."""

    code = "SEVERAL_SHEETS"
    says = _("这个工作簿有几张表都能导入：{sheets}。")
    fix = _("一次导入一张：选一张，或命令行用 --sheet 写明；要全部导入就一张一张来。")
    status = 422

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(sheets="、".join(names))
        self.names = list(names)


class UnknownSheet(Refused):
    """``facts``: sheet, sheets."""

    code = "UNKNOWN_SHEET"
    says = _("没有叫「{sheet}」的工作表。")
    fix = _("有这些：{sheets}。")
    status = 422


class WhichShop(Refused):
    """``facts``: shops."""

    code = "WHICH_SHOP"
    says = _("有几个店铺，没有说这些订单是哪个店铺的。")
    fix = _("用 --shop 写明一个：{shops}。")
    status = 422


class ImportRuns(Refused):
    """``facts``: number."""

    code = "import-runs"
    says = _("同一份文件正在导入（{number}）。")
    fix = _("等它完成，或先取消它。")


class OtherOptions(Refused):
    """``facts``: number."""

    code = "other-options"
    says = _("这份文件上次导了一半（{number}），那时选的和这次不一样。")
    fix = _("照上次选的再传一次，从断的地方接着导；要照这次的，先在 {number} 的页面上把它停下。")


class NothingMade(Refused):
    """``facts``: number."""

    code = "nothing-made"
    says = _("{number} 没有新建订单，没有可撤销的。")


class StockStays(Refused):
    """``facts``: number."""

    code = "stock-stays"
    says = _("{number} 是一次盘点，不能撤销：那以后货架上已经有进有出，退回原来的数只会更不准。")
    fix = _("数错了就再导一份数对的，或在「库存」里改这几个库位；每一次都记在库存流水里。")


class GoodsStay(Refused):
    """``facts``: number."""

    code = "goods-stay"
    says = _("{number} 是商品资料，不能撤销：订单和库存可能已经用上了这些商品。")
    fix = _("写错了就再导一份写对的；不卖的在「商品」里停用。")


class WentOut(NotAllowed):
    """``facts``: number, orders."""

    code = "went-out"
    says = _("{number} 里有 {orders} 单已经发出，您只能撤销一件都没发的导入。")
    fix = _("请店主来撤销；或在订单列表里勾选没发的，逐批取消。")


class NamelessMapping(Refused):
    code = "nameless-mapping"
    says = _("对应关系要有个名字。")
    fix = _("写几个字，下次找得到。")
    status = 422


class StrictRefused(Refused):
    """``facts``: rows, first."""

    code = "strict"
    says = _("严格模式：有 {rows} 行不合格，整份没有导入。第一处：{first}")
    fix = _("改好这些行，或关掉严格模式只导入合格的。")
    status = 422


class StrictUndone(Refused):
    """``facts``: first."""

    code = "strict-undone"
    says = _("严格模式：导入途中有一行不合格了，已经导入的正在自动撤回。那一处：{first}")
    fix = _("多半是导入时有人改了同样的订单。改好这一行，再导一次。")
    status = 422


class ImportFailed(Refused):
    """A fault of ours, or of the machine; ``facts``: number."""

    code = "import-failed"
    says = _("{number} 试了几次都没有导完，已经停下。")
    fix = _("再传一次同一份文件，已经导入的不会重复；还不行，用 zhanggui diagnose 看出了什么错。")


class BringerMayNot(NotAllowed):
    """``facts``: needs, who, number."""

    code = "bringer-may-not"
    says = _("轮到导入 {number} 时，上传它的 {who} 已经没有这项权限（{needs}）。")
    fix = _("请店主恢复权限，或由有权限的人再传一次同一份文件；已经导入的不会重复。")


class NotACompanion(Refused):
    code = "not-a-companion"
    says = _("第二个文件不是这份订单的明细。")
    fix = _("一次导入一份订单；明细要和它的订单表一起。")
    status = 422


class ImportOver(Refused):
    """``facts``: number."""

    code = "import-over"
    says = _("{number} 已经结束了。")


class FileForgotten(Refused):
    """``facts``: number."""

    code = "file-forgotten"
    says = _("{number} 的原文件已按规定删除。")
    fix = _("上传的文件只留 7 天；请重新导出后再导入。")


class FileTooLarge(Refused):
    """``facts``: mib."""

    code = "file-too-large"
    says = _("文件超过 {mib} MiB。")
    fix = _("分成几份，或用命令行导入。")
    status = 413


class NotTheirFile(NotAllowed):
    """``facts``: needs, who, number, brought (the name of the person who did)."""

    code = "not-their-file"
    says = _("{number} 没收的行里有别人的姓名、电话和地址，只有导入它的 {brought} 和店主能下载。")
    fix = _("请 {brought} 或店主下载，改好再传；为什么没收，这次导入的页面上有。")
