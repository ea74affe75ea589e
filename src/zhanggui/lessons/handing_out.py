"""Lists of lessons that are taken along as a file: masked, and never unnoticed."""

from datetime import datetime

from zhanggui.journal.book import tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.lessons.events import LessonsTaken


def taken(rows: int, *, by: Actor, at: datetime) -> None:
    """The book notes who took how many along."""
    with db.write():
        tell([LessonsTaken(by.id or 0, rows)], by=by, at=at)
