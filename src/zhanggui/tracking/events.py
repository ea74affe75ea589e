"""What can happen on the way."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.journal.events import Event


@dataclass(frozen=True)
class ParcelMoved(Event):
    """The carrier scanned it at a new status."""

    subject: ClassVar[str] = "parcel"
    parcel_id: int
    order_id: int
    status: str
    text: str


@dataclass(frozen=True)
class ParcelDelivered(Event):
    """It is with the buyer."""

    subject: ClassVar[str] = "parcel"
    parcel_id: int
    order_id: int
