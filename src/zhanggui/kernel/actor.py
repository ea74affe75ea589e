"""Who does a thing: a person, the system itself, or a program."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from zhanggui.kernel.errors import NotAllowed, StepUpNeeded

# Words of a grant that ask for more (a second person, signing in again, a reason) or bound it, and do not narrow it to a part.
MARKS = frozenset({"Y", "O", "M", "A", "S", "R", "scope"})
Kind = Literal["person", "system", "program"]


@dataclass(frozen=True)
class Reach:
    """Whose orders and whose shelves somebody sees: ids of shops and of warehouses; None is every one, also those to come.

    ``person`` is who looks: what is of no shop and no warehouse (a file of goods) is theirs where they brought it.
    """

    shops: frozenset[int] | None = None
    warehouses: frozenset[int] | None = None
    person: int | None = field(default=None, compare=False)

    @property
    def everywhere(self) -> bool:
        return self.shops is None and self.warehouses is None


EVERYWHERE = Reach()


@dataclass(frozen=True)
class Actor:
    """``may`` maps a capability of the policy to its grant (``Y``, ``O``, ``M``, ``S`` …); absent means no.

    ``fresh``: this person has shown within the last minutes that it is them. ``reach`` bounds what they see and touch.
    ``why`` is the reason they gave for what they are about to do; the book keeps it with the act.
    """

    kind: Kind
    id: int | None
    name: str
    may: Mapping[str, str] = field(default_factory=dict)
    role: str = ""
    fresh: bool = False
    reach: Reach = EVERYWHERE
    why: str = ""

    def can(self, capability: str) -> bool:
        return self.kind == "system" or capability in self.may

    def words(self, capability: str) -> frozenset[str]:
        """The words of this grant: ``M R O`` → {M, R, O}; none for the system, whom nothing bounds."""
        return frozenset() if self.kind == "system" else frozenset(self.may.get(capability, "").split())

    def most(self, capability: str) -> int | None:
        """The figure that bounds this grant (``≤1000``); None where there is none."""
        figures = [int(word[1:]) for word in self.words(capability) if word.startswith("≤") and word[1:].isdecimal()]
        return min(figures, default=None)

    def narrowed(self, capability: str) -> frozenset[str]:
        """The words that narrow this grant to a part of it (``released``, ``tax``); none for the system."""
        return frozenset(word for word in self.words(capability) if word not in MARKS and not word.startswith("≤"))

    def granted(self, capability: str, *, takes: Collection[str] = ()) -> bool:
        """The grant, whole or narrowed to one of ``takes``: whoever takes a part looks after its bounds itself."""
        narrowed = self.narrowed(capability)
        return self.can(capability) and (not narrowed or bool(narrowed & frozenset(takes)))

    def require(self, capability: str, *, takes: Collection[str] = ()) -> None:
        """The same, or NotAllowed."""
        if not self.granted(capability, takes=takes):
            raise NotAllowed(needs=capability, who=self.name)

    def confirm(self, capability: str) -> None:
        """Raise StepUpNeeded where the grant carries ``S`` and this is not known to be the person who signed in."""
        if self.kind != "system" and not self.fresh and "S" in self.may.get(capability, "").split():
            raise StepUpNeeded(needs=capability, who=self.name)


SYSTEM = Actor("system", None, "掌柜")
