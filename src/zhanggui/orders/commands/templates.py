"""Templates: an order kept to be made again, what it says, who may use it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import F

from zhanggui.catalog.models import Sku, normal
from zhanggui.catalog.queries import ids_by_norm
from zhanggui.customers import sealing
from zhanggui.customers.models import Recipient
from zhanggui.customers.notes import masked
from zhanggui.customers.queries import persons
from zhanggui.customers.sealing import Person
from zhanggui.journal.book import command, tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Changed, NotFound
from zhanggui.kernel.money import price_in
from zhanggui.orders import refusals
from zhanggui.orders.commands import lowering
from zhanggui.orders.events import TemplateChanged
from zhanggui.orders.kinds import FREE
from zhanggui.orders.models import Order, Recurring, Template, TemplateLine
from zhanggui.orders.reading import templates as reading
from zhanggui.orders.rulebook import bought_lines
from zhanggui.orders.sheet import MOST_MINOR

PAYMENTS = ("unpaid", "paid", "cod", "on_account")
MOST_LINES = 200


class WantedLine(NamedTuple):
    """A line as somebody writes it. ``unit_minor`` counts where the price is fixed."""

    code: str
    quantity: int
    unit_minor: int
    todays_price: bool = False
    discount_minor: int = 0
    note: str = ""


class Wanted(NamedTuple):
    """What a template is to say."""

    name: str
    lines: tuple[WantedLine, ...]
    payment: str = "unpaid"
    payment_method: str = ""
    kind: str = "normal"
    discount_minor: int = 0
    freight_minor: int = 0
    submits: bool = True
    ship_within_h: int | None = None
    buyer_note: str = ""
    seller_note: str = ""
    shared: bool = False


@command(needs="order.create", over="order")
def save(
    order_id: int,
    name: str,
    *,
    keeps_customer: bool = False,
    keeps_buyer_note: bool = False,
    shared: bool = False,
    by: Actor,
    at: datetime,
) -> int:
    """Keep an order as a template: its goods at their prices, our notes and how it is paid. Returns the template's id.

    ``keeps_customer``: every order from it goes to the same person, sealed in a row of its own; else the customer is named
    at each use. ``keeps_buyer_note``: what this buyer wrote goes with every order from it, whoever gets it. What was paid stays
    behind. Raises CustomerErased where there is nobody left to keep.
    """
    order = Order.objects.select_related("recipient").filter(pk=order_id).first()
    if order is None:
        raise NotFound(what=order_id)
    recipient_id = _kept(order.recipient, at=at) if keeps_customer else None
    template = Template.objects.create(
        shop_id=order.shop_id, name=_named(name, order.number), owner_id=by.id, owner_name=by.name, shared=shared, kind=order.kind,
        payment=order.payment if order.payment in ("cod", "on_account") else "unpaid", payment_method=order.payment_method,
        currency=order.currency, discount_minor=order.discount_minor, freight_minor=order.freight_minor,
        buyer_note=order.buyer_note if keeps_buyer_note else "", seller_note=order.seller_note, recipient_id=recipient_id,
        from_order_id=order.pk, made_at=at,
    )  # fmt: skip
    lines = bought_lines([order.pk])
    TemplateLine.objects.bulk_create([
        TemplateLine(
            template=template, position=nth, sku_id=line.sku_id, sku_code=line.sku_code, name=line.name, spec=line.spec,
            quantity=line.quantity, unit_minor=line.unit_minor, discount_minor=line.discount_minor, note=line.note,
        )
        for nth, line in enumerate(lines, start=1)
    ])  # fmt: skip
    tell([TemplateChanged(template.pk, "saved")], by=by, at=at, facts={template.pk: {"order_id": order.pk}})
    return template.pk


def _named(name: str, usual: str) -> str:
    return masked(" ".join(name.split()))[:60] or usual


def _kept(row: Recipient, *, at: datetime) -> int:
    if row.erased_at is not None:
        raise refusals.CustomerErased
    return seal(persons([row])[row.pk]._replace(note=""), at=at)


def seal(person: Person, *, at: datetime) -> int:
    """A row of its own for this person: sealed, masked, found by whoever looks for them. Within a transaction."""
    (id_,) = db.take_ids(Recipient, 1)
    db.insert_many(Recipient, sealing.COLUMNS, [sealing.row_of(person, id_, db.adapt(at), settings.KEY_RING)], adapted=True)
    return id_


@command(needs="order.create", over="template")
def write(template_id: int, wanted: Wanted, *, seen: int, by: Actor, at: datetime) -> None:
    """Say anew what a template holds. ``seen`` is the version the writer read: raises Changed where somebody wrote meanwhile.

    Goods are named by their code; a line that has none of ours keeps its words. A price below that of the goods, or more off than
    before, is for those who may change prices. Raises NotYours, NotYourPrice, NoSuchSku, BadPayment, NotSoMany, NothingLeft,
    BadAmount, BelowNothing. Orders made before stay as they are.
    """
    template = _mine(template_id, by=by)
    if template.version != seen:
        raise Changed(what=template.name)
    if wanted.payment not in PAYMENTS:
        raise refusals.BadPayment(payment=wanted.payment)
    kept = {normal(line.sku_code): line for line in TemplateLine.objects.filter(template=template.pk)}
    lines = _lines(template, wanted.lines, kept)
    _may_price(template, wanted, lines, kept, by=by)
    if max([wanted.freight_minor, wanted.discount_minor, *(line.quantity * line.unit_minor for line in lines)]) > MOST_MINOR:
        raise refusals.BadAmount
    fixed = sum(line.quantity * line.unit_minor - line.discount_minor for line in lines)
    if fixed - wanted.discount_minor + wanted.freight_minor < 0 and not any(line.todays_price for line in lines):
        raise refusals.BelowNothing(number=template.name)
    TemplateLine.objects.filter(template=template.pk).delete()
    TemplateLine.objects.bulk_create(lines)
    Template.objects.filter(pk=template.pk).update(
        name=_named(wanted.name, template.name), payment=wanted.payment, payment_method=wanted.payment_method.strip()[:32],
        kind=wanted.kind[:16] or "normal", discount_minor=wanted.discount_minor, freight_minor=wanted.freight_minor,
        submits=wanted.submits, ship_within_h=wanted.ship_within_h, buyer_note=masked(wanted.buyer_note.strip())[:500],
        seller_note=masked(wanted.seller_note.strip())[:500], shared=wanted.shared, version=F("version") + 1,
    )  # fmt: skip
    tell([TemplateChanged(template.pk, "changed")], by=by, at=at)


def _may_price(
    template: Template, wanted: Wanted, lines: Sequence[TemplateLine], kept: Mapping[str, TemplateLine], *, by: Actor
) -> None:
    """An order by hand is not let below the goods' price by just anybody, and neither are a hundred from a template: what it came
    with from its order it may keep, as long as it was not given away then."""
    if by.kind == "system" or by.granted("order.edit_price"):
        return
    free, sells = wanted.kind in FREE, lowering.sold_after_all(template.kind, wanted.kind)
    before = {} if sells else kept
    lowered = [line.sku_code for line in lines if _below(line, free=free) and not _stood(line, before.get(normal(line.sku_code)))]
    goods = sum(line.quantity * line.unit_minor - line.discount_minor for line in lines)
    # What is given away may have all of it taken off: nothing is asked then.
    all_off = free and wanted.discount_minor == goods
    if lowered or (wanted.discount_minor > (0 if sells else template.discount_minor) and not all_off):
        raise refusals.NotYourPrice(sku="、".join(lowered) or "—")


def _below(line: TemplateLine, *, free: bool) -> bool:
    if line.sku is None or line.todays_price:
        return False
    price = price_in(line.template.currency, line.sku.price_minor, line.sku.currency)
    asked = line.quantity * line.unit_minor - line.discount_minor
    return price is not None and asked < line.quantity * price and (asked > 0 or not free)


def _stood(line: TemplateLine, before: TemplateLine | None) -> bool:
    """It asks no less for a piece than it did."""
    if before is None or before.todays_price:
        return False
    now, then = (each.quantity * each.unit_minor - each.discount_minor for each in (line, before))
    return now * before.quantity >= then * line.quantity


def _lines(template: Template, wanted: Sequence[WantedLine], kept: Mapping[str, TemplateLine]) -> list[TemplateLine]:
    if not wanted or len(wanted) > MOST_LINES:
        raise refusals.NothingLeft
    for line in wanted:
        if not 1 <= line.quantity <= 100_000:
            raise refusals.NotSoMany(said=str(line.quantity))
    ids = ids_by_norm([line.code for line in wanted])
    goods = Sku.objects.in_bulk(list(ids.values()))
    lost = [line.code for line in wanted if normal(line.code) not in ids and normal(line.code) not in kept]
    if lost:
        raise refusals.NoSuchSku(code="、".join(lost), codes=lost)
    found = []
    for nth, line in enumerate(wanted, start=1):
        norm = normal(line.code)
        sku, before = goods.get(ids.get(norm, 0)), kept.get(norm)
        made = TemplateLine(
            template=template, position=nth, quantity=line.quantity, unit_minor=max(line.unit_minor, 0), note=masked(line.note)[:200],
            todays_price=line.todays_price, discount_minor=min(max(line.discount_minor, 0), line.quantity * max(line.unit_minor, 0)),
        )  # fmt: skip
        if sku is not None:
            made.sku, made.sku_code, made.name, made.spec = sku, sku.code, sku.name, sku.spec
        elif before is not None:
            made.sku_id, made.sku_code, made.name, made.spec = before.sku_id, before.sku_code, before.name, before.spec
        found.append(made)
    return found


@command(needs="order.create", over="template")
def set_customer(template_id: int, person: Person | None, *, by: Actor, at: datetime) -> None:
    """To whom every order from it goes, sealed; None: named at each use. Who stood there before is forgotten."""
    template = _mine(template_id, by=by)
    before, after = template.recipient_id, seal(person._replace(note=""), at=at) if person is not None else None
    Template.objects.filter(pk=template.pk).update(recipient_id=after, version=F("version") + 1)
    if before is not None and not Template.objects.filter(recipient_id=before).exists():
        Recipient.objects.filter(pk=before, erased_at=None, kept_why="").delete()
    tell([TemplateChanged(template.pk, "customer")], by=by, at=at)


@command(needs="order.create", over="template")
def copy(template_id: int, *, by: Actor, at: datetime) -> int:
    """The same template once more, one's own and private. Returns its id. The customer goes along, in a row of its own."""
    template = reading.one(template_id, by=by)
    row = Recipient.objects.filter(pk=template.recipient_id, erased_at=None).first() if template.recipient_id else None
    lines = list(TemplateLine.objects.filter(template=template.pk).order_by("position"))
    template.recipient_id = _kept(row, at=at) if row is not None else None
    template.pk, template.owner_id, template.owner_name, template.shared = None, by.id, by.name, False
    template.uses, template.used_at, template.archived_at, template.made_at, template.version = 0, None, None, at, 1
    template.save(force_insert=True)
    for line in lines:
        line.pk, line.template = None, template
    TemplateLine.objects.bulk_create(lines)
    tell([TemplateChanged(template.pk, "copied")], by=by, at=at, facts={template.pk: {"from": template_id}})
    return template.pk


@command(needs="order.create", over="template")
def archive(template_ids: Sequence[int], *, by: Actor, at: datetime) -> list[int]:
    """Put them out of the way: nothing is made from them any more, and what came by itself from them is paused. Returns those that were not yet."""
    return _put_away([_mine(id_, by=by) for id_ in template_ids], at, "archived", by=by, at=at)


@command(needs="order.create", over="template")
def bring_back(template_ids: Sequence[int], *, by: Actor, at: datetime) -> list[int]:
    """Archived ones can be used again. What came by itself from them stays paused. Returns those that were archived."""
    return _put_away([_mine(id_, by=by) for id_ in template_ids], None, "brought back", by=by, at=at)


def _put_away(templates: Sequence[Template], moment: datetime | None, how: str, *, by: Actor, at: datetime) -> list[int]:
    going = [each.pk for each in templates if (each.archived_at is None) == (moment is not None)]
    Template.objects.filter(pk__in=going).update(archived_at=moment)
    if moment is not None:
        Recurring.objects.filter(template__in=going, state=Recurring.State.ACTIVE).update(state=Recurring.State.PAUSED)
    tell([TemplateChanged(pk, how) for pk in going], by=by, at=at)
    return going


def _mine(template_id: int, *, by: Actor) -> Template:
    """One that ``by`` may change, held until the change is done. Raises NotFound, NotYours."""
    template = reading.one(template_id, by=by, rows=Template.objects.select_for_update(of=("self",)))
    if not reading.may_change(template, by):
        raise refusals.NotYours(name=template.name, owner=template.owner_name)
    return template
