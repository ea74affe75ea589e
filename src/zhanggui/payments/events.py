"""What can happen to the money of an order."""

from dataclasses import dataclass
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
