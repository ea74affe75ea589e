"""What the narrowing words of the policy mean for orders, read in one place."""

from zhanggui.kernel.actor import Actor
from zhanggui.orders import states

RELEASED = (states.APPROVED, states.FULFILLING, states.SHIPPED, states.DELIVERED, states.COMPLETED)


def narrowed(actor: Actor, capability: str) -> frozenset[str]:
    """The words of an actor's cell: ``M R O`` → {M, R, O}; nothing for the system, whom nothing narrows."""
    return frozenset() if actor.kind == "system" else frozenset(actor.may.get(capability, "").split())


def stages_seen(actor: Actor) -> tuple[str, ...] | None:
    """The stages whose orders this actor sees; None is all of them."""
    return RELEASED if "released" in narrowed(actor, "order.view") else None


def sees_prices(actor: Actor) -> bool:
    return actor.can("order.content") and "no-prices" not in narrowed(actor, "order.content")


def sees_recipient(actor: Actor) -> bool:
    """The masked recipient."""
    return actor.can("order.recipient")


def may_reveal(actor: Actor) -> bool:
    """The recipient in plain text, with a reason that is written down."""
    return actor.kind == "system" or bool(narrowed(actor, "order.recipient") & {"R", "Y"})


def may_clear(actor: Actor) -> bool:
    """Taking a hold off; some may only put one on."""
    return actor.can("order.hold") and "hold" not in narrowed(actor, "order.hold")


def says_why(actor: Actor, capability: str) -> bool:
    """Whether this actor must write a reason down."""
    return "R" in narrowed(actor, capability)


def most_exported(actor: Actor) -> int:
    """How many orders one masked export may hold; 0 where there is none."""
    if not actor.can("export.masked") or "pick-lists" in narrowed(actor, "export.masked"):
        return 0
    limits = [int(word[1:]) for word in narrowed(actor, "export.masked") if word[:1] == "≤" and word[1:].isdecimal()]
    return min(limits, default=50_000)
