"""Is this the same wish twice?"""

from zhanggui.orders.checks.check import HOURS, Check, Dial, Dials
from zhanggui.orders.checks.facts import Facts, Finding

HOUR_S = 3600


def looks_like_another(facts: Facts, dials: Dials) -> Finding | None:
    """Same receiver, a common SKU, placed near each other, neither shipped: perhaps bought twice, perhaps to be sent together."""
    if not facts.others:
        return None
    mine = {line.sku_id for line in facts.lines}
    window_s = dials["hours"] * HOUR_S
    alike = [
        other for other in facts.others if abs(other.placed_s - facts.placed_s) <= window_s and not mine.isdisjoint(other.skus)
    ]
    if not alike:
        return None
    return Finding("duplicate-suspected", False, {"numbers": [other.number for other in alike[:5]], "ids": [o.order_id for o in alike[:5]]})


CHECKS = (
    Check(
        "duplicate", "疑似重复", "同一收件人前后买了同款，两单都还没发", looks_like_another, ("duplicate-suspected",),
        (Dial("hours", "前后多久以内", HOURS, 24, 1, 24 * 30),),
    ),
)  # fmt: skip
