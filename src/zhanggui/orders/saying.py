"""What it means that a shop says something else of where an order stands, when nothing else of it has changed. Pure."""

from zhanggui.orders import states

GOING_ON = (states.DRAFT, states.PENDING_PAYMENT, states.PENDING_REVIEW)
OUT = (states.SHIPPED, states.DELIVERED, states.COMPLETED)
NOTED, GONE_THERE = "STATUS_NOTED", "GONE_THERE"


def about_status(*, stage: str, here: str, said_stage: str, said: str) -> str:
    """``stage`` and ``here`` (the shop's words as they were kept) against what it says now: nothing, that it is only to be
    noted, or that the order is over at the shop and not here."""
    if not said or said == here:
        return ""
    if said_stage in GOING_ON:
        return NOTED
    agrees = stage == states.CANCELLED if said_stage == states.CANCELLED else stage in OUT
    return NOTED if agrees else GONE_THERE
