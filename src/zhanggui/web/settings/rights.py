"""Who may change how the house works."""

from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotAllowed


def require(actor: Actor) -> None:
    """The whole right: a grant narrowed to taxes is none here."""
    if not may(actor):
        raise NotAllowed(needs="settings", who=actor.name)


def may(actor: Actor) -> bool:
    return actor.can("settings") and "tax" not in actor.may.get("settings", "").split()
