"""What can happen to the money of an order."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from zhanggui.journal.events import Event


@dataclass(frozen=True)
class PaymentReceived(Event):
    """Money came in for it; ``late``: after it was cancelled."""

    subject: ClassVar[str] = "order"
    order_id: int
    amount_minor: int
    late: bool


@dataclass(frozen=True)
class PaymentRefunded(Event):
    """Money of it was given back."""

    subject: ClassVar[str] = "order"
    order_id: int
    amount_minor: int


@dataclass(frozen=True)
class PaymentFailed(Event):
    """The buyer tried to pay and could not; ``cause`` says why in a word of ours."""

    subject: ClassVar[str] = "order"
    order_id: int
    cause: str


@dataclass(frozen=True)
class PaymentMethodChanged(Event):
    """It is to be paid by another way."""

    subject: ClassVar[str] = "order"
    order_id: int
    method: str


@dataclass(frozen=True)
class PaymentExtended(Event):
    """It is waited for longer: until ``due_at``."""

    subject: ClassVar[str] = "order"
    order_id: int
    due_at: datetime


@dataclass(frozen=True)
class PaymentReminded(Event):
    """A reminder of its unpaid money is due: ``to`` is ``staff`` or ``buyer``."""

    subject: ClassVar[str] = "order"
    order_id: int
    to: str


@dataclass(frozen=True)
class PaymentOverdue(Event):
    """Its time to be paid is over, and it still waits."""

    subject: ClassVar[str] = "order"
    order_id: int


@dataclass(frozen=True)
class PaymentChased(Event):
    """Somebody followed up its unpaid money; ``next_on`` is the day to do so again, if any."""

    subject: ClassVar[str] = "order"
    order_id: int
    next_on: str


@dataclass(frozen=True)
class PaymentTermsSaid(Event):
    """The merchant said how long money is waited for, in a shop or (0) in all."""

    subject: ClassVar[str] = "payment-terms"
    policy_id: int
    shop_id: int


@dataclass(frozen=True)
class GatewayChanged(Event):
    """A contract with a gateway was made or changed: ``what`` of it, never to what."""

    subject: ClassVar[str] = "gateway"
    gateway_id: int
    what: str


@dataclass(frozen=True)
class NoticeSettled(Event):
    """What a gateway told and nobody could place was settled by a person: ``how``."""

    subject: ClassVar[str] = "notice"
    notice_id: int
    how: str


@dataclass(frozen=True)
class StatementTaken(Event):
    """A statement of a gateway was brought in, of so many lines."""

    subject: ClassVar[str] = "statement"
    statement_id: int
    many: int
