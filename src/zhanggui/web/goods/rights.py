"""What of goods a person sees and changes, read from the words of their grants."""

from zhanggui.catalog.commands.goods import PARTS
from zhanggui.kernel.actor import Actor

FIELDS = ("name", "spec", "barcode", "category", "weight_g", "price", "cost")
# A narrowed grant names what it leaves open; the form calls amounts without their unit.
NARROWED = {word: tuple(sorted(field.removesuffix("_minor") for field in fields)) for word, fields in PARTS.items()}


def sees_cost(actor: Actor) -> bool:
    return actor.can("order.cost")


def may_change(actor: Actor) -> tuple[str, ...]:
    """The fields this person may change; none where they may not edit goods."""
    if not actor.can("catalog.edit"):
        return ()
    narrowed = actor.narrowed("catalog.edit")
    allowed = next((NARROWED[word] for word in narrowed if word in NARROWED), FIELDS)
    hidden = {"price": actor.granted("order.content"), "cost": sees_cost(actor)}
    return tuple(field for field in allowed if hidden.get(field, True))


def may_add(actor: Actor) -> bool:
    """New goods need a name: only those whose grant is not narrowed may add them."""
    return "name" in may_change(actor)
