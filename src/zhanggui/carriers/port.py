"""The courier's door: what a carrier plugin is given and what it answers. Pure: no table, no clock, no network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """How an act on somebody else's machine ended. A time-out is ``UNKNOWN``, never ``FAILED``."""

    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """Where a parcel is, in one vocabulary for every carrier."""

    ANNOUNCED = "announced"            # 已取号，未揽收
    PICKED_UP = "picked_up"            # 已揽收
    IN_TRANSIT = "in_transit"          # 运输中
    OUT_FOR_DELIVERY = "out_for_delivery"  # 派送中
    DELIVERED = "delivered"            # 已签收
    FAILED_ATTEMPT = "failed_attempt"  # 派送失败
    REFUSED = "refused"                # 拒收
    RETURNED = "returned"              # 退回
    LOST = "lost"                      # 丢失


@dataclass(frozen=True, slots=True)
class Party:
    """One end of the way, in plain text: it exists only in memory, on its way to the carrier."""

    name: str
    phone: str
    province: str
    city: str
    district: str
    street: str
    country: str = "CN"
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Shipment:
    """What a waybill is asked for. ``reference`` is ours and deterministic: asking twice books once."""

    reference: str
    sender: Party
    receiver: Party
    service: str
    weight_g: int
    pieces: int
    note: str = ""
    cod_minor: int = 0
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class Booked:
    """The answer for one reference. ``sort_code`` is the 三段码, ``station`` the 大头笔 (printed large)."""

    reference: str
    outcome: Outcome
    waybill: str = ""
    sort_code: str = ""
    station: str = ""
    code: str = ""      # the carrier's own error code
    message: str = ""   # in the carrier's words, for people


@dataclass(frozen=True, slots=True)
class TrackEvent:
    """One scan on the way. ``key`` is unique per waybill: the same event heard twice is one."""

    waybill: str
    key: str
    at: datetime
    status: Status
    text: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """How to reach the carrier: settings of one contract. Secrets are given here and kept nowhere else."""

    code: str
    settings: Mapping[str, str] = field(default_factory=dict)


class Unreachable(Exception):
    """The carrier could not be asked at all; nothing was sent, so nothing happened there."""


class Courier(Protocol):
    """What a carrier plugin offers. ``can`` names its abilities: ``{"book", "ask", "void", "track"}``."""

    code: str
    can: frozenset[str]

    def book(self, account: Account, shipments: Sequence[Shipment]) -> list[Booked]:
        """A waybill for each shipment, in the same order. Never raises for one bad shipment among many."""

    def ask(self, account: Account, references: Sequence[str]) -> list[Booked]:
        """What became of references whose outcome is unknown: ``OK`` with the number, ``FAILED`` if never booked."""

    def void(self, account: Account, waybills: Sequence[str]) -> dict[str, Outcome]:
        """Give numbers back that will not be used."""

    def track(self, account: Account, waybills: Sequence[str]) -> list[TrackEvent]:
        """Every event known of these waybills, oldest first."""
