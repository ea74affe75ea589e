"""Who else there is: the book asks it of those who keep the people, and stands below them."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from zhanggui.journal.reaches import Said
from zhanggui.kernel.actor import Actor


class People(Protocol):
    """What is known of the people of the house."""

    def another(self, capability: str, *, takes: Collection[str], beside: Collection[int], places: Said = ()) -> bool:
        """Whether somebody who may come in, other than ``beside``, holds ``capability`` for more than their own shops, and reaches
        ``places``."""

    def opened_at(self) -> datetime | None:
        """When the first owner came; None while nobody has."""

    def actor(self, person_id: int) -> Actor | None:
        """This person with the rights they have now, not known to be at the screen; None for one who may not come in."""


class Nobody:
    """A house without people."""

    def another(self, capability: str, *, takes: Collection[str], beside: Collection[int], places: Said = ()) -> bool:
        return False

    def opened_at(self) -> datetime | None:
        return None

    def actor(self, person_id: int) -> Actor | None:
        return None


_known: list[People] = []


def know(people: People) -> None:
    """Say who keeps the people."""
    _known[:] = [people]


def people() -> People:
    return _known[0] if _known else Nobody()
