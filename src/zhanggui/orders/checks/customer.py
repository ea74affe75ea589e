"""Can a carrier find the buyer?"""

from zhanggui.customers.places.agreement import disagreement
from zhanggui.orders.checks.facts import Facts, Finding


def recipient_is_whole(facts: Facts) -> Finding | None:
    """A parcel without a name, a phone or a door comes back."""
    if not facts.recipient_problems or not facts.needs_address:
        return None
    return Finding("address-incomplete", True, {"problems": facts.recipient_problems.split(" ")})


def region_agrees(facts: Facts) -> Finding | None:
    """A district that lies in another city sends the parcel astray; names the table does not know are let pass."""
    if not facts.needs_address or not (facts.district or facts.city):
        return None
    wrong = disagreement(facts.province, facts.city, facts.district)
    # A former name is no mistake: carriers know it.
    if wrong is None or wrong.code == "former-name":
        return None
    return Finding("region-disagrees", False, {"given": wrong.given, "lies_in": wrong.lies_in, "not_in": wrong.not_in})
