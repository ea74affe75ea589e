"""What can happen to somebody's personal data."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.journal.events import Event


@dataclass(frozen=True)
class RecipientRevealed(Event):
    """Somebody looked behind one mask, and said why; never what they saw."""

    subject: ClassVar[str] = "recipient"
    recipient_id: int
    why: str


@dataclass(frozen=True)
class RecipientsOpened(Event):
    """A sealed recipient was read for a label or a carrier: whose and why, never what."""

    subject: ClassVar[str] = "recipient"
    recipient_id: int
    why: str


@dataclass(frozen=True)
class RevealsUnusual(Event):
    """More was looked at than usual: ``kind`` is house (within an hour) or person (within a day)."""

    subject: ClassVar[str] = "person"
    person_id: int
    kind: str
    many: int
    usual: int


@dataclass(frozen=True)
class BuyerBlocked(Event):
    """A phone is on the blacklist; the book says why and until when, never which."""

    subject: ClassVar[str] = "blocked"
    blocked_id: int


@dataclass(frozen=True)
class BuyerUnblocked(Event):
    """A phone is on the blacklist no longer."""

    subject: ClassVar[str] = "blocked"
    blocked_id: int


@dataclass(frozen=True)
class RecipientsErased(Event):
    """Nothing of these people is left but masks. ``digest`` covers which rows they were: the erasure list proves it."""

    subject: ClassVar[str] = "erasure"
    last_id: int
    cause: str
    many: int
    digest: str


@dataclass(frozen=True)
class ErasingStopped(Event):
    """This recipient must not be erased, or may be again: ``why`` is empty."""

    subject: ClassVar[str] = "recipient"
    recipient_id: int
    why: str
