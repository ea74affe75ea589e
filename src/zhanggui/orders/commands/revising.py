"""Carrying out revisions, many orders and many lines at once: what fits is written, what does not is refused by name.

Within the transaction and the right of the verb that calls.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import ProtectedError

from zhanggui.catalog.models import Sku
from zhanggui.customers import sealing
from zhanggui.customers.models import Recipient
from zhanggui.customers.notes import masked
from zhanggui.customers.sealing import Person
from zhanggui.journal.book import tell
from zhanggui.kernel import db, guards
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound, Refused
from zhanggui.kernel.flow import Move
from zhanggui.kernel.money import share_out
from zhanggui.orders import bundles, locking, revisions, standing, states
from zhanggui.orders.commands import booked, lowering
from zhanggui.orders.events import OrderChanged
from zhanggui.orders.flags import FLAGS
from zhanggui.orders.kinds import KINDS
from zhanggui.orders.models import Line, Order
from zhanggui.orders.refusals import (
    BadAmount,
    BadPayment,
    BelowNothing,
    LastLine,
    LineWasPacked,
    NoSuchSku,
    NotEditable,
    Overlapped,
    TooManyPieces,
)  # fmt: skip
from zhanggui.orders.revisions import ASIDE, LineChange, Revision

EDITABLE = (states.DRAFT, states.PENDING_PAYMENT, states.PENDING_REVIEW)
PAYMENTS = ("paid", "cod", "on_account")
LONGEST = {"payment_method": 32, "buyer_note": 500, "seller_note": 500, "internal_note": 500}
NOTE, MOST_PIECES, MOST_MINOR, MOST_LINES = 200, 100_000, 10**12, 500
ORDER = (
    "goods_minor", "discount_minor", "freight_minor", "total_minor", "paid_minor", "pieces", "kinds", "payment", "payment_method",
    "buyer_note", "seller_note", "internal_note", "flag", "kind", "paid_at", "ship_by",
)  # fmt: skip
LINE = ("sku_id", "sku_code", "name", "spec", "quantity", "unit_minor", "discount_minor", "total_minor", "note")
SUMMED = {"added", "quantity", "line_unit", "line_discount", "discount", "freight"}  # what moves the sums, as the book names it
UNSAID = ("buyer_note", "seller_note", "internal_note", "note")  # of these a diff in the book says no word


@dataclass
class Outcome:
    """What became of each order: changed, as it was, or why not. ``fields``: what was changed, as the book names it."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, Refused] = field(default_factory=dict)
    changed: dict[int, list[str]] = field(default_factory=dict)
    facts: dict[int, dict[str, Any]] = field(default_factory=dict)
    stages: dict[int, str] = field(default_factory=dict)
    pay: list[int] = field(default_factory=list)

    @property
    def facts_changed(self) -> list[int]:
        """The orders of which something was changed that a rule may ask of."""
        return [order_id for order_id, fields in self.changed.items() if set(fields) - ASIDE]


@dataclass
class _Work:
    """One order as it is being changed: its rows in memory, and what was done to them."""

    order: Order
    lines: dict[int, Line]
    person: Person | None
    person_before: Person | None
    changed: list[Line] = field(default_factory=list)
    added: list[Line] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    diffs: list[dict[str, Any]] = field(default_factory=list)

    def note(self, name: str, old: Any = None, new: Any = None, **more: Any) -> None:
        if name not in self.fields:
            self.fields.append(name)
        if name in UNSAID:
            old = new = None
        self.diffs.append({"field": name, **({} if old is None and new is None else {"old": old, "new": new}), **more})


def carry_out(
    said: Sequence[Revision], *, within: Collection[str] = EDITABLE, lowers: bool = False, why: str = "", by: Actor, at: datetime
) -> Outcome:
    """Each order is changed whole or not at all; one that cannot be is refused and does not stop the others. ``within``: the
    stages at which more than notes and flags may be changed; ``lowers``: what was given away may be sold below the goods' price;
    ``why`` goes into the book.

    A constant number of statements, however many orders and lines. The sums follow, the version goes on by one, and the book
    holds what was changed from what to what.
    """
    asked = {one.order_id: one for one in said}
    locking.lock(asked)
    orders = {row.pk: row for row in Order.objects.filter(pk__in=asked).defer("fingerprint")}
    lines: dict[int, dict[int, Line]] = defaultdict(dict)
    for line in Line.objects.filter(order__in=orders).order_by("position"):
        lines[line.order_id][line.pk] = line
    kinds = {order_id: row.kind for order_id, row in orders.items()}
    people = _people(orders, asked)
    skus = _skus(asked.values())
    outcome, works = Outcome(), []
    for order_id, one in asked.items():
        if order_id not in orders:
            outcome.refused[order_id] = NotFound(what=order_id)
            continue
        person = people.get(orders[order_id].recipient_id)
        work = _Work(orders[order_id], lines[order_id], person, person)
        try:
            _revise(work, one, skus, within, at=at)
        except Refused as refusal:
            outcome.refused[order_id] = refusal
            continue
        outcome.done.append(order_id)
        if work.fields:
            works.append(work)
    works = _unpacked(works, outcome)
    works = works if lowers else _at_price(works, kinds, outcome)
    _write(works, by=by, at=at)
    _told(works, outcome, why, by=by, at=at)
    return outcome


def _unpacked(works: Sequence[_Work], outcome: Outcome) -> list[_Work]:
    """Those none of whose lines that are to go was ever in a parcel; the others are refused. One statement for each that holds lines."""
    going = {pk: work.order.pk for work in works for pk in work.gone}
    if not going:
        return list(works)
    packed: set[int] = set()
    for relation in Line._meta.related_objects:
        held = f"{relation.field.name}_id"
        rows = relation.related_model._default_manager.filter(**{f"{held}__in": list(going)})
        packed |= {going[pk] for pk in rows.values_list(held, flat=True)}
    return _without(works, {order_id: LineWasPacked() for order_id in packed}, outcome)


def _at_price(works: Sequence[_Work], kinds: Mapping[int, str], outcome: Outcome) -> list[_Work]:
    """Those that do not sell below its price what was given away; the others are refused. One statement where any would."""
    turned = [work for work in works if lowering.sold_after_all(kinds[work.order.pk], work.order.kind)]
    lowered = lowering.lowered([(work.order, [*work.lines.values(), *work.added]) for work in turned])
    return _without(works, lowered, outcome)


def _without(works: Sequence[_Work], refused: Mapping[int, Refused], outcome: Outcome) -> list[_Work]:
    outcome.refused |= refused
    outcome.done = [order_id for order_id in outcome.done if order_id not in refused]
    return [work for work in works if work.order.pk not in refused]


def _people(orders: Mapping[int, Order], asked: Mapping[int, Revision]) -> dict[int, Person]:
    wanted = [orders[order_id].recipient_id for order_id, one in asked.items() if one.to and order_id in orders]
    if not wanted:
        return {}
    return {row.pk: standing.person_of(row) for row in Recipient.objects.filter(pk__in=wanted)}


def _skus(asked: Iterable[Revision]) -> dict[int, Sku]:
    wanted = {line.sku_id for one in asked for line in one.lines if line.sku_id is not None}
    return Sku.objects.filter(retired_at=None).in_bulk(wanted) if wanted else {}


def _revise(work: _Work, one: Revision, skus: Mapping[int, Sku], within: Collection[str], *, at: datetime) -> None:
    order = work.order
    to = {part: text.strip() for part, text in one.to.items() if part in revisions.TO and text.strip()}
    one = _tidy(one)._replace(to=to)
    said = {
        name: standing.mark(name.removeprefix("to."), text) if name.startswith("to.") else text
        for name, text in revisions.touched(one)
    }
    now = standing.said_of(order, list(work.lines.values()), work.person)
    fresh = one.seen in (None, order.version) and not (one.seen is None and one.was)
    if not guards.stands("orders.version"):
        fresh = True
    fit = revisions.fit(said, now, one.was, fresh=fresh)
    if fit.against:
        raise Overlapped(what=order.number, number=order.number, fields=sorted(fit.against), version=order.version)
    facts = set(fit.new) - ASIDE
    adds = any(line.line_id is None for line in one.lines)
    pays = one.payment == "paid" and order.paid_minor != order.total_minor
    if (facts or adds or pays) and order.stage not in within:
        raise NotEditable(number=order.number, stage=states.WORD[order.stage])
    _to(work, {part: text for part, text in to.items() if f"to.{part}" in fit.new})
    _lines(work, one.lines, fit.new, skus)
    _words(work, one, fit.new, at=at)
    _add_up(work, paid=one.payment == "paid", at=at)


def _tidy(one: Revision) -> Revision:
    """The words as they are kept: no phone in clear, as long as there is room."""
    tidy: dict[str, Any] = {name: masked(text.strip())[:most] for name, most in LONGEST.items() if (text := getattr(one, name)) is not None}
    lines = [line._replace(note=masked(line.note.strip())[:NOTE]) if line.note is not None else line for line in one.lines]
    return one._replace(lines=lines, **tidy)


def _to(work: _Work, given: Mapping[str, str]) -> None:
    if not given or work.person is None:
        return
    after = work.person._replace(**given)
    if {"name", "phone", "street"} & set(given):
        # A shop's own ciphertext no longer fits once a person typed something else.
        after = after._replace(oaid="", ciphertext="")
    work.person = after
    for part in sorted(given):
        work.note(part)


def _lines(work: _Work, said: Sequence[LineChange], new: Mapping[str, str], skus: Mapping[int, Sku]) -> None:
    for one in said:
        if one.sku_id is not None and one.sku_id not in skus:
            raise NoSuchSku(code=one.sku_id)
        if one.quantity is not None and not 0 <= one.quantity <= MOST_PIECES:
            raise TooManyPieces(most=MOST_PIECES)
        if max(abs(one.unit_minor or 0), abs(one.discount_minor or 0)) > MOST_MINOR or min(one.unit_minor or 0, one.discount_minor or 0) < 0:
            raise BadAmount
        if one.line_id is None:
            _add(work, one, skus)
        elif any(f"line.{one.line_id}.{part}" in new for part in revisions.LINE):
            _change(work, work.lines[one.line_id], one, new, skus)
    if not work.lines and not work.added:
        raise LastLine(number=work.order.number)
    if len(work.lines) + len(work.added) > MOST_LINES:
        raise BadAmount


def _add(work: _Work, one: LineChange, skus: Mapping[int, Sku]) -> None:
    order, sku = work.order, skus.get(one.sku_id or 0)
    if sku is None:
        raise NoSuchSku(code=one.sku_id or "")
    pieces = 1 if one.quantity is None else one.quantity
    if not pieces:
        return
    unit = lowering.price_of(sku, order.currency) if one.unit_minor is None else one.unit_minor
    discount = one.discount_minor or 0
    line = Line(
        order_id=order.pk, sku_id=sku.pk, sku_code=sku.code, name=sku.name, spec=sku.spec, quantity=pieces, unit_minor=unit,
        discount_minor=discount, total_minor=pieces * unit - discount, note=one.note or "", placed_at=order.placed_at,
    )  # fmt: skip
    work.added.append(line)
    work.note("added", 0, pieces, sku=sku.code)


def _change(work: _Work, line: Line, one: LineChange, new: Mapping[str, str], skus: Mapping[int, Sku]) -> None:
    before = line.quantity
    called = line.sku_code or line.name
    fields = {part for part in revisions.LINE if f"line.{line.pk}.{part}" in new}
    if "quantity" in fields and one.quantity == 0:
        del work.lines[line.pk]
        work.gone.append(line.pk)
        work.note("quantity", before, 0, sku=called)
        return
    if "sku" in fields and one.sku_id is not None:
        sku = skus[one.sku_id]
        line.sku_id = sku.pk
        if one.match:
            work.note("sku", line.sku_code, sku.code)
        else:
            work.note("goods", line.sku_code, sku.code)
            line.sku_code, line.name, line.spec = sku.code, sku.name, sku.spec
    if "quantity" in fields and one.quantity is not None:
        line.quantity = one.quantity
        if one.discount_minor is None:
            # Its discount shrinks or grows with its pieces, to the cent.
            kept = share_out(line.discount_minor, [line.quantity, max(before - line.quantity, 0)])[0]
            line.discount_minor = kept if line.quantity < before else line.discount_minor * line.quantity // before
        work.note("quantity", before, line.quantity, sku=called)
    for part, column, value in (("unit", "unit_minor", one.unit_minor), ("discount", "discount_minor", one.discount_minor)):
        if part in fields and value is not None:
            work.note(f"line_{part}", getattr(line, column), value, sku=called, money=True)
            setattr(line, column, value)
    if "note" in fields and one.note is not None:
        line.note = one.note
        work.note("note", sku=called)
    if fields & {"quantity", "unit", "discount"}:
        line.total_minor = line.quantity * line.unit_minor - line.discount_minor
    work.changed.append(line)


def _words(work: _Work, one: Revision, new: Mapping[str, str], *, at: datetime) -> None:
    order = work.order
    known = {"payment": PAYMENTS, "kind": KINDS, "flag": FLAGS}
    for name in revisions.WORDS:
        if name not in new:
            continue
        word = new[name]
        if name in known and word not in known[name]:
            raise BadPayment(payment=word) if name == "payment" else BadAmount
        work.note(name, getattr(order, name), word)
        setattr(order, name, word)
    for name, minor in (("discount", one.discount_minor), ("freight", one.freight_minor)):
        if name in new and minor is not None:
            if not 0 <= minor <= MOST_MINOR:
                raise BadAmount
            work.note(name, getattr(order, f"{name}_minor"), minor, money=True)
            setattr(order, f"{name}_minor", minor)
    if "ship_by" in new:
        work.note("ship_by", revisions.moment(order.ship_by), revisions.moment(one.ship_by))
        order.ship_by = one.ship_by


def _add_up(work: _Work, *, paid: bool, at: datetime) -> None:
    """The order's sums follow its lines; what was paid stays written as paid, unless it is said now that all of it is.

    Where no pieces and no amount were changed the sums stay as they came: that they do not add up is review's to say, and a note
    or an address must not put it out of sight.
    """
    order, rows = work.order, [*work.lines.values(), *work.added]
    if SUMMED & set(work.fields):
        order.goods_minor = sum(line.total_minor for line in rows)
        order.pieces, order.kinds = sum(line.quantity for line in rows), len(rows)
        order.total_minor = order.goods_minor - order.discount_minor + order.freight_minor
        if order.total_minor < 0 or any(line.total_minor < 0 for line in (*work.changed, *work.added)):
            raise BelowNothing(number=order.number)
        if max([order.goods_minor + order.freight_minor, *(line.total_minor for line in (*work.changed, *work.added))]) > MOST_MINOR:
            raise BadAmount
    if paid and order.paid_minor != order.total_minor:
        work.note("paid", order.paid_minor, order.total_minor, money=True)
        order.paid_minor, order.paid_at = order.total_minor, order.paid_at or at


def _write(works: Sequence[_Work], *, by: Actor, at: datetime) -> None:
    people = [work for work in works if work.person is not None and work.person != work.person_before]
    for_people = [name for name in sealing.COLUMNS if name not in ("id", "made_at")]
    rows = []
    for work in people:
        assert work.person is not None
        sealed = dict(zip(sealing.COLUMNS, sealing.row_of(work.person, work.order.recipient_id, at, settings.KEY_RING), strict=True))
        rows.append((*(sealed[name] for name in for_people), work.order.recipient_id))
    _update(Recipient, for_people, rows)
    _update(Line, LINE, [(*(getattr(line, name) for name in LINE), line.pk) for work in works for line in work.changed])
    gone = [pk for work in works for pk in work.gone]
    if gone:
        try:
            Line.objects.filter(pk__in=gone).delete()
        except ProtectedError as error:
            raise LineWasPacked from error
    added = []
    for work in works:
        last = max((line.position for line in work.lines.values()), default=0)
        for nth, line in enumerate(work.added, start=last + 1):
            line.position = nth
            added.append(line)
    if added:
        Line.objects.bulk_create(added)
    before = {work.order.pk: each["old"] for work in works for each in work.diffs if each["field"] == "paid"}
    booked.paid_from([work.order for work in works if work.order.pk in before], before, by=by, at=at)
    _update(Order, ORDER, [(*(_bound(getattr(work.order, name)) for name in ORDER), work.order.pk) for work in works])


def _update(model: Any, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    assigns = ", ".join(f"{name} = %s" for name in names)
    db.execute_many(f"UPDATE {model._meta.db_table} SET {assigns} WHERE id = %s", rows)


def _bound(value: Any) -> Any:
    return db.adapt(value) if isinstance(value, datetime) else value


def _told(works: Sequence[_Work], outcome: Outcome, why: str, *, by: Actor, at: datetime) -> None:
    for work in works:
        order_id = work.order.pk
        outcome.stages[order_id] = work.order.stage
        outcome.changed[order_id] = work.fields
        outcome.facts[order_id] = {"changes": work.diffs, "currency": work.order.currency, **({"why": why} if why else {})}
        if "payment" in work.fields and work.order.stage == states.PENDING_PAYMENT:
            outcome.pay.append(order_id)
    changed(outcome.changed, facts=outcome.facts, by=by, at=at)
    moved = [work.order.pk for work in works if work.person != work.person_before]
    bundles.check(moved, by=by, at=at)


def changed(
    fields: Mapping[int, Sequence[str]], *, facts: Mapping[int, Mapping[str, Any]] | None = None, by: Actor, at: datetime
) -> dict[int, int]:
    """These orders were changed: their version goes on by one, and the book says what it was. Returns the versions. Two statements."""
    moves = bumped(sorted(fields))
    tell([OrderChanged(move.id, list(fields[move.id])) for move in moves], by=by, at=at, moves=moves, facts=facts)
    return {move.id: move.seq for move in moves}


def bumped(order_ids: Sequence[int]) -> list[Move]:
    """A change is a step that leaves an order where it stands: whoever saw the version before it has not seen this."""
    if not order_ids:
        return []
    chosen, ids = db.among("id", order_ids)
    rows = db.fetch(f"UPDATE orders_order SET version = version + 1 WHERE {chosen} RETURNING id, version, stage", [ids])
    return [Move(id_, version, stage, stage) for id_, version, stage in sorted(rows)]
