"""Why stock says no."""

from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Refused


class OutOfStock(Refused):
    """``facts``: sku, free, wanted."""

    code = "out-of-stock"
    says = _("{sku} 只剩 {free} 件，要 {wanted} 件。")
    fix = _("补货，或拆出现有的先发。")


class ShelfShort(Refused):
    """``facts``: bin, sku, pieces, wanted."""

    code = "shelf-short"
    says = _("库位 {bin} 的 {sku} 只有 {pieces} 件，要取 {wanted} 件。")
    fix = _("按「不够」报实际件数，再盘点这个库位。")


class BelowClaimed(Refused):
    """``facts``: sku, claimed, pieces."""

    code = "below-claimed"
    says = _("{sku} 已答应出去 {claimed} 件，这么改只剩 {pieces} 件，不够。")
    fix = _("先退回占用它的订单，再盘点。")


class NoWarehouse(Refused):
    code = "no-warehouse"
    says = _("还没有仓库。")
    fix = _("在「设置 · 仓库」里先建一个。")


class BadQuantity(Refused):
    """``facts``: pieces."""

    code = "bad-quantity"
    says = _("件数要在 0 到 1,000,000 之间，现在是 {pieces}。")
    status = 422
