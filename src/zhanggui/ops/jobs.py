"""What the house does by itself to stay safe."""

from datetime import datetime

from django.db import connection

from zhanggui.journal.events import every
from zhanggui.kernel import db
from zhanggui.ops import seals


@every(minutes=1)
def seal_the_book(*, at: datetime) -> None:
    """Close the settled part of the book."""
    seals.seal(at=at)


@every(minutes=10)
def know_the_tables(*, at: datetime) -> None:
    """SQLite plans by its statistics, and gathers them only when asked; it looks at a sample, and only where much changed."""
    if connection.vendor == "sqlite":
        with db.write():
            db.execute("PRAGMA optimize=0x10002")
