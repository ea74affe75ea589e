"""Changing what an order says, before the warehouse has it. Each change is reviewed again at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from zhanggui.catalog.models import Sku, normal
from zhanggui.catalog.queries import ids_by_norm
from zhanggui.journal.book import Batch, ask, command, tell
from zhanggui.journal.marks import Second
from zhanggui.journal.steps import step
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed, NotFound, Refused
from zhanggui.orders import astray, reaching, revisions, states
from zhanggui.orders.commands import finances, pricing, review, revising
from zhanggui.orders.commands.lowering import PricedElsewhere
from zhanggui.orders.commands.revising import EDITABLE, Outcome
from zhanggui.orders.events import OrderSubmitted
from zhanggui.orders.models import Line, Order
from zhanggui.orders.refusals import (
    BadAmount,
    BadPayment,
    BelowNothing,
    LastLine,
    LineWasPacked,
    NoSuchSku,
    NotEditable,
    NotYourPrice,
    Overlapped,
    TooManyPieces,
)
from zhanggui.orders.revisions import LineChange, Revision
from zhanggui.orders.states import ORDER
from zhanggui.payments.commands import ledger

ADDRESS = revisions.TO
# The rest waits for the worker, so that one click never holds the database for long.
REVIEWED_AT_ONCE = 100
REFUSALS: Mapping[str, type[Refused]] = {
    kind.code: kind
    for kind in (
        BadAmount, BadPayment, BelowNothing, LastLine, LineWasPacked, NoSuchSku, NotEditable, NotFound, NotYourPrice, Overlapped,
        PricedElsewhere, TooManyPieces,
    )
}  # fmt: skip


class Match(NamedTuple):
    """Which of our goods a line is."""

    line_id: int
    sku_id: int


@command(needs="order.edit", over="order@changes.order_id")
def revise(changes: Sequence[Revision], *, by: Actor, at: datetime) -> Batch:
    """Change orders: their recipients, lines, notes, payment, kind and date; each whole or not at all, in a constant number of statements.

    The sums follow the lines, the version goes on by one, the book holds what was changed, and the rules look again. Where
    somebody else changed an order since it was ``seen``, what they left alone is changed and the rest refused as ``changed``.
    Prices, discounts and freight are ``reprice``'s, and so is selling what was to be given away below the goods' price:
    ``not-your-price``. How it is paid asks for ``order.review``.
    """
    if any(one.money for one in changes):
        raise NotAllowed(needs="order.edit_price", who=by.name)
    return _batch(_revised(changes, by=by, at=at))


@command(needs="order.edit_price", over="order@changes.order_id", second=Second(_("改 {many} 单的价格、优惠或运费"), pricing.asked))
def reprice(changes: Sequence[Revision], *, by: Actor, at: datetime) -> Batch:
    """The same with prices, discounts and freight among what is changed, or the kind of what was given away at less than its price;
    what else is changed asks for ``order.edit`` too."""
    if any(_beside(one) for one in changes):
        by.require("order.edit")
    return _batch(_revised(changes, lowers=True, by=by, at=at))


def _beside(one: Revision) -> bool:
    """Whether a revision changes more than amounts."""
    bare = one._replace(
        lines=[line._replace(unit_minor=None, discount_minor=None) for line in one.lines], discount_minor=None, freight_minor=None,
    )  # fmt: skip
    return any(True for _each in revisions.touched(bare)) or any(line.line_id is None for line in one.lines)


@command(needs="order.edit", over="order")
def set_address(order_id: int, said: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    """Change to whom an order goes. Parts that are absent or blank stay as they are.

    ``said``: name, phone, phone2, province, city, district, street, postcode. The book names the parts, never what
    they say. A shop's own ciphertext no longer fits once a person typed something else, and is dropped.
    """
    _one(Revision(order_id, to=dict(said)), by=by, at=at)


@command(needs="order.edit", over="line")
def match_sku(line_id: int, sku_id: int, *, everywhere: bool = False, by: Actor, at: datetime) -> Batch:
    """Say which of our goods a line is. ``everywhere`` says it of every waiting line that has the same code, as far as one reaches.

    Returns the orders it changed. Beyond the first hundred they are reviewed by the worker.
    """
    return _matched([Match(line_id, sku_id)], everywhere=everywhere, by=by, at=at)


@command(needs="order.edit", over="line@said.line_id")
def match_skus(said: Sequence[Match], *, everywhere: bool = False, by: Actor, at: datetime) -> Batch:
    """Say of several lines which of our goods they are, as ``match_sku`` does of one, in as many statements."""
    return _matched(said, everywhere=everywhere, by=by, at=at)


@command(needs="order.edit", over="line")
def swap_sku(line_id: int, sku_id: int, *, by: Actor, at: datetime) -> None:
    """Send other goods instead: the line takes their code and name; what the buyer pays stays as it is."""
    _one(Revision(_line(line_id).order_id, lines=[LineChange(line_id, sku_id=sku_id)]), by=by, at=at)


@command(needs="order.edit", over="line")
def change_quantity(line_id: int, quantity: int, *, by: Actor, at: datetime) -> None:
    """How many pieces the buyer gets; none takes the line out. Its discount shrinks or grows with it, to the cent.

    What was paid stays written as paid: review says when it is no longer what is owed.
    """
    _one(Revision(_line(line_id).order_id, lines=[LineChange(line_id, quantity=max(quantity, 0))]), by=by, at=at)


@command(needs="order.review", over="order")
def set_payment(order_id: int, payment: str, *, by: Actor, at: datetime) -> None:
    """How it is paid: ``paid`` in full, ``cod`` at the door, ``on_account``. An order that waited for money goes to review."""
    if payment not in revising.PAYMENTS:
        raise BadPayment(payment=payment)
    _one(Revision(order_id, payment=payment), by=by, at=at)


@command(needs="order.edit", over="order")
def submit(order_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Drafts go to review. One that is no draft any more is refused."""
    moves = step(Order, ORDER, "submit", order_ids)
    tell([OrderSubmitted(move.id) for move in moves], by=by, at=at, moves=moves)
    batch = Batch(done=[move.id for move in moves])
    astray.explain(batch, order_ids)
    return batch


def sku_called(code: str) -> int:
    """The id of the goods with this code. Raises NoSuchSku."""
    return skus_called([code])[code]


def skus_called(codes: Sequence[str]) -> dict[str, int]:
    """Code → the id of the goods. One statement. Raises NoSuchSku for the first that is none."""
    known = ids_by_norm(codes)
    for code in codes:
        if normal(code) not in known:
            raise NoSuchSku(code=code)
    return {code: known[normal(code)] for code in codes}


def _revised(changes: Sequence[Revision], *, lowers: bool = False, by: Actor, at: datetime) -> Outcome:
    if any(one.payment is not None for one in changes):
        by.require("order.review")
    outcome = revising.carry_out(changes, lowers=lowers or by.kind == "system", by=by, at=at)
    moves = step(Order, ORDER, "pay", outcome.pay)
    ledger.stop_waiting(outcome.pay)
    tell([OrderSubmitted(move.id) for move in moves], by=by, at=at, moves=moves)
    _look_again([order_id for order_id in outcome.facts_changed if outcome.stages[order_id] == states.PENDING_REVIEW], at=at)
    return outcome


def _one(one: Revision, *, by: Actor, at: datetime) -> None:
    """One order, as who reads it would: what refuses is raised."""
    for refusal in _revised([one], by=by, at=at).refused.values():
        raise refusal


def refuse(batch: Batch) -> None:
    """What refused the first order of a batch, raised: for whoever asked of one."""
    for told in batch.refused.values():
        facts = {name: value for name, value in told.items() if name != "code"}
        raise REFUSALS[told["code"]](**facts)


def _batch(outcome: Outcome) -> Batch:
    batch = Batch(done=outcome.done)
    for order_id, refusal in outcome.refused.items():
        batch.refuse([order_id], refusal.code, **refusal.facts)
    return batch


def _matched(said: Sequence[Match], *, everywhere: bool, by: Actor, at: datetime) -> Batch:
    goods = {one.line_id: one.sku_id for one in said}
    skus = Sku.objects.filter(retired_at=None).in_bulk(set(goods.values()))
    lines = list(Line.objects.filter(pk__in=goods).only("pk", "sku_code", "order_id"))
    if len(lines) < len(goods):
        raise NotFound(what=next(iter(set(goods) - {line.pk for line in lines})))
    for sku_id in goods.values():
        if sku_id not in skus:
            raise NoSuchSku(code=sku_id)
    of_code = {line.sku_code: goods[line.pk] for line in lines if line.sku_code}
    wanted = dict(goods)
    if everywhere and of_code:
        same = Line.objects.filter(reaching.of(by.reach, "order__"), sku=None, sku_code__in=of_code)
        wanted |= {pk: of_code[code] for pk, code in same.values_list("pk", "sku_code") if pk not in goods}
    among = Line.objects.filter(db.Among(F("pk"), list(wanted)))
    waiting = Order.objects.select_for_update().filter(pk__in=among.values("order_id"), stage__in=EDITABLE)
    orders = {order.pk: order for order in waiting.order_by("pk").only("pk", "number", "stage")}
    shut = [line.order_id for line in lines if line.order_id not in orders]
    if shut:
        _refuse_shut(shut[0])
    rows = list(among.filter(order__in=orders).values_list("pk", "order_id", "sku_code"))
    db.execute_many("UPDATE orders_line SET sku_id = %s WHERE id = %s", [(wanted[pk], pk) for pk, _order, _code in rows])
    diffs: dict[int, list[dict[str, Any]]] = {}
    for pk, order_id, code in rows:
        diffs.setdefault(order_id, []).append({"field": "sku", "old": code, "new": skus[wanted[pk]].code})
    facts = {order_id: {"changes": each} for order_id, each in diffs.items()}
    revising.changed({order_id: ["sku"] for order_id in diffs}, facts=facts, by=by, at=at)
    _look_again([order.pk for order in orders.values() if order.stage == states.PENDING_REVIEW], at=at)
    return Batch(done=sorted(orders))


def _refuse_shut(order_id: int) -> None:
    order = Order.objects.only("number", "stage").get(pk=order_id)
    raise NotEditable(number=order.number, stage=states.WORD[order.stage])


def _line(line_id: int) -> Line:
    line = Line.objects.filter(pk=line_id).first()
    if line is None:
        raise NotFound(what=line_id)
    return line


def _look_again(waiting: Sequence[int], *, at: datetime) -> None:
    """Let the rules look again as the house itself: a person who changes an order has not approved it, and nobody who did before."""
    finances.lapse(waiting)
    if waiting:
        review.run(waiting[:REVIEWED_AT_ONCE], by=SYSTEM, at=at)
    for chunk in db.in_chunks(waiting[REVIEWED_AT_ONCE:], REVIEWED_AT_ONCE):
        ask(review.review_again, list(chunk), at=at)
