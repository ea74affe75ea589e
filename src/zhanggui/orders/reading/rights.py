"""What the narrowing words of the policy mean for orders, read in one place."""

from zhanggui.kernel.actor import Actor
from zhanggui.orders import states

RELEASED = (states.APPROVED, states.FULFILLING, states.SHIPPED, states.DELIVERED, states.COMPLETED)


def stages_seen(actor: Actor) -> tuple[str, ...] | None:
    """The stages whose orders this actor sees; None is all of them."""
    return RELEASED if "released" in actor.narrowed("order.view") else None


def sees_prices(actor: Actor) -> bool:
    return actor.granted("order.content")


def sees_cost(actor: Actor) -> bool:
    return actor.granted("order.cost")


def sees_recipient(actor: Actor) -> bool:
    """The masked recipient."""
    return actor.can("order.recipient")


def may_reveal(actor: Actor) -> bool:
    """The recipient in plain text, with a reason that is written down."""
    return actor.kind == "system" or bool(actor.words("order.recipient") & {"R", "Y"})


def may_clear(actor: Actor) -> bool:
    """Taking a hold off; some may only put one on."""
    return actor.granted("order.hold")


def may_note(actor: Actor) -> bool:
    """Writing beside an order: whoever works on orders; those who only read do not."""
    return actor.can("order.edit") or actor.can("order.hold")


def says_why(actor: Actor, capability: str) -> bool:
    """Whether this actor must write a reason down."""
    return "R" in actor.words(capability)


def most_exported(actor: Actor) -> int:
    """How many orders one masked export may hold; 0 where there is none."""
    return (actor.most("export.masked") or 50_000) if actor.granted("export.masked") else 0
