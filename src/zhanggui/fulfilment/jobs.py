"""What the warehouse does by itself."""

from datetime import datetime

from zhanggui.fulfilment import giving_back
from zhanggui.fulfilment.commands import waybills
from zhanggui.journal.events import every

__all__ = ["giving_back", "settle_waybills"]


@every(minutes=1, lane="slow")
def settle_waybills(at: datetime) -> None:
    """Ask carriers what became of numbers whose answer never came."""
    waybills.settle(at=at)
