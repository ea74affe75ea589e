"""What can happen to somebody's personal data."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.journal.events import Event


@dataclass(frozen=True)
class RecipientsOpened(Event):
    """Sealed recipients were read: how many and why, never what."""

    subject: ClassVar[str] = "recipient"
    first_id: int
    many: int
    why: str
