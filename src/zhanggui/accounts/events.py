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

    ``what`` is ``off``, ``on``, ``role:`` and the role, ``reach``, ``logins``, ``password``, ``password:own``, ``password:link``, ``link``,
    ``sessions``, ``second:`` and what was added, removed, renewed, used or cleared.
    """

    subject: ClassVar[str] = "person"
    person_id: int
    what: str


@dataclass(frozen=True)
class RoleMade(Event):
    """The shop made a role of its own, from another."""

    subject: ClassVar[str] = "role"
    role_id: int
    role: str
    origin: str


@dataclass(frozen=True)
class GrantsChanged(Event):
    """A role of the shop's own lets its people do other things from now on, or is called otherwise."""

    subject: ClassVar[str] = "role"
    role_id: int
    role: str


@dataclass(frozen=True)
class RoleDropped(Event):
    """A role of the shop's own is no more; whoever had it has ``moved_to`` now."""

    subject: ClassVar[str] = "role"
    role_id: int
    role: str
    moved_to: str


@dataclass(frozen=True)
class InvitationChanged(Event):
    """An invitation was ``made``, ``renewed``, handed out as a ``link``, ``withdrawn`` or ``used``."""

    subject: ClassVar[str] = "invitation"
    invitation_id: int
    what: str


@dataclass(frozen=True)
class RoleChanged(Event):
    """Whether a role asks for a second factor."""

    subject: ClassVar[str] = "role"
    role_id: int
    role: str
    second_factor: bool


@dataclass(frozen=True)
class TokenMade(Event):
    """A key was made for a program: under which name, for which rights."""

    subject: ClassVar[str] = "token"
    token_id: int
    name: str
    scopes: list[str]


@dataclass(frozen=True)
class TokenRevoked(Event):
    """A key no longer opens anything."""

    subject: ClassVar[str] = "token"
    token_id: int
