"""The shop's door: what a channel plugin yields. Pure: no table, no clock, no network.

A file of exported orders and a marketplace's API are one shape: both yield ``ChannelOrder``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Protocol


class Payment(StrEnum):
    UNPAID = "unpaid"
    PAID = "paid"
    PARTIAL = "partial"
    COD = "cod"
    ON_ACCOUNT = "on_account"


class Said(StrEnum):
    """What the shop says of the order, in one vocabulary."""

    UNPAID = "unpaid"
    PAID = "paid"            # to be shipped
    SHIPPED = "shipped"
    COMPLETED = "completed"
    CANCELLED = "cancelled"  # closed before payment, or refunded whole
    HELD = "held"            # paid, but the shop does not let it be shipped yet
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ChannelRecipient:
    """To whom, in plain text; it is sealed before it is stored."""

    name: str = ""
    phone: str = ""
    phone2: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    street: str = ""
    country: str = "CN"
    postcode: str = ""
    account: str = ""      # the buyer's account name at the shop
    oaid: str = ""
    ciphertext: str = ""


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """One kind of goods in an order. ``total_minor`` = quantity × unit − discount."""

    sku: str
    name: str
    quantity: int
    unit_minor: int
    discount_minor: int
    total_minor: int
    spec: str = ""
    platform_no: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChannelOrder:
    """One order as the shop gives it, amounts in minor units of ``currency``.

    ``total_minor`` is what the buyer owes: Σ line totals − discount + freight.
    ``rows`` are the physical rows of the file it came from, 1-based, header included; ``beside`` are those of the
    companion that completed it. ``again`` are those of ``rows`` that only said an earlier one once more. Sold before it is
    there, it may be shipped from ``ships_from`` on.
    """

    platform_no: str
    placed_at: datetime | None
    lines: tuple[ChannelLine, ...]
    recipient: ChannelRecipient
    currency: str
    discount_minor: int
    freight_minor: int
    total_minor: int
    paid_minor: int
    payment: Payment
    said: Said
    payment_method: str = ""
    paid_at: datetime | None = None
    ship_by: datetime | None = None
    status_raw: str = ""
    buyer_note: str = ""
    seller_note: str = ""
    flag: str = ""
    carrier: str = ""
    waybill: str = ""
    rows: tuple[int, ...] = ()
    warnings: tuple["Problem", ...] = ()
    beside: tuple[int, ...] = ()
    again: tuple[int, ...] = ()
    ships_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row. ``value`` is empty where the column is a person's; whoever keeps it beyond the reading
    masks it first, for people put things in the wrong column. ``beside`` says the row is one of the companion."""

    row: int
    column: str
    code: str
    value: str = ""
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Turned:
    """An order (or a lone row) that cannot come in: all its rows, and why. With rows of the companion alone it is no
    order of the file."""

    platform_no: str
    rows: tuple[int, ...]
    problems: tuple[Problem, ...]
    beside: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class GoodsRow:
    """One kind of goods as a file describes it; ``None`` where the file does not say."""

    row: int
    sku: str
    name: str
    spec: str = ""
    barcode: str = ""
    category: str = ""
    weight_g: int | None = None
    price_minor: int | None = None
    cost_minor: int | None = None
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class StockRow:
    """How many pieces lie where. An empty ``warehouse`` or ``bin`` means the usual one."""

    row: int
    sku: str
    quantity: int
    warehouse: str = ""
    bin: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What a format may know besides the file: zone of bare times, currency where none is named, ``strict``, a
    mapping chosen by a person (our field → header), and companion files already read (see ``FileFormat.companion``).

    ``at`` is the moment of reading: an order placed after it is refused (``None``: any moment is taken).
    ``date_order`` settles ``03/04/2026`` for the whole file: ``"dmy"``, ``"mdy"``, or ``""`` to refuse such dates;
    ``serials`` (``"1900"``, ``"1904"``) does the same for a date that is only a number of days.
    ``fill_down``: a row without an order number is of the order above.
    ``sku_numbers``: a goods code kept as a number is taken as it is.
    ``add_repeats``: a row alike in every cell to another of its order is more of the same, not the same pasted twice.
    ``sum_amounts``: where the rows of an order say different amounts of it, each says its own part.
    ``payment``: how every order is paid of a file that has no column to say it; ``""`` where nobody said it either.
    ``keep_extras``: what stands in columns that are none of ours goes into the seller's note."""

    zone: tzinfo
    currency: str = "CNY"
    mapping: Mapping[str, str] | None = None
    strict: bool = False
    at: datetime | None = None
    date_order: str = ""
    serials: str = ""
    fill_down: bool = False
    sku_numbers: bool = False
    add_repeats: bool = False
    sum_amounts: bool = False
    payment: str = ""
    keep_extras: bool = False


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell nobody can read (a broken formula, a control character), by the code of its problem."""

    code: str
    raw: str = ""


class Table(Protocol):
    """A table read from any file: a header and the rows below it, re-readable from the start."""

    header_row: int
    blank_rows: int
    """Rows below the header with nothing in them; known once ``rows`` was read to its end."""

    @property
    def header(self) -> Sequence[str]: ...

    def rows(self) -> Iterable[tuple[int, list[object]]]:
        """(physical row number, cells) of every row that is not blank; a cell is ``str``, ``int``, ``float``,
        ``bool``, ``datetime``, ``None`` or ``BadCell``. A row keeps the length the file gave it."""

    def column(self, index: int) -> Iterable[object]:
        """The same column of every such row (and perhaps of blank ones), cheaper than ``rows``."""


class FileFormat(Protocol):
    """A kind of exported order file. ``code`` names it on the command line."""

    code: str
    title: str

    def recognises(self, header: Sequence[str]) -> int:
        """How sure we are, 0 (no) to 100, from the header alone."""

    def companion(self, header: Sequence[str]) -> bool:
        """Whether this header is of a second file that completes the first (order details)."""

    def read(self, table: Table, context: Context, companion: Table | None = None) -> Iterable[ChannelOrder | Turned]:
        """Each order once, however its rows are scattered; every non-blank row in exactly one answer, those of the
        companion too. Of one order's problems the first is what its other rows are told."""
