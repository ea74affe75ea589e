"""What can happen in the warehouse."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.journal.events import Event


@dataclass(frozen=True)
class WavePlanned(Event):
    """Approved orders were gathered into a wave."""

    subject: ClassVar[str] = "wave"
    wave_id: int
    orders: int


@dataclass(frozen=True)
class WaveReleased(Event):
    """The walk is set; picking may begin."""

    subject: ClassVar[str] = "wave"
    wave_id: int


@dataclass(frozen=True)
class WavePicked(Event):
    """Every stop of the walk is done."""

    subject: ClassVar[str] = "wave"
    wave_id: int


@dataclass(frozen=True)
class WaveResumed(Event):
    """A stop was taken back after the walk was done."""

    subject: ClassVar[str] = "wave"
    wave_id: int


@dataclass(frozen=True)
class ShelfCameShort(Event):
    """A bin had fewer pieces than the books say: it waits for a count."""

    subject: ClassVar[str] = "wave"
    wave_id: int
    bin_id: int
    sku_id: int
    asked: int
    found: int


@dataclass(frozen=True)
class WaveFinished(Event):
    """Every parcel of it was shipped or set aside."""

    subject: ClassVar[str] = "wave"
    wave_id: int


@dataclass(frozen=True)
class WaveCancelled(Event):
    """The orders went back; what was picked lies on its shelves again."""

    subject: ClassVar[str] = "wave"
    wave_id: int


@dataclass(frozen=True)
class ParcelMade(Event):
    """A box was planned for an order."""

    subject: ClassVar[str] = "parcel"
    parcel_id: int
    order_id: int


@dataclass(frozen=True)
class ParcelOpened(Event):
    """Somebody packs it."""

    subject: ClassVar[str] = "parcel"
    parcel_id: int
    order_id: int


@dataclass(frozen=True)
class ParcelPacked(Event):
    """Everything is in and the box is closed."""

    subject: ClassVar[str] = "parcel"
    parcel_id: int
    order_id: int


@dataclass(frozen=True)
class ParcelReopened(Event):
    """A closed box was opened again before it left."""

    subject: ClassVar[str] = "parcel"
    parcel_id: int
    order_id: int


@dataclass(frozen=True)
class ParcelVoided(Event):
    """The box will not be shipped."""

    subject: ClassVar[str] = "parcel"
    parcel_id: int
    order_id: int
    reason: str


@dataclass(frozen=True)
class WaybillIssued(Event):
    """The carrier gave a number."""

    subject: ClassVar[str] = "parcel"
    parcel_id: int
    order_id: int
    waybill: str


@dataclass(frozen=True)
class WaybillRefused(Event):
    """The carrier said no, in its own words."""

    subject: ClassVar[str] = "parcel"
    parcel_id: int
    order_id: int
    code: str
    message: str


@dataclass(frozen=True)
class WaybillVoided(Event):
    """The number will not be used; the carrier is told."""

    subject: ClassVar[str] = "parcel"
    parcel_id: int
    order_id: int
    waybill: str


@dataclass(frozen=True)
class ParcelShipped(Event):
    """It was handed to the carrier: stock is issued, the order goes on."""

    subject: ClassVar[str] = "parcel"
    parcel_id: int
    order_id: int
    waybill: str
