"""What the house does by itself to stay safe."""

from datetime import datetime

from django.conf import settings
from django.db import connection

from zhanggui.journal import once
from zhanggui.journal.events import every
from zhanggui.kernel import db, sqlite
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops import seals
from zhanggui.ops.backups import keeping, making
from zhanggui.ops.commands import backups
from zhanggui.ops.commands.privacy import forget_files
from zhanggui.ops.privacy import erased_list, retention, turning


@every(minutes=1)
def seal_the_book(*, at: datetime) -> None:
    """Close the settled part of the book."""
    seals.seal(at=at)


@every(hours=1, lane="slow")
def forget_answers(*, at: datetime) -> None:
    """Let go of what programs were answered a week ago: nobody sends those requests again."""
    once.forget(at=at)


@every(minutes=10)
def know_the_tables(*, at: datetime) -> None:
    """SQLite plans by its statistics, and gathers them only when asked; it looks at a sample, and only where much changed."""
    if connection.vendor == "sqlite":
        with db.write():
            db.execute(sqlite.LOOK_AGAIN)


@every(minutes=1, lane="copies")
def back_up(*, at: datetime) -> None:
    """Make a backup when its time has come; one that could not be made is listed with its reason."""
    if keeping.due(backups.last_by_itself(), settings.BACKUP_MINUTES, at):
        backups.or_say_why(by_hand=False, by=SYSTEM, at=at)



@every(hours=1, lane="slow")
def erase_what_is_old(*, at: datetime) -> None:
    """Erase the people of orders that ended long ago, and bring the list beside the backups up to date."""
    retention.run(by=SYSTEM, at=at)
    erased_list.write(making.folder())


# Asked for by name: every worker must know them.
ASKED_FOR = (turning.seal_anew, forget_files)
