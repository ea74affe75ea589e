"""Is this the same wish twice?"""

from zhanggui.orders.checks.facts import Facts, Finding

WINDOW_S = 24 * 3600


def looks_like_another(facts: Facts) -> Finding | None:
    """Same receiver, a common SKU, within a day, neither shipped: perhaps bought twice, perhaps to be sent together."""
    if not facts.others:
        return None
    mine = {line.sku_id for line in facts.lines}
    alike = [
        other for other in facts.others if abs(other.placed_s - facts.placed_s) <= WINDOW_S and not mine.isdisjoint(other.skus)
    ]
    if not alike:
        return None
    return Finding("duplicate-suspected", False, {"numbers": [other.number for other in alike[:5]], "ids": [o.order_id for o in alike[:5]]})
