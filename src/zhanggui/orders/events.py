"""What can happen to an order."""

from dataclasses import dataclass
from typing import Any, ClassVar

from zhanggui.journal.events import Event


@dataclass(frozen=True)
class OrderEvent(Event):
    """The base of them: each is about one order."""

    subject: ClassVar[str] = "order"
    order_id: int


@dataclass(frozen=True)
class OrderPlaced(OrderEvent):
    """A new order is in the books, at whatever stage its shop says."""


@dataclass(frozen=True)
class OrderSentByForm(OrderEvent):
    """A buyer sent it by a public form, and agreed to what the form says of their data."""

    form_id: int


@dataclass(frozen=True)
class OrderSubmitted(OrderEvent):
    """A draft, or an order now paid, goes to review."""


@dataclass(frozen=True)
class OrderHeld(OrderEvent):
    """Review or a person found a reason to stop it."""

    codes: list[str]


@dataclass(frozen=True)
class OrderCleared(OrderEvent):
    """A reason to stop it is gone."""

    code: str


@dataclass(frozen=True)
class OrderApproved(OrderEvent):
    """The goods are promised and the warehouse may begin."""


@dataclass(frozen=True)
class OrderUnapproved(OrderEvent):
    """Taken back to review; the promise of goods is released."""


@dataclass(frozen=True)
class OrderMerged(OrderEvent):
    """It goes in one parcel with the others of this bundle; each stays an order of its own."""

    bundle_id: int


@dataclass(frozen=True)
class OrderUnmerged(OrderEvent):
    """It goes by itself again: a person took it apart, or it no longer goes to the same door."""

    bundle_id: int
    how: str


@dataclass(frozen=True)
class OrderSplitOff(OrderEvent):
    """A new order that was a part of another, ``whole_id``, until now; its shop knows both by one number."""

    whole_id: int


@dataclass(frozen=True)
class OrderRejoined(OrderEvent):
    """A part that went back to the order it was split from; nothing is left of it here."""

    whole_id: int


@dataclass(frozen=True)
class OrderReleased(OrderEvent):
    """It is in a wave."""

    wave_id: int


@dataclass(frozen=True)
class OrderRecalled(OrderEvent):
    """Taken out of its wave before it was shipped."""

    wave_id: int


@dataclass(frozen=True)
class OrderShipped(OrderEvent):
    """Its last open line was handed over."""

    parcel_id: int


@dataclass(frozen=True)
class OrderDelivered(OrderEvent):
    """It is with the buyer."""


@dataclass(frozen=True)
class OrderCompleted(OrderEvent):
    """Nothing more is expected; the figures are settled."""


@dataclass(frozen=True)
class OrderCancelled(OrderEvent):
    """It will not be shipped; what it held is free again."""

    reason: str


@dataclass(frozen=True)
class OrderRestored(OrderEvent):
    """A cancelled order goes back to review."""


@dataclass(frozen=True)
class OrderChanged(OrderEvent):
    """A person changed its facts: which, never to what where it is personal."""

    fields: list[str]


@dataclass(frozen=True)
class CategoryChanged(Event):
    """A category of orders was made, renamed, coloured, moved, put away or taken out again: ``what`` of it."""

    subject: ClassVar[str] = "category"
    category_id: int
    what: str


@dataclass(frozen=True)
class TagChanged(Event):
    """A tag of orders was made, renamed, coloured, moved, put away or taken out again: ``what`` of it."""

    subject: ClassVar[str] = "tag"
    tag_id: int
    what: str


@dataclass(frozen=True)
class OrderChoiceMade(Event):
    """The merchant chose how orders are numbered, or by which ways they are paid."""

    subject: ClassVar[str] = "choice"
    choice_id: int
    name: str


@dataclass(frozen=True)
class OrdersTaken(Event):
    """Somebody took a list of orders along as a file, persons masked. ``file`` is what it was called."""

    subject: ClassVar[str] = "person"
    person_id: int
    rows: int
    file: str


@dataclass(frozen=True)
class CheckTuned(Event):
    """The merchant said how a rule of review stands: for one shop, or (no ``shop_id``) for all."""

    subject: ClassVar[str] = "check"
    check_id: int
    code: str
    shop_id: int | None = None


@dataclass(frozen=True)
class OrderToldApart(OrderEvent):
    """Somebody said that it is another wish than an order that looks like it."""

    other_id: int


@dataclass(frozen=True)
class HoldTypeSaid(Event):
    """The merchant said how a type of hold stands, or added one; the book keeps what."""

    subject: ClassVar[str] = "hold-type"
    type_id: int
    code: str


@dataclass(frozen=True)
class RuleFired(OrderEvent):
    """The order has met a rule of the merchant's: which version of it, what the rule did, and what of the order met it."""

    rule_id: int
    name: str
    version: int
    did: dict[str, Any]
    because: list[dict[str, Any]]


@dataclass(frozen=True)
class RuleChanged(Event):
    """A rule of the merchant's was made, changed, switched on or off, moved or dropped: ``how``. The book keeps what it said then."""

    subject: ClassVar[str] = "rule"
    rule_id: int
    how: str


@dataclass(frozen=True)
class OrderMadeFrom(OrderEvent):
    """It was made from a template; the book says in which making."""

    template_id: int


@dataclass(frozen=True)
class OrderCopiedFrom(OrderEvent):
    """It is a copy of another order; the book says of which."""

    origin_id: int


@dataclass(frozen=True)
class OrderCopied(OrderEvent):
    """Somebody copied it; the book says into how many."""

    copies: int


@dataclass(frozen=True)
class TemplateChanged(Event):
    """A template was saved, changed, archived or brought back: ``how``."""

    subject: ClassVar[str] = "template"
    template_id: int
    how: str


@dataclass(frozen=True)
class OrdersMade(Event):
    """Orders were made at one time."""

    subject: ClassVar[str] = "making"
    making_id: int
    made: int
    refused: int


@dataclass(frozen=True)
class MakingTakenBack(Event):
    """Orders made at one time were taken back, as far as none had moved on."""

    subject: ClassVar[str] = "making"
    making_id: int
    orders: int


@dataclass(frozen=True)
class RecurringChanged(Event):
    """Orders that come by themselves were begun, changed, paused, resumed, skipped once or have ended: ``how``."""

    subject: ClassVar[str] = "recurring"
    recurring_id: int
    how: str


@dataclass(frozen=True)
class RecurringFailed(Event):
    """A slot came and its order could not be placed: ``code`` says why."""

    subject: ClassVar[str] = "recurring"
    recurring_id: int
    code: str
