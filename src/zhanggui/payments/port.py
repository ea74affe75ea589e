"""The gateway's door: what a payment plugin is given and what it answers. Pure: no table, no clock, no network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """What a gateway says happened."""

    PAID = "paid"
    REFUNDED = "refunded"
    FAILED = "failed"
    OTHER = "other"  # something of theirs that is no money of an order


class Forged(Exception):
    """It does not bear the gateway's signature, or was not meant for this account, or is too old to be new."""


class Unreadable(Exception):
    """It is not what the contract says: nothing can be made of it."""


@dataclass(frozen=True, slots=True)
class Account:
    """The keys of one contract. They are given here and kept nowhere else."""

    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """One message of a gateway, its signature checked. ``trade_no`` is the gateway's number of the payment, ``number`` of this very thing
    (the same, or that of a refund). ``so_far``: the amount is all that was refunded of the payment until now."""

    kind: Kind
    order_no: str = ""
    trade_no: str = ""
    number: str = ""
    amount_minor: int = 0
    currency: str = "CNY"
    at: datetime | None = None
    code: str = ""
    so_far: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a statement."""

    kind: Kind
    order_no: str
    trade_no: str
    number: str
    amount_minor: int
    currency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway wants to hear back."""

    status: int
    body: str
    media: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Asked:
    """One setting of a contract: its name, how people call it, whether it is long (a key in lines), and may be left out."""

    name: str
    zh: str
    long: bool = False
    optional: bool = False


class Gateway(Protocol):
    """What a payment plugin offers."""

    code: str
    title: str
    method: str
    asks: tuple[Asked, ...]
    heard: Answer
    refused: Answer

    def wrong(self, account: Account) -> str:
        """The name of the setting that cannot be right; empty when all can."""

    def notice(self, account: Account, headers: Mapping[str, str], body: bytes, at: datetime) -> Notice:
        """What was sent, its signature checked first. Raises Forged, Unreadable."""

    def statement(self, data: bytes) -> Sequence[Entry]:
        """The lines of a statement file as the gateway hands it out. Raises Unreadable."""
