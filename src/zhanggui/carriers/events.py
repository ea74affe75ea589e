"""What can happen to a contract with a carrier."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.journal.events import Event


@dataclass(frozen=True)
class CarrierEnrolled(Event):
    """We may send with it."""

    subject: ClassVar[str] = "carrier"
    carrier_id: int


@dataclass(frozen=True)
class CarrierChanged(Event):
    """Facts of the contract were changed: which, never to what."""

    subject: ClassVar[str] = "carrier"
    carrier_id: int
    fields: list[str]
