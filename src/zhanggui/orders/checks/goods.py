"""Do we know what was bought, do we sell it, is it there yet, and in sane numbers?"""

from datetime import UTC, datetime

from zhanggui.orders.checks.check import NUMBER, Check, Dial, Dials
from zhanggui.orders.checks.facts import Facts, Finding
from zhanggui.orders.kinds import PRESALE


def every_line_is_ours(facts: Facts, dials: Dials) -> Finding | None:
    """A line that is none of our SKUs cannot be picked."""
    unknown = [line.sku_code or line.name[:40] for line in facts.lines if line.sku_id is None]
    return Finding("sku-unknown", True, {"skus": unknown[:5], "many": len(unknown)}) if unknown else None


def every_line_is_sold(facts: Facts, dials: Dials) -> Finding | None:
    """Goods taken out of sale may be gone for good: somebody should know before they are promised."""
    gone = [line.sku_code for line in facts.lines if line.retired]
    return Finding("sku-retired", False, {"skus": gone[:5], "many": len(gone)}) if gone else None


def everything_is_there_by_now(facts: Facts, dials: Dials) -> Finding | None:
    """What is sold before it is there waits for its day, and goes on by itself when that has come."""
    days = [line.ships_from_s for line in facts.lines if line.ships_from_s is not None]
    if not days:
        return Finding("presale", False, {}) if facts.kind == PRESALE else None
    last = max(days)
    if last <= facts.at_s:
        return None
    waiting = [line.sku_code or line.name[:40] for line in facts.lines if (line.ships_from_s or 0) > facts.at_s]
    return Finding("presale", False, {"until": datetime.fromtimestamp(last, UTC).isoformat(), "skus": waiting[:5], "many": len(waiting)})


def quantity_is_usual(facts: Facts, dials: Dials) -> Finding | None:
    """A thousand of one thing is more often a slip of the finger than a wish."""
    most = max((line.quantity for line in facts.lines), default=0)
    return Finding("quantity-odd", False, {"pieces": most, "usual": dials["pieces"]}) if most >= dials["pieces"] else None


CHECKS = (
    Check("goods", "商品都对得上", "对不上本地 SKU 的行没法拣货", every_line_is_ours, ("sku-unknown",), always=True),
    Check("sold", "商品还在卖", "停用的商品可能再也没有货", every_line_is_sold, ("sku-retired",)),
    Check("presale", "预售的到日子了", "预售的先停着，到了能发的那天自动放行", everything_is_there_by_now, ("presale",)),
    Check(
        "quantity", "件数正常", "一行买得特别多，多半是手滑", quantity_is_usual, ("quantity-odd",),
        (Dial("pieces", "一行到多少件算异常", NUMBER, 1_000, 2, 10**6),),
    ),
)  # fmt: skip
