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


class Doubt(StrEnum):
    """Codes of our own in ``Booked.code``, the same for every carrier: why an answer is not the carrier's word."""

    TIMEOUT = "timeout"              # sent, and no whole answer in time
    BROKEN = "connection-broken"     # sent, and the line was torn
    SERVER_ERROR = "server-error"    # the carrier's machine says it failed: it may have acted before
    UNREADABLE = "answer-unreadable"  # an answer that is not what its contract says
    MISMATCH = "answer-mismatch"     # an answer for something else: another reference, another's number
    MISSING = "answer-missing"       # the answer passes over this one
    NOT_SENT = "not-sent"            # never left the house, others of the same call did: ``FAILED``, book it again


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
    code: str = ""      # the carrier's own error code, or a ``Doubt``
    message: str = ""   # in the carrier's words, for people; empty for a ``Doubt``


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
    """The carrier could not be asked at all; nothing was sent, so nothing happened there.

    ``retry_after_s``: how long it asked us to wait (a carrier that is too busy to act says so), when it said.
    """

    def __init__(self, reason: str = "", *, retry_after_s: int | None = None) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s


class Courier(Protocol):
    """What a carrier plugin offers. ``can`` names its abilities: ``{"book", "ask", "void", "track"}``; see ``HandsOver``.

    Every verb raises ``Unreachable`` when nothing of the call could be sent; ``track`` also when nothing could be read.
    """

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


class HandsOver(Courier, Protocol):
    """A carrier that wants to be told when parcels really lie with it; its ``can`` has ``"handover"``."""

    def hand_over(self, account: Account, waybills: Sequence[str]) -> dict[str, Outcome]:
        """The parcels were given to the carrier: from now on they may move. Telling twice changes nothing."""
