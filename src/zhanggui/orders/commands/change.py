"""Changing what an order says, before the warehouse has it. Each change is reviewed again at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from zhanggui.catalog.models import Sku, normal
from zhanggui.customers import sealing
from zhanggui.customers.models import Recipient
from zhanggui.customers.sealing import Person
from zhanggui.journal.book import Batch, ask, command, tell
from zhanggui.journal.steps import step
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotFound
from zhanggui.kernel.money import share_out
from zhanggui.orders import reaching, states
from zhanggui.orders.commands import review
from zhanggui.orders.events import OrderChanged, OrderSubmitted
from zhanggui.orders.models import Line, Order
from zhanggui.orders.refusals import BadPayment, BelowNothing, LastLine, NoSuchSku, NotEditable
from zhanggui.orders.states import ORDER

EDITABLE = (states.DRAFT, states.PENDING_PAYMENT, states.PENDING_REVIEW)
ADDRESS = ("name", "phone", "phone2", "province", "city", "district", "street", "postcode")
# The rest waits for the worker, so that one click never holds the database for long.
REVIEWED_AT_ONCE = 100
LATER = ("cod", "on_account")


@command(needs="order.edit", over="order")
def set_address(order_id: int, said: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    """Change to whom an order goes. Parts that are absent or blank stay as they are.

    ``said``: name, phone, phone2, province, city, district, street, postcode. The book names the parts, never what
    they say. A shop's own ciphertext no longer fits once a person typed something else, and is dropped.
    """
    order = _editable(order_id)
    given = {part: said[part].strip() for part in ADDRESS if said.get(part, "").strip()}
    row = Recipient.objects.get(pk=order.recipient_id)
    name, phone, phone2, street, account, postcode = sealing.opened(row.sealed)
    where = (row.country, row.province, row.city, row.district, postcode)
    before = Person(name, phone, phone2, street, account, *where, row.oaid, row.platform_ciphertext, sealing.note_in(row.sealed))
    after = before._replace(**given)
    if after == before:
        return
    if {"name", "phone", "street"} & set(given):
        after = after._replace(oaid="", ciphertext="")
    columns = dict(zip(sealing.COLUMNS, sealing.row_of(after, row.pk, row.made_at, settings.KEY_RING), strict=True))
    del columns["id"], columns["made_at"]
    Recipient.objects.filter(pk=row.pk).update(**columns)
    _changed([order], sorted(part for part in given if getattr(before, part) != given[part]), by=by, at=at)


@command(needs="order.edit", over="line")
def match_sku(line_id: int, sku_id: int, *, everywhere: bool = False, by: Actor, at: datetime) -> Batch:
    """Say which of our goods a line is. ``everywhere`` says it of every waiting line that has the same code, as far as one reaches.

    Returns the orders it changed. Beyond the first hundred they are reviewed by the worker.
    """
    line = _line(line_id)
    sku = _sku(sku_id)
    lines = Line.objects.filter(pk=line.pk)
    if everywhere and line.sku_code:
        lines = Line.objects.filter(reaching.of(by.reach, "order__"), sku=None, sku_code=line.sku_code)
    waiting = Order.objects.select_for_update().filter(pk__in=lines.values("order_id"), stage__in=EDITABLE)
    orders = list(waiting.order_by("pk").only("pk", "number", "stage"))
    if line.order_id not in {order.pk for order in orders}:
        _editable(line.order_id)
    lines.filter(order__in=[order.pk for order in orders]).update(sku=sku)
    facts = {order.pk: {"code": line.sku_code, "sku": sku.code} for order in orders}
    _changed(orders, ["sku"], facts=facts, by=by, at=at)
    return Batch(done=[order.pk for order in orders])


@command(needs="order.edit", over="line")
def swap_sku(line_id: int, sku_id: int, *, by: Actor, at: datetime) -> None:
    """Send other goods instead: the line takes their code and name; what the buyer pays stays as it is."""
    line = _line(line_id)
    order = _editable(line.order_id)
    sku = _sku(sku_id)
    before = line.sku_code
    Line.objects.filter(pk=line.pk).update(sku=sku, sku_code=sku.code, name=sku.name, spec=sku.spec)
    _changed([order], ["goods"], facts={order.pk: {"code": before, "sku": sku.code}}, by=by, at=at)


@command(needs="order.edit", over="line")
def change_quantity(line_id: int, quantity: int, *, by: Actor, at: datetime) -> None:
    """How many pieces the buyer gets; none takes the line out. Its discount shrinks or grows with it, to the cent.

    What was paid stays written as paid: review says when it is no longer what is owed.
    """
    line = _line(line_id)
    order = _editable(line.order_id)
    if quantity == line.quantity:
        return
    if quantity <= 0:
        if order.kinds <= 1:
            raise LastLine(number=order.number)
        line.delete()
    else:
        kept = share_out(line.discount_minor, [quantity, max(line.quantity - quantity, 0)])[0]
        discount = kept if quantity < line.quantity else line.discount_minor * quantity // line.quantity
        total = quantity * line.unit_minor - discount
        Line.objects.filter(pk=line.pk).update(quantity=quantity, discount_minor=discount, total_minor=total)
    _add_up(order)
    facts = {order.pk: {"sku": line.sku_code, "from": line.quantity, "to": max(quantity, 0)}}
    _changed([order], ["quantity"], facts=facts, by=by, at=at)


def _add_up(order: Order) -> None:
    """The order's sums follow its lines."""
    lines = list(Line.objects.filter(order=order.pk).values_list("total_minor", "quantity"))
    goods, pieces = sum(total for total, _ in lines), sum(many for _, many in lines)
    total = goods - order.discount_minor + order.freight_minor
    if total < 0:
        raise BelowNothing(number=order.number)
    Order.objects.filter(pk=order.pk).update(goods_minor=goods, total_minor=total, pieces=pieces, kinds=len(lines))


@command(needs="order.review", over="order")
def set_payment(order_id: int, payment: str, *, by: Actor, at: datetime) -> None:
    """How it is paid: ``paid`` in full, ``cod`` at the door, ``on_account``. An order that waited for money goes to review."""
    if payment not in ("paid", *LATER):
        raise BadPayment(payment=payment)
    order = _editable(order_id)
    facts: dict[str, Any] = {"payment": payment}
    if payment == "paid":
        facts |= {"paid_minor": order.total_minor, "paid_at": order.paid_at or at}
    Order.objects.filter(pk=order.pk).update(**facts)
    if order.stage == states.PENDING_PAYMENT:
        moves = step(Order, ORDER, "pay", [order.pk])
        tell([OrderSubmitted(move.id) for move in moves], by=by, at=at, moves=moves)
    _changed([order], ["payment"], facts={order.pk: {"to": payment}}, by=by, at=at)


@command(needs="order.edit", over="order")
def submit(order_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Drafts go to review. One that is no draft any more is left."""
    moves = step(Order, ORDER, "submit", order_ids)
    tell([OrderSubmitted(move.id) for move in moves], by=by, at=at, moves=moves)
    batch = Batch(done=[move.id for move in moves])
    batch.refuse(set(order_ids) - set(batch.done), "wrong-stage")
    return batch


def _editable(order_id: int) -> Order:
    """The order, held until the change is done. Raises NotFound or NotEditable."""
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    if order is None:
        raise NotFound(what=order_id)
    if order.stage not in EDITABLE:
        raise NotEditable(number=order.number, stage=states.WORD[order.stage])
    return order


def _line(line_id: int) -> Line:
    line = Line.objects.filter(pk=line_id).first()
    if line is None:
        raise NotFound(what=line_id)
    return line


def _sku(sku_id: int) -> Sku:
    sku = Sku.objects.filter(pk=sku_id, retired_at=None).first()
    if sku is None:
        raise NoSuchSku(code=sku_id)
    return sku


def sku_called(code: str) -> int:
    """The id of the goods with this code. Raises NoSuchSku."""
    found = Sku.objects.filter(norm=normal(code), retired_at=None).values_list("pk", flat=True).first()
    if found is None:
        raise NoSuchSku(code=code)
    return found


def _changed(
    orders: Sequence[Order], fields: list[str], *, facts: Mapping[int, Mapping[str, Any]] | None = None, by: Actor, at: datetime
) -> None:
    """Tell it, and let the rules look again as the house itself: a person who changes an order has not approved it."""
    tell([OrderChanged(order.pk, fields) for order in orders], by=by, at=at, facts=facts)
    waiting = [order.pk for order in orders if order.stage == states.PENDING_REVIEW]
    if waiting:
        review.run(waiting[:REVIEWED_AT_ONCE], by=SYSTEM, at=at)
    for chunk in db.in_chunks(waiting[REVIEWED_AT_ONCE:], REVIEWED_AT_ONCE):
        ask(review.review_again, list(chunk), at=at)
