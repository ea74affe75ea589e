"""What happened to the backups, and to jobs that gave up."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.journal.events import Event


@dataclass(frozen=True)
class BackupMade(Event):
    """A backup file lies in its folder; nobody knows yet whether it comes back."""

    subject: ClassVar[str] = "backup"
    backup_id: int


@dataclass(frozen=True)
class BackupTried(Event):
    """A backup was restored aside. ``good``: the same data, and the books in order."""

    subject: ClassVar[str] = "backup"
    backup_id: int
    good: bool


@dataclass(frozen=True)
class BackupTaken(Event):
    """Somebody took a copy of a backup away."""

    subject: ClassVar[str] = "backup"
    backup_id: int


@dataclass(frozen=True)
class BackupKeyTaken(Event):
    """Somebody took a copy of the key that opens the backups. ``house`` is 0: it is one for all."""

    subject: ClassVar[str] = "backup-key"
    house: int


@dataclass(frozen=True)
class Restored(Event):
    """The books are those of a backup, from this moment on. ``house`` is 0: all of it."""

    subject: ClassVar[str] = "house"
    house: int


@dataclass(frozen=True)
class JobDiscarded(Event):
    """A job in quarantine was let go by a person, and will never be done."""

    subject: ClassVar[str] = "job"
    job_id: int
    name: str
    error: str


@dataclass(frozen=True)
class KeysTurned(Event):
    """A new key seals from now on, or old ones were let go. ``house`` is 0: they are for all of it."""

    subject: ClassVar[str] = "keys"
    house: int
    what: str
    key_id: str


@dataclass(frozen=True)
class OrdersTakenInPlain(Event):
    """Somebody took orders along with their recipients in plain: how many, and why. ``first_id`` is one of them."""

    subject: ClassVar[str] = "order"
    first_id: int
    many: int
    why: str


@dataclass(frozen=True)
class PersonSearched(Event):
    """Somebody asked what is held of one person: how much was found, never whom they asked for. ``house`` is 0."""

    subject: ClassVar[str] = "house"
    house: int
    found: int


@dataclass(frozen=True)
class PersonTaken(Event):
    """Everything held of one recipient was handed out: how many orders. One is told for each recipient."""

    subject: ClassVar[str] = "recipient"
    recipient_id: int
    orders: int
