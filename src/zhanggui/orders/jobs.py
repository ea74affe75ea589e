"""What orders do by the clock."""

from datetime import datetime

from zhanggui.journal.events import every
from zhanggui.orders.commands import entry


@every(hours=1, lane="slow")
def forget_drafts(*, at: datetime) -> None:
    """Let go of drafts nobody touched for a month."""
    entry.forget(at=at)
