"""What the outcome of a row is called: the reader's own words, and those of the books it could not enter."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhanggui.channels.reading import words as reading

WORDS = {
    "DUPLICATE": (_("已经导入过，内容相同。"), ""),
    "CHANGED": (
        _("已经导入过，但这次内容不同（{value}）。"),
        _("要用文件里的，导入时勾选「已有的订单按文件更新」；不然在订单里改。缺商品编码的，把订单表和明细一起再导入。"),
    ),
    "KEPT_OURS": (_("更新了；在这里手工改过的那一部分没有动。"), ""),
    "NEEDS_UNREVIEW": (_("已经审核通过，更新要先反审核，您没有这个权限。"), _("请店主或审单反审核，再导入一次。")),
    "CHANGED_HERE": (_("文件里不同的地方都在这里手工改过，没有改动。"), _("以文件为准的话，在订单里改。")),
    "GONE_THERE": (_("平台上已经是「{value}」，这里还没有，没有改动。"), _("平台关闭了的，在这里取消；平台已发货的，核对后处理。")),
    "REVIVED": (_("撤销导入时取消的那一单，恢复了，内容照这份文件，重新审核。"), ""),
    "STATUS_NOTED": (_("平台状态改成了「{value}」，记下了；别的没有变。"), ""),
    "LINES_PACKED": (_("文件里少了商品，而这一单装过包裹。"), _("在订单里把不要的那一行减为零，或取消这一单。")),
    "LOCKED": (_("已经在发货、发出或取消了，不能再改（{value}）。"), _("取消的可以在订单里恢复；发出的走售后。")),
    "SHOP_CLOSED": (_("这家店停用了，不收新订单。"), _("先启用这家店，再导入一次；已有的订单照常更新。")),
    "CREDIT_OVER": (_("这个买家挂账会到 {value}，超过额度：照样导入，审单时停下。"), _("先收一部分欠款，或审单时放行。")),
    "SKU_UNKNOWN": (_("没有这个商品编码（{value}）。"), _("先导入商品，或导入前选「按表里的名称新建商品」。")),
    "WAREHOUSE_UNKNOWN": (_("没有这个仓库。"), _("在「设置 · 仓库」里先建它。")),
    "BELOW_CLAIMED": (_("比已答应出去的还少（{value}）。"), _("先退回占用它的订单。")),
    "BAD_QUANTITY": (_("件数要在 0 到 1,000,000 之间。"), _("改成实际件数。")),
    "AMBIGUOUS_SKU": (_("和已有的另一个编码看起来是同一个（{value}）。"), _("改用已有的编码。")),
}


def sentence(code: str, facts: Mapping[str, Any]) -> str:
    """One sentence for a person."""
    if code in WORDS:
        return str(WORDS[code][0]).replace("{value}", str(facts.get("value") or "…"))
    return reading.sentence(code, facts)


def fix(code: str) -> str:
    """The next step; empty where there is nothing to do."""
    return str(WORDS[code][1]) if code in WORDS else reading.fix(code)
