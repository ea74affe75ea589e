"""Does the money add up, is it there, and is it enough?"""

from zhanggui.orders.checks.facts import Facts, Finding
from zhanggui.orders.kinds import FREE

OWED_LATER = ("cod", "on_account")


def amounts_add_up(facts: Facts) -> Finding | None:
    """Σ lines − discount + freight is what the buyer owes, to the cent."""
    lines = 0
    for line in facts.lines:
        lines += line.total_minor
        if line.quantity * line.unit_minor - line.discount_minor != line.total_minor:
            return Finding("amount-mismatch", True, {"sku": line.sku_code, "line_minor": line.total_minor})
    total = lines - facts.discount_minor + facts.freight_minor
    if total == facts.total_minor and lines == facts.goods_minor:
        return None
    return Finding("amount-mismatch", True, {"lines_minor": total, "total_minor": facts.total_minor})


def payment_is_there(facts: Facts) -> Finding | None:
    """Goods leave for money that came, or for a way of paying that allows later."""
    if facts.payment == "paid" or facts.payment in OWED_LATER:
        return None
    return Finding("unpaid", True, {"paid_minor": facts.paid_minor, "total_minor": facts.total_minor})


def paid_is_enough(facts: Facts) -> Finding | None:
    """Paid less than owed: somebody should know why before it ships."""
    if facts.payment != "paid" or facts.paid_minor >= facts.total_minor:
        return None
    return Finding("underpaid", False, {"paid_minor": facts.paid_minor, "total_minor": facts.total_minor})


def price_is_sane(facts: Facts) -> Finding | None:
    """Sold under cost, unless it is a gift: a price slip costs most on the busiest day."""
    if facts.kind in FREE:
        return None
    for line in facts.lines:
        if line.cost_minor and line.unit_minor and line.total_minor < line.cost_minor * line.quantity:
            return Finding(
                "price-low",
                False,
                {"sku": line.sku_code, "total_minor": line.total_minor, "cost_minor": line.cost_minor * line.quantity},
            )
    return None


def nothing_leaves_for_nothing_unseen(facts: Facts) -> Finding | None:
    """A gift, a sample, a resend: goods for no money leave once somebody has looked."""
    return Finding("free-of-charge", False, {"kind": facts.kind}) if facts.kind in FREE else None
