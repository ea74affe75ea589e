"""A grant said aloud, in plain words: what one may, what is asked for, what bounds it; and which one is wanting."""

from collections.abc import Mapping

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.accounts import grants
from zhanggui.accounts.policy import policy
from zhanggui.kernel.errors import NotAllowed, Refused

Text = str | Promise
MARKS: Mapping[str, Text] = {
    "R": gettext_lazy("要写原因"), "S": gettext_lazy("要再验证"), "A": gettext_lazy("要第二人"), "O": gettext_lazy("只限自己的店铺"),
}  # fmt: skip
PARTS: Mapping[str, Text] = {
    grants.MASKED: gettext_lazy("只看隐去的"), "released": gettext_lazy("只看放行了的"), "label": gettext_lazy("只在面单上"),
    "no-prices": gettext_lazy("不看价格"), "exchange": gettext_lazy("只限换货"), "not-picked": gettext_lazy("只限没拣的"),
    "hold": gettext_lazy("只能挂起"), "stock": gettext_lazy("只限库存文件"), "settlement": gettext_lazy("只限结算文件"),
    "nothing-shipped": gettext_lazy("只限一件没发的"), "pick-lists": gettext_lazy("只限拣货单"), "available": gettext_lazy("只看可用数"),
    "≤limit": gettext_lazy("限额以内"), "returns": gettext_lazy("只限退货"), "create": gettext_lazy("只建不批"),
    "not-proposer": gettext_lazy("不批自己提的"), "own": gettext_lazy("只看自己的"), "totals": gettext_lazy("只看合计"),
    "barcode-weight": gettext_lazy("只改条码和重量"), "cost": gettext_lazy("只改成本"), "money": gettext_lazy("只看和钱有关的"),
    "sales": gettext_lazy("只看销售"), "throughput": gettext_lazy("只看出货量"), "reasons": gettext_lazy("只看售后原因"),
    "tax": gettext_lazy("只改税"), "read": gettext_lazy("只能读"),
}  # fmt: skip


def said(cell: str | None) -> str:
    """``Y R`` → ``可以、要写原因``; None is no."""
    if cell is None:
        return _("不可以")
    read = grants.cell(cell)
    shut = "M" in read.marks and bool(read.parts)
    first = _("可以") if "M" not in read.marks else _("只看隐去的") if shut else _("隐去，可看明文")
    asked = [str(MARKS[mark]) for mark in MARKS if mark in read.marks and (mark == "O" or not shut)]
    parts = [str(PARTS.get(part, part)) for part in sorted(read.parts - {grants.MASKED})]
    bound = [] if read.most is None else [_("一次最多 %s 行") % read.most]
    return _("、").join([first, *asked, *parts, *bound])


def refused(refusal: Refused) -> Refused:
    """The same refusal; one of rights calls the right by the name the policy gives it, in the language asked for."""
    known = policy().capabilities.get(str(refusal.facts.get("needs", ""))) if isinstance(refusal, NotAllowed) else None
    if known is None:
        return refusal
    english = (translation.get_language() or "").startswith("en")
    return type(refusal)(**{**refusal.facts, "needs": known.en if english else known.zh})
