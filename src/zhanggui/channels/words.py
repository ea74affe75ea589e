"""What the outcome of a row is called: the reader's own words, and those of the books it could not enter."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhanggui.channels.reading import words as reading

WORDS = {
    "DUPLICATE": (_("已经导入过，内容相同。"), ""),
    "CHANGED": (
        _("已经导入过，但这次内容不同（{value}）。"),
        _("文件不会改写已经收下的订单。在订单里改；许多单都缺商品编码时，在「审核」里逐单补上。下次把订单表和明细一起导入。"),
    ),
    "LOCKED": (_("已经在发货、发出或取消了，不能再改（{value}）。"), _("取消的可以在订单里恢复；发出的走售后。")),
    "SKU_UNKNOWN": (_("没有这个商品编码（{value}）。"), _("先导入商品，或勾选「没有的商品就新建」。")),
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
