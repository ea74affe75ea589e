"""Who does a thing: a person, the system itself, or a program."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from zhanggui.kernel.errors import NotAllowed, StepUpNeeded

Kind = Literal["person", "system", "program"]


@dataclass(frozen=True)
class Actor:
    """``may`` maps a capability of the policy to its grant (``Y``, ``O``, ``M``, ``S`` …); absent means no.

    ``fresh``: this person has shown within the last minutes that it is them.
    """

    kind: Kind
    id: int | None
    name: str
    may: Mapping[str, str] = field(default_factory=dict)
    role: str = ""
    fresh: bool = False

    def can(self, capability: str) -> bool:
        return self.kind == "system" or capability in self.may

    def require(self, capability: str) -> None:
        if not self.can(capability):
            raise NotAllowed(needs=capability, who=self.name)

    def confirm(self, capability: str) -> None:
        """Raise StepUpNeeded where the grant carries ``S`` and this is not known to be the person who signed in."""
        if self.kind != "system" and not self.fresh and "S" in self.may.get(capability, "").split():
            raise StepUpNeeded(needs=capability, who=self.name)


SYSTEM = Actor("system", None, "掌柜")
