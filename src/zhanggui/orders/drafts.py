"""An order as it is handed to us, before it is in the books. Pure."""

from datetime import datetime
from typing import NamedTuple

from zhanggui.customers.sealing import Person


class NewLine(NamedTuple):
    """``total_minor`` = quantity × unit − discount. ``sku_id`` is None where the code is not one of ours. ``ships_from``: sold before it is
    there, it may be shipped from then on."""

    sku_id: int | None
    sku_code: str
    name: str
    spec: str
    quantity: int
    unit_minor: int
    discount_minor: int
    total_minor: int
    note: str = ""
    platform_no: str = ""
    ships_from: datetime | None = None


class NewOrder(NamedTuple):
    """``total_minor`` = Σ line totals − discount + freight. ``stage`` is where its life begins in our books. ``ships_from`` is of all
    lines that name no moment of their own."""

    platform_no: str
    placed_at: datetime
    lines: tuple[NewLine, ...]
    person: Person
    currency: str
    discount_minor: int
    freight_minor: int
    total_minor: int
    paid_minor: int
    payment: str
    stage: str
    payment_method: str = ""
    paid_at: datetime | None = None
    ship_by: datetime | None = None
    platform_status: str = ""
    buyer_note: str = ""
    seller_note: str = ""
    flag: str = ""
    kind: str = "normal"
    waybill: str = ""
    ships_from: datetime | None = None


class Known(NamedTuple):
    """An order that is here already: ``same`` as what was handed to us, or changed since."""

    order_id: int
    same: bool
    stage: str


class Placed(NamedTuple):
    """What became of a batch: platform number → our id, or the order that is already here."""

    created: dict[str, int]
    known: dict[str, Known]
