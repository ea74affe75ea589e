"""What can happen to goods."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.journal.events import Event


@dataclass(frozen=True)
class SkuDefined(Event):
    """A SKU is new, or something said of it changed."""

    subject: ClassVar[str] = "sku"
    sku_id: int
    fields: list[str]
