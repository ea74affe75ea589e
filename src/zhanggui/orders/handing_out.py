"""Lists of orders that are taken along as a file: masked, and never unnoticed."""

from datetime import datetime

from zhanggui.journal.book import tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.orders.events import OrdersTaken


def taken(rows: int, file: str, *, by: Actor, at: datetime) -> None:
    """The book notes who took how many orders along, and what the file was called."""
    with db.write():
        tell([OrdersTaken(by.id or 0, rows, file)], by=by, at=at)
