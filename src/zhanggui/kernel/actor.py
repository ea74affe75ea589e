"""Who does a thing: a person, the system itself, or a program."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from zhanggui.kernel.errors import NotAllowed

Kind = Literal["person", "system", "program"]


@dataclass(frozen=True)
class Actor:
    """``may`` maps a capability of the policy to its grant (``Y``, ``O``, ``M``, ``S`` …); absent means no."""

    kind: Kind
    id: int | None
    name: str
    may: Mapping[str, str] = field(default_factory=dict)
    role: str = ""

    def can(self, capability: str) -> bool:
        return self.kind == "system" or capability in self.may

    def require(self, capability: str) -> None:
        if not self.can(capability):
            raise NotAllowed(needs=capability, who=self.name)


SYSTEM = Actor("system", None, "掌柜")
