"""Do we know what was bought, and in sane numbers?"""

from zhanggui.orders.checks.facts import Facts, Finding

UNUSUAL_PIECES = 1_000


def every_line_is_ours(facts: Facts) -> Finding | None:
    """A line that is none of our SKUs cannot be picked."""
    unknown = [line.sku_code or line.name[:40] for line in facts.lines if line.sku_id is None]
    return Finding("sku-unknown", True, {"skus": unknown[:5], "many": len(unknown)}) if unknown else None


def quantity_is_usual(facts: Facts) -> Finding | None:
    """A thousand of one thing is more often a slip of the finger than a wish."""
    most = max((line.quantity for line in facts.lines), default=0)
    return Finding("quantity-odd", False, {"pieces": most, "usual": UNUSUAL_PIECES}) if most >= UNUSUAL_PIECES else None
