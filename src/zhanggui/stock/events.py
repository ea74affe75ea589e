"""What can happen to stock."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.journal.events import Event


@dataclass(frozen=True)
class StockReceived(Event):
    """More pieces of a SKU can be promised than before."""

    subject: ClassVar[str] = "sku"
    sku_id: int
    warehouse_id: int
    pieces: int


@dataclass(frozen=True)
class StockCorrected(Event):
    """A count found another number than the books."""

    subject: ClassVar[str] = "sku"
    sku_id: int
    warehouse_id: int
    pieces: int
    why: str


@dataclass(frozen=True)
class SafetySet(Event):
    """From now on so many pieces are never promised."""

    subject: ClassVar[str] = "sku"
    sku_id: int
    warehouse_id: int
    pieces: int


@dataclass(frozen=True)
class WarehouseOpened(Event):
    """A building that ships was added."""

    subject: ClassVar[str] = "warehouse"
    warehouse_id: int
    code: str
