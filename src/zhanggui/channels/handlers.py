"""What the channels do when something happened."""

from collections.abc import Sequence
from datetime import datetime

from zhanggui.channels.commands import undoing
from zhanggui.channels.events import UndoAsked
from zhanggui.journal.events import on


@on(UndoAsked, lane="slow", tries=3)
def undo_imports(events: Sequence[UndoAsked], *, at: datetime) -> None:
    """An import that is to be taken back is, behind the one who asked: a hundred thousand orders are no click."""
    for event in events:
        undoing.carry_out(event.import_id, at=at)
