"""Do we know what was bought, do we sell it, and in sane numbers?"""

from zhanggui.orders.checks.check import NUMBER, Check, Dial, Dials
from zhanggui.orders.checks.facts import Facts, Finding


def every_line_is_ours(facts: Facts, dials: Dials) -> Finding | None:
    """A line that is none of our SKUs cannot be picked."""
    unknown = [line.sku_code or line.name[:40] for line in facts.lines if line.sku_id is None]
    return Finding("sku-unknown", True, {"skus": unknown[:5], "many": len(unknown)}) if unknown else None


def every_line_is_sold(facts: Facts, dials: Dials) -> Finding | None:
    """Goods taken out of sale may be gone for good: somebody should know before they are promised."""
    gone = [line.sku_code for line in facts.lines if line.retired]
    return Finding("sku-retired", False, {"skus": gone[:5], "many": len(gone)}) if gone else None


def quantity_is_usual(facts: Facts, dials: Dials) -> Finding | None:
    """A thousand of one thing is more often a slip of the finger than a wish."""
    most = max((line.quantity for line in facts.lines), default=0)
    return Finding("quantity-odd", False, {"pieces": most, "usual": dials["pieces"]}) if most >= dials["pieces"] else None


CHECKS = (
    Check("goods", "商品都对得上", "对不上本地 SKU 的行没法拣货", every_line_is_ours, ("sku-unknown",), always=True),
    Check("sold", "商品还在卖", "停用的商品可能再也没有货", every_line_is_sold, ("sku-retired",)),
    Check(
        "quantity", "件数正常", "一行买得特别多，多半是手滑", quantity_is_usual, ("quantity-odd",),
        (Dial("pieces", "一行到多少件算异常", NUMBER, 1_000, 2, 10**6),),
    ),
)  # fmt: skip
