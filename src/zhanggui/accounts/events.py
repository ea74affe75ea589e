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
    """A person was switched off or on, given another role or a new first password: which, never what."""

    subject: ClassVar[str] = "person"
    person_id: int
    what: str
