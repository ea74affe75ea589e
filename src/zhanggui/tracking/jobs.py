"""What happens on the road by itself."""

from datetime import datetime

from zhanggui.journal.events import every
from zhanggui.tracking.commands import ending, polling


@every(seconds=30, lane="slow")
def poll_carriers(at: datetime) -> None:
    """Ask carriers about the parcels that are due."""
    polling.poll(at=at)


@every(hours=1)
def complete_due(at: datetime) -> None:
    """Complete orders that arrived long enough ago."""
    ending.complete_due(at=at)
