"""Orders drawn from a template: what would be made of each wish, and what stands in the way. Nothing is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from zhanggui.catalog.models import Sku, normal
from zhanggui.customers.models import Recipient
from zhanggui.customers.notes import masked
from zhanggui.customers.queries import persons
from zhanggui.customers.sealing import Person, problems_of
from zhanggui.kernel import clock
from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.kernel.errors import Refused
from zhanggui.kernel.money import price_in
from zhanggui.orders import reaching, refusals, states
from zhanggui.orders.drafts import NewLine, NewOrder
from zhanggui.orders.models import Order, Template, TemplateLine
from zhanggui.orders.rules import wording
from zhanggui.orders.sheet import MOST_MINOR

MOST = 500
MOST_PIECES = 100_000
LATER = ("cod", "on_account")


class Wish(NamedTuple):
    """One order asked of a template; whatever is left out is as the template says. ``like`` is the number of an earlier order
    whose recipient this one has; ``pieces`` are by code of the goods, ``quantity`` is of a template's only line; ``gaps`` fill the notes.
    ``wrong`` is what could not be read of it."""

    person: Person | None = None
    like: str = ""
    quantity: str = ""
    pieces: Mapping[str, str] = {}
    placed_at: datetime | None = None
    ship_by: datetime | None = None
    gaps: Mapping[str, str] = {}
    wrong: tuple[Refused, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """``order`` as it would be placed, without its number; None where ``against`` says why it cannot be.
    ``doubts`` are what review would stop it for, by the codes of recipients."""

    order: NewOrder | None
    against: Sequence[Refused] = ()
    doubts: Sequence[str] = ()
    pieces: int = 0


@dataclass
class Ground:
    """What drawing needs to know: read once for all wishes."""

    template: Template
    lines: list[TemplateLine]
    skus: Mapping[int, Sku]
    own: Person | None
    erased: bool
    likes: Mapping[str, Person | None] = field(default_factory=dict)


def ground(template: Template, wishes: Iterable[Wish] = (), *, reach: Reach = EVERYWHERE) -> Ground:
    """At most five statements, however many wishes."""
    lines = list(TemplateLine.objects.filter(template=template.pk).order_by("position"))
    skus = Sku.objects.in_bulk({line.sku_id for line in lines if line.sku_id})
    row = Recipient.objects.filter(pk=template.recipient_id).first() if template.recipient_id else None
    own = persons([row])[row.pk]._replace(note="") if row is not None and row.erased_at is None else None
    return Ground(template, lines, skus, own, row is not None and row.erased_at is not None, _likes(wishes, reach))


def _likes(wishes: Iterable[Wish], reach: Reach) -> dict[str, Person | None]:
    """Number of an order → its recipient; None for one that was erased."""
    numbers = {wish.like for wish in wishes if wish.like}
    if not numbers:
        return {}
    rows = Order.objects.filter(reaching.of(reach), number__in=numbers).select_related("recipient")
    found = {order.number: order.recipient for order in rows}
    open_ = persons([row for row in found.values() if row.erased_at is None])
    return {number: open_[row.pk]._replace(note="") if row.pk in open_ else None for number, row in found.items()}


def draw(known: Ground, wishes: Sequence[Wish], *, submits: bool | None = None, at: datetime) -> list[Drawn]:
    """What would become of each wish, in their order. No statement."""
    return [
        _one(known, wish, nth, known.template.submits if submits is None else submits, at)
        for nth, wish in enumerate(wishes, start=1)
    ]


def begins(payment: str, *, submits: bool) -> str:
    """Where an order's life begins: one that is not paid and will not be later waits for its money."""
    if not submits:
        return states.DRAFT
    return states.PENDING_REVIEW if payment in ("paid", *LATER) else states.PENDING_PAYMENT


def _one(known: Ground, wish: Wish, nth: int, submits: bool, at: datetime) -> Drawn:
    template, against = known.template, list(wish.wrong)
    lines = _lines(known, wish, against)
    pieces = sum(line.quantity for line in lines)
    if not lines and not against:
        against.append(refusals.NothingLeft())
    person = _person(known, wish, against)
    placed_at = wish.placed_at or at
    own = wording.ours(local=timezone.localtime(placed_at, clock.company_zone()), number=nth, pieces=pieces)
    notes = (template.buyer_note, template.seller_note)
    against += [refusals.GapOpen(gap=gap) for gap in wording.unfilled(notes, wish.gaps)]
    goods = sum(line.total_minor for line in lines)
    total = goods - template.discount_minor + template.freight_minor
    if goods + template.freight_minor > MOST_MINOR:
        against.append(refusals.BadAmount())
    if lines and total < 0:
        against.append(refusals.BelowNothing(number=template.name))
    if against:
        return Drawn(None, against, pieces=pieces)
    within = timedelta(hours=template.ship_within_h) if template.ship_within_h else None
    paid = template.payment == "paid"
    buyer_note, seller_note = (wording.filled(note, wish.gaps, own) for note in notes)
    order = NewOrder(
        "", placed_at, tuple(lines), person, template.currency, template.discount_minor, template.freight_minor, total,
        total if paid else 0, template.payment, begins(template.payment, submits=submits), template.payment_method,
        placed_at if paid else None, wish.ship_by or (placed_at + within if within else None), "", buyer_note, seller_note,
        "", template.kind,
    )  # fmt: skip
    doubts = problems_of(person).split() if template.shop.needs_address else []
    return Drawn(order, (), doubts, pieces)


def _person(known: Ground, wish: Wish, against: list[Refused]) -> Person:
    if wish.person is not None:
        return wish.person
    if wish.like:
        if wish.like not in known.likes:
            against.append(refusals.NoSuchOrder(number=wish.like))
        elif (found := known.likes[wish.like]) is not None:
            return found
        else:
            against.append(refusals.CustomerErased())
        return Person()
    if known.own is not None:
        return known.own
    if known.erased:
        against.append(refusals.CustomerErased())
    elif known.template.shop.needs_address:
        against.append(refusals.NoCustomer())
    return Person()


def _lines(known: Ground, wish: Wish, against: list[Refused]) -> list[NewLine]:
    asked = {normal(code): said.strip() for code, said in wish.pieces.items() if said.strip()}
    if wish.quantity.strip():
        if len(known.lines) == 1:
            asked.setdefault(normal(known.lines[0].sku_code), wish.quantity.strip())
        else:
            against.append(refusals.WhichLine(lines=len(known.lines)))
    found = []
    for line in known.lines:
        said = asked.pop(normal(line.sku_code), "")
        quantity = _pieces(said) if said else line.quantity
        if quantity is None:
            against.append(refusals.NotSoMany(said=said[:20]))
        elif quantity and (drawn := _line(known, line, quantity, against)):
            found.append(drawn)
    against += [refusals.NoSuchLine(sku=code[:64]) for code in asked]
    return found


def _pieces(said: str) -> int | None:
    return int(said) if said.isdecimal() and len(said) <= 6 and int(said) <= MOST_PIECES else None


def _line(known: Ground, line: TemplateLine, quantity: int, against: list[Refused]) -> NewLine | None:
    sku = known.skus.get(line.sku_id) if line.sku_id else None
    if sku is not None and sku.retired_at is not None:
        against.append(refusals.SkuRetired(sku=sku.code))
        return None
    unit, discount = line.unit_minor, line.discount_minor * quantity // line.quantity
    if line.todays_price:
        price = price_in(known.template.currency, sku.price_minor, sku.currency) if sku is not None else None
        if not price:
            against.append(refusals.NoPriceToday(sku=line.sku_code or line.name))
            return None
        unit, discount = price, 0
    total = quantity * unit - discount
    return NewLine(line.sku_id, line.sku_code, line.name, line.spec, quantity, unit, discount, total, line.note)


def said_of(refused: Refused) -> dict[str, Any]:
    """A refusal as a row of a making keeps it: what somebody typed into the wrong column may be a phone."""
    facts = {name: masked(value) if isinstance(value, str) else value for name, value in refused.facts.items()}
    return {"code": refused.code, "facts": facts}
