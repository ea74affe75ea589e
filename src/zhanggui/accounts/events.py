"""What can happen to people."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.journal.events import Event


@dataclass(frozen=True)
class MemberJoined(Event):
    """A person was let in with a role."""

    subject: ClassVar[str] = "person"
    person_id: int
    role: str


@dataclass(frozen=True)
class AccessChanged(Event):
    """Something about how a person comes in was changed: which, never what.

    ``what`` is ``off``, ``on``, ``role:`` and the role, ``password``, ``password:own``, ``password:link``, ``link``,
    ``sessions``, ``second:`` and what was added, removed, renewed, used or cleared.
    """

    subject: ClassVar[str] = "person"
    person_id: int
    what: str


@dataclass(frozen=True)
class RoleChanged(Event):
    """Whether a role asks for a second factor."""

    subject: ClassVar[str] = "role"
    role_id: int
    role: str
    second_factor: bool
