"""Putting parts of an order back into the order they were split from."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zhanggui.journal.book import Batch, command, tell
from zhanggui.journal.steps import step
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotFound, Refused
from zhanggui.orders import bundles, locking, states
from zhanggui.orders.commands import booked, holds, review, revising, tags
from zhanggui.orders.events import OrderRejoined
from zhanggui.orders.facts_of import tags_of
from zhanggui.orders.joining_refusals import NoPart, OtherDoor, TooFarToJoin
from zhanggui.orders.models import Hold, Line, Order
from zhanggui.orders.rules.parting import Sums
from zhanggui.orders.states import ORDER
from zhanggui.stock.commands import claims
from zhanggui.stock.commands.claims import Share

NOTES = ("buyer_note", "seller_note", "internal_note")
LONGEST = 500
SAME = ("province", "city", "district", "phone_token", "name_token", "person_token")


@dataclass
class _Work:
    """A whole, the parts that go back to it, and the lines of all of them."""

    whole: Order
    parts: list[Order] = field(default_factory=list)
    lines: dict[int, list[Line]] = field(default_factory=dict)
    grown: list[Line] = field(default_factory=list)
    moved: list[Line] = field(default_factory=list)
    gone: list[Line] = field(default_factory=list)
    promised: list[Share] = field(default_factory=list)
    diffs: list[dict[str, Any]] = field(default_factory=list)


@command(needs="order.merge", takes=(), over="order")
def rejoin(order_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Put these parts back into the orders they were split from: lines, amounts, notes and what is promised, as if they had never
    been apart. Nothing is left of a part but its history; it stands cancelled and is not restored.

    Where one is approved and the other not, or they are sent from two warehouses, both go back to review, which asks for that right
    too. Refused: ``no-part``; ``too-far-to-join`` where the warehouse has one of the two or it is over; ``other-door`` where they go to
    different people now. As many statements however many orders.
    """
    batch = Batch()
    works = _works(order_ids, batch)
    if not works:
        return batch
    _level(works, by=by, at=at)
    packed = _packed(works)
    for work in works:
        _together(work, packed)
    paid = {work.whole.pk: work.whole.paid_minor + sum(part.paid_minor for part in work.parts) for work in works}
    paid |= {part.pk: 0 for work in works for part in work.parts}
    booked.parted([order for work in works for order in (work.whole, *work.parts)], paid, by=by, at=at)
    _write(works)
    approved = [one for work in works if work.whole.stage == states.APPROVED for one in work.promised]
    if approved:
        claims.share(approved, by=by, at=at)
    _unreferenced([line.pk for work in works for line in work.gone])
    _follow(works, by=by, at=at)
    batch.done = sorted(part.pk for work in works for part in work.parts)
    return batch


def _works(order_ids: Sequence[int], batch: Batch) -> list[_Work]:
    wanted = dict(Order.objects.filter(pk__in=list(order_ids)).values_list("pk", "split_from_id"))
    locking.lock({*wanted, *(root for root in wanted.values() if root is not None)})
    rows = Order.objects.filter(pk__in={*wanted, *(root for root in wanted.values() if root is not None)}).select_related("recipient")
    orders = {order.pk: order for order in rows.order_by("pk")}
    works: dict[int, _Work] = {}
    for order_id in dict.fromkeys(order_ids):
        part = orders.get(order_id)
        whole = orders.get(part.split_from_id or 0) if part else None
        refusal = _against(order_id, part, whole)
        if refusal is not None or part is None or whole is None:
            told = refusal or NotFound(what=order_id)
            batch.refuse([order_id], told.code, **told.facts)
            continue
        works.setdefault(whole.pk, _Work(whole)).parts.append(part)
    together = [pk for work in works.values() for pk in (work.whole.pk, *(part.pk for part in work.parts))]
    lines: dict[int, list[Line]] = defaultdict(list)
    for line in Line.objects.filter(order__in=together).order_by("position", "pk"):
        lines[line.order_id].append(line)
    for work in works.values():
        work.lines = {pk: lines[pk] for pk in (work.whole.pk, *(part.pk for part in work.parts))}
    return list(works.values())


def _against(order_id: int, part: Order | None, whole: Order | None) -> Refused | None:
    """Why this part may not go back; None where it may."""
    if part is None:
        return NotFound(what=order_id)
    if whole is None or not part.pieces:
        return NoPart(number=part.number)
    for order in (part, whole):
        if order.stage not in bundles.OPEN:
            return TooFarToJoin(number=order.number, stage=states.WORD[order.stage])
    if any(getattr(part.recipient, name) != getattr(whole.recipient, name) for name in SAME):
        return OtherDoor(number=part.number, whole=whole.number)
    return None


def _level(works: Sequence[_Work], *, by: Actor, at: datetime) -> None:
    """Those that do not stand alike go back to review, where nothing is promised to them."""
    uneven: list[Order] = []
    for work in works:
        orders = [work.whole, *work.parts]
        if len({(order.stage, order.warehouse_id if order.stage == states.APPROVED else None) for order in orders}) > 1:
            uneven += [order for order in orders if order.stage == states.APPROVED]
    if not uneven:
        return
    by.require("order.unreview", takes=("not-picked",))
    review.unapprove([order.pk for order in uneven], reason=by.why or "rejoin", by=by, at=at)
    for order in uneven:
        order.stage = states.PENDING_REVIEW


def _packed(works: Sequence[_Work]) -> set[int]:
    """The lines that something still speaks of, a parcel that was given up for one. One statement for each that could."""
    asked = [line.pk for work in works for lines in work.lines.values() for line in lines]
    found: set[int] = set()
    for relation in Line._meta.related_objects:
        held = f"{relation.field.name}_id"
        rows = relation.related_model._default_manager.filter(**{f"{held}__in": asked})
        found |= set(rows.values_list(held, flat=True))
    return found


def _together(work: _Work, packed: set[int]) -> None:
    """Each line back to its place: into the line it was cut from where that is here and still the same goods at the same price."""
    here = list(work.lines[work.whole.pk])
    for part in work.parts:
        for line in sorted(work.lines[part.pk], key=lambda one: one.cut_from is not None):
            origin = line.cut_from or line.pk
            into = next((one for one in here if origin in (one.pk, one.cut_from) and _alike(one, line)), None)
            if into is None or (line.pk in packed and into.pk in packed):
                work.moved.append(line)
                work.promised.append(Share(line.pk, work.whole.pk, line.pk, line.quantity))
                work.diffs.append(_diff(line, 0, line.quantity))
                here.append(line)
                continue
            # The line that was there first takes the other in; one that a parcel speaks of stays.
            stays, goes = (line, into) if line.cut_from is None or line.pk in packed else (into, line)
            if stays is line:
                here.remove(into)
                here.append(line)
                work.moved.append(line)
                work.promised.append(Share(line.pk, work.whole.pk, line.pk, line.quantity))
            work.diffs.append(_diff(line, into.quantity, into.quantity + line.quantity))
            work.promised.append(Share(goes.pk, work.whole.pk, stays.pk, goes.quantity))
            stays.quantity += goes.quantity
            stays.discount_minor += goes.discount_minor
            stays.total_minor += goes.total_minor
            work.grown.append(stays)
            work.gone.append(goes)
    work.lines[work.whole.pk] = here


def _alike(one: Line, other: Line) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in ("sku_id", "sku_code", "name", "spec", "unit_minor", "note"))


def _diff(line: Line, old: int, new: int) -> dict[str, Any]:
    called = line.sku_code or line.name
    return {"field": "quantity", "sku": called, "old": old, "new": new} if old else {"field": "added", "sku": called, "old": 0, "new": new}


def _write(works: Sequence[_Work]) -> None:
    moved = [(work.whole.pk, line.pk) for work in works for line in work.moved]
    db.execute_many("UPDATE orders_line SET order_id = %s WHERE id = %s", moved)
    grown = {line.pk: line for work in works for line in work.grown}
    db.execute_many(
        "UPDATE orders_line SET quantity = %s, discount_minor = %s, total_minor = %s WHERE id = %s",
        [(line.quantity, line.discount_minor, line.total_minor, pk) for pk, line in sorted(grown.items())],
    )
    rows, empty = [], []
    for work in works:
        whole = work.whole
        sums = _sums(whole)
        for part in work.parts:
            sums = sums.plus(_sums(part))
        here = work.lines[whole.pk]
        notes = [_noted([getattr(order, name) for order in (whole, *work.parts)]) for name in NOTES]
        rows.append((*sums, sums.total, sum(line.quantity for line in here), len(here), *notes, whole.pk))
        empty += [(part.pk,) for part in work.parts]
    db.execute_many(
        "UPDATE orders_order SET goods_minor = %s, discount_minor = %s, freight_minor = %s, paid_minor = %s, total_minor = %s, "
        "pieces = %s, kinds = %s, buyer_note = %s, seller_note = %s, internal_note = %s WHERE id = %s",
        rows,
    )
    db.execute_many(
        "UPDATE orders_order SET goods_minor = 0, discount_minor = 0, freight_minor = 0, paid_minor = 0, total_minor = 0, pieces = 0, "
        "kinds = 0 WHERE id = %s",
        empty,
    )


def _sums(order: Order) -> Sums:
    return Sums(order.goods_minor, order.discount_minor, order.freight_minor, order.paid_minor)


def _noted(notes: Sequence[str]) -> str:
    """The note of the whole, and what was written to a part since."""
    return "；".join(dict.fromkeys(note for note in notes if note))[:LONGEST]


def _unreferenced(line_ids: Sequence[int]) -> None:
    chosen, ids = db.among("id", sorted(line_ids))
    if line_ids:
        db.execute(f"DELETE FROM orders_line WHERE {chosen}", [ids])


def _follow(works: Sequence[_Work], *, by: Actor, at: datetime) -> None:
    whole_of = {part.pk: work.whole.pk for work in works for part in work.parts}
    _held(whole_of, by=by, at=at)
    _tagged(whole_of)
    moves = step(Order, ORDER, "cancel", sorted(whole_of), also={"cancelled_at": at})
    holds.take_off(holds.standing(sorted(whole_of)), by=by, at=at)
    bundles.check(whole_of, by=by, at=at)
    tell([OrderRejoined(move.id, whole_of[move.id]) for move in moves], by=by, at=at, moves=moves)
    facts = {
        work.whole.pk: {"changes": work.diffs, "currency": work.whole.currency, "rejoined": [part.number for part in work.parts]} for work in works
    }
    revising.changed({pk: ["quantity"] for pk in facts}, facts=facts, by=by, at=at)
    waiting = [work.whole.pk for work in works if work.whole.stage == states.PENDING_REVIEW]
    if waiting:
        review.run(waiting, by=SYSTEM, at=at)


def _tagged(whole_of: Mapping[int, int]) -> None:
    """What a part was tagged with since the whole has too."""
    on: dict[int, set[int]] = {}
    for part_id, worn in tags_of(sorted(whole_of)).items():
        on.setdefault(whole_of[part_id], set()).update(worn)
    tags.write(on, {})


def _held(whole_of: Mapping[int, int], *, by: Actor, at: datetime) -> None:
    """What a person held a part for holds the whole now."""
    rows = Hold.objects.filter(order__in=list(whole_of), cleared_at=None).exclude(source="review").values_list("order_id", "code", "facts", "source")
    sources: dict[str, dict[int, dict[str, Any]]] = {}
    for part, code, facts, source in rows:
        sources.setdefault(source, {}).setdefault(whole_of[part], {})[code] = facts
    for source, reasons in sorted(sources.items()):
        holds.put_on(reasons, source=source, by=by, at=at)
