"""Is this the same wish twice?"""

from collections.abc import Set

from zhanggui.orders.checks.check import HOURS, PERCENT, Check, Dial, Dials
from zhanggui.orders.checks.facts import Facts, Finding

HOUR_S = 3600


def looks_like_another(facts: Facts, dials: Dials) -> Finding | None:
    """Same receiver, much the same goods, placed near each other, neither shipped: perhaps bought twice, perhaps to be sent together.

    How much is reckoned of the smaller of the two: who buys thirty things twice a day has one of them twice by chance.
    """
    if not facts.others:
        return None
    mine = {line.sku_id for line in facts.lines if line.sku_id is not None}
    window_s = dials["hours"] * HOUR_S
    alike = [
        other for other in facts.others if abs(other.placed_s - facts.placed_s) <= window_s and _share(mine, other.skus) >= dials["alike"]
    ]
    if not alike:
        return None
    return Finding("duplicate-suspected", False, {"numbers": [other.number for other in alike[:5]], "ids": [o.order_id for o in alike[:5]]})


def _share(mine: Set[int], theirs: Set[int]) -> int:
    """How many hundredths of the smaller of the two both have; nothing is shared with nothing."""
    common = len(mine & theirs)
    return common * 100 // min(len(mine), len(theirs)) if common else 0


CHECKS = (
    Check(
        "duplicate", "疑似重复", "同一收件人前后买了差不多的，两单都还没发", looks_like_another, ("duplicate-suspected",),
        (
            Dial("hours", "前后多久以内", HOURS, 24, 1, 24 * 30),
            Dial("alike", "款少的那单，至少有这么多同款", PERCENT, 50, 1, 100),
        ),
    ),
)  # fmt: skip
