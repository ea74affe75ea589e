"""What the house does by itself to stay safe."""

from datetime import datetime

from zhanggui.journal.events import every
from zhanggui.ops import seals


@every(minutes=1)
def seal_the_book(*, at: datetime) -> None:
    """Close the settled part of the book."""
    seals.seal(at=at)
