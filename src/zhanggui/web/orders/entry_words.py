"""What the page of a new order says: of what cannot be read, of what should be looked at, and of who may do what."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zhanggui.kernel.errors import Text
from zhanggui.orders.kinds import KINDS

WRONG: Mapping[str, Text] = {
    "missing": gettext_lazy("这一项要填。"),
    "amount": gettext_lazy("不是金额，写成 68.00 这样。"),
    "comma": gettext_lazy("逗号只隔千位，小数用点：写成 1,234.50 这样。"),
    "too-much": gettext_lazy("加起来太大：一行、一单最多 100 亿（10,000,000,000.00）。"),
    "negative": gettext_lazy("不能是负数。"),
    "cents": gettext_lazy("小数位太多了。"),
    "no-price": gettext_lazy("这个商品按别的币种标价，写上这里的单价。"),
    "unpaid-with-money": gettext_lazy("写着未付款，实收却有钱。付了一部分就选「付了一部分」；没付就把实收空着。"),
    "date": gettext_lazy("不是日期，写成 2026-10-20 这样。"),
    "more-than-all": gettext_lazy("减得比货款还多。"),
    "pieces": gettext_lazy("件数要是 1 到 100,000 的整数。"),
    "unknown": gettext_lazy("没有这个商品（可能已删除），去掉这一行或换一个。"),
    "retired": gettext_lazy("这个商品停用了，换一个。"),
}
FIELDS: Mapping[str, Text] = {
    "shop": gettext_lazy("店铺"),
    "lines": gettext_lazy("商品"),
    "name": gettext_lazy("收件人"),
    "phone": gettext_lazy("电话"),
    "phone2": gettext_lazy("备用电话"),
    "province": gettext_lazy("省"),
    "city": gettext_lazy("市"),
    "district": gettext_lazy("区县"),
    "street": gettext_lazy("详细地址"),
    "postcode": gettext_lazy("邮编"),
    "discount": gettext_lazy("整单优惠"),
    "freight": gettext_lazy("运费"),
    "paid": gettext_lazy("实收"),
    "method": gettext_lazy("付款方式"),
    "payment": gettext_lazy("付款状态"),
    "buyer_note": gettext_lazy("买家留言"),
    "ship_by": gettext_lazy("最晚发货"),
    "ships_from": gettext_lazy("哪天起能发"),
}
PAYMENTS: Mapping[str, Text] = {
    "paid": gettext_lazy("已付款"),
    "unpaid": gettext_lazy("未付款"),
    "partial": gettext_lazy("付了一部分"),
    "cod": gettext_lazy("货到付款"),
    "on_account": gettext_lazy("挂账"),
}


def kinds() -> list[tuple[str, str]]:
    return [(code, _(word)) for code, word in KINDS.items()]


def wrongs(wrong: Mapping[str, str]) -> dict[str, str]:
    """Field → why it cannot stay so, in words."""
    said = {name: str(WRONG.get(code, code)) for name, code in wrong.items()}
    if wrong.get("shop") == "missing":
        said["shop"] = _("先选一家店。")
    if wrong.get("lines") == "missing":
        said["lines"] = _("还没有商品。在上面的框里打编码、名称或拼音首字母。")
    return said


def free_says(free: int, quantity: int) -> tuple[str, str]:
    """(tone, word) of what lies on the shelf beside what is wanted."""
    n: dict[str, Any] = {"n": f"{free:,}"}
    if free >= quantity:
        return "good", _("可用 %(n)s") % n
    return "bad", ngettext("只剩 %(n)s 件", "只剩 %(n)s 件", free) % n
