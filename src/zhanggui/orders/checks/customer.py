"""Can a carrier find the buyer?"""

from zhanggui.orders.checks.facts import Facts, Finding


def recipient_is_whole(facts: Facts) -> Finding | None:
    """A parcel without a name, a phone or a door comes back."""
    if not facts.recipient_problems or not facts.needs_address:
        return None
    return Finding("address-incomplete", True, {"problems": facts.recipient_problems.split(" ")})
