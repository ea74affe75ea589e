"""What can happen to an import."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.journal.events import Event


@dataclass(frozen=True)
class ImportStarted(Event):
    """A file is being taken in."""

    subject: ClassVar[str] = "import"
    import_id: int
    kind: str


@dataclass(frozen=True)
class ImportEnded(Event):
    """Every row of the file has its outcome, or the file was refused or stopped."""

    subject: ClassVar[str] = "import"
    import_id: int
    state: str
    rows_ok: int
    rows_rejected: int


@dataclass(frozen=True)
class RejectsTaken(Event):
    """The rejected rows of an import were taken out as a file, persons in plain with them. ``file`` is what it was called."""

    subject: ClassVar[str] = "import"
    import_id: int
    rows: int
    file: str


@dataclass(frozen=True)
class UndoAsked(Event):
    """Somebody asked that an import be taken back."""

    subject: ClassVar[str] = "import"
    import_id: int


@dataclass(frozen=True)
class UndoNotAllowed(Event):
    """Whoever asked that an import be taken back may no longer do that: the rest of its orders stays, and it may be asked again."""

    subject: ClassVar[str] = "import"
    import_id: int
    cancelled: int


@dataclass(frozen=True)
class ImportUndone(Event):
    """An import was taken back as far as its orders could be cancelled; the rest had gone further."""

    subject: ClassVar[str] = "import"
    import_id: int
    cancelled: int
    stayed: int
