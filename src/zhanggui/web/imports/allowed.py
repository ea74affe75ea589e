"""Which kinds of files a person may bring."""

from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotAllowed


def kinds_for(actor: Actor) -> tuple[str, ...]:
    """``orders goods stock``, or the few that the role is narrowed to; empty for none."""
    if not actor.can("import.files"):
        return ()
    words = actor.may.get("import.files", "").split()
    if "settlement" in words:
        return ()
    if "stock" in words:
        return ("stock",)
    found = ["orders"]
    if actor.can("catalog.edit"):
        found.append("goods")
    if actor.can("stock.adjust"):
        found.append("stock")
    return tuple(found)


def require(actor: Actor) -> tuple[str, ...]:
    """The same, for who may bring any. Raises NotAllowed."""
    kinds = kinds_for(actor)
    if not kinds:
        raise NotAllowed(needs="import.files", who=actor.name)
    return kinds
