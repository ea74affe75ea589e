"""Taking orders apart: new orders of one platform order, to which nothing is added and of which nothing is lost."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from zhanggui.customers import sealing
from zhanggui.customers.models import Recipient
from zhanggui.journal.book import command, tell
from zhanggui.journal.steps import step
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import Changed, NotFound
from zhanggui.kernel.flow import Move
from zhanggui.orders import bundles, locking, states
from zhanggui.orders.commands import booked, holds, review, revising, tags
from zhanggui.orders.events import OrderApproved, OrderSplitOff
from zhanggui.orders.facts_of import tags_of
from zhanggui.orders.joining_refusals import NothingStays, NothingTaken, NotSoManyThere, TooFarToJoin, TooManyParts
from zhanggui.orders.models import Hold, Line, Order, Ruling
from zhanggui.orders.rules.parting import Goods, Sums, Take, cut, shares
from zhanggui.orders.states import ORDER
from zhanggui.stock.commands import claims
from zhanggui.stock.commands.claims import Share

# An order has at most so many parts, those taken back counted.
MOST_PARTS = 99
SUMS = ("goods_minor", "discount_minor", "freight_minor", "paid_minor")
# What a part does not take over from the order it was a part of.
OWN = ("id", "number", "part", "split_from_id", "bundle_id", "recipient_id", "stage", "holds", "version", "pieces", "kinds", "total_minor", *SUMS)
LINE = ("id", "order_id", "position", "sku_id", "sku_code", "name", "spec", "quantity", "unit_minor", "discount_minor", "total_minor", "note",
        "platform_no", "shipped", "cut_from", "ships_from", "placed_at")  # fmt: skip


class Made(NamedTuple):
    """The orders that were made: order → its parts, in the order of their numbers."""

    parts: dict[int, list[int]]

    @property
    def order_ids(self) -> list[int]:
        return [id_ for each in self.parts.values() for id_ in each]


@dataclass
class _Work:
    """An order that is taken apart: its lines, and part → line → pieces."""

    order: Order
    lines: dict[int, Line]
    takes: dict[int, dict[int, int]] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)
    numbers: list[tuple[int, str]] = field(default_factory=list)
    goods: list[list[Goods]] = field(default_factory=list)
    promised: list[Share] = field(default_factory=list)

    @property
    def root(self) -> int:
        return self.order.split_from_id or self.order.pk


@command(needs="order.merge", over="line@takes.line_id warehouse@send_from.1")
def split(
    takes: Sequence[Take],
    *,
    seen: int | None = None,
    send_from: Sequence[tuple[int, int]] = (),
    by: Actor,
    at: datetime,
) -> Made:
    """Make new orders of these pieces of these lines, one for each order and ``part``; the rest stays where it is.

    A new order is known to its shop by the same number, so that its waybill is told for it, and goes to the same person with the
    same notes. Pieces, amounts and what is promised are shared out and add up to what they were; what a person held the order for
    holds its parts too. Approved orders stay approved, the others are looked at by the rules again. ``send_from``: (part,
    warehouse) a person wants it sent from. ``seen`` is the version the writer saw.

    All of it happens or nothing. Raises ``TooFarToJoin`` once the warehouse has one of them or it is over, ``NotSoManyThere``,
    ``NothingStays``, ``NothingTaken``, ``TooManyParts``, ``Changed``. As many statements however many orders and lines.
    """
    works = _works(takes, seen)
    _named(works)
    _shared(works)
    booked.parted([work.order for work in works], {work.order.pk: _sums(work)[0].paid for work in works}, by=by, at=at)
    fresh = _write(works, dict(send_from))
    _promised(works, by=by, at=at)
    _follow(works, fresh, by=by, at=at)
    return Made({work.order.pk: list(work.ids) for work in works})


def _works(takes: Sequence[Take], seen: int | None) -> list[_Work]:
    """The orders that are taken apart, locked and looked at."""
    asked = [take for take in takes if take.pieces > 0]
    if not asked:
        raise NothingTaken
    chosen, ids = db.among("id", sorted({take.line_id for take in asked}))
    homes = dict(db.fetch(f"SELECT id, order_id FROM orders_line WHERE {chosen}", [ids]))
    locking.lock(homes.values())
    orders = {row.pk: row for row in Order.objects.filter(pk__in=set(homes.values())).order_by("pk")}
    works = {pk: _Work(order, {}) for pk, order in orders.items()}
    for line in Line.objects.filter(order__in=orders).order_by("position", "pk"):
        works[line.order_id].lines[line.pk] = line
    for take in asked:
        work = works.get(homes.get(take.line_id, 0))
        if work is None:
            raise NotFound(what=take.line_id)
        # A line that went elsewhere meanwhile has no piece here any more.
        inside = work.takes.setdefault(take.part, {})
        inside[take.line_id] = inside.get(take.line_id, 0) + take.pieces
    for work in works.values():
        _allowed(work, seen)
    return list(works.values())


def _allowed(work: _Work, seen: int | None) -> None:
    order = work.order
    if order.stage not in bundles.OPEN:
        raise TooFarToJoin(number=order.number, stage=states.WORD[order.stage])
    if seen is not None and seen != order.version:
        raise Changed(what=order.number)
    asked: dict[int, int] = defaultdict(int)
    for inside in work.takes.values():
        for line_id, pieces in inside.items():
            asked[line_id] += pieces
    for line_id, pieces in asked.items():
        line = work.lines.get(line_id)
        there = line.quantity - line.shipped if line else 0
        if pieces > there:
            raise NotSoManyThere(number=order.number, sku=(line.sku_code or line.name) if line else "", asked=pieces, there=there)
    if sum(asked.values()) >= sum(line.quantity for line in work.lines.values()):
        raise NothingStays(number=order.number)


def _named(works: Sequence[_Work]) -> None:
    """A number for every part: the whole's, and how many there were before it."""
    roots = sorted({work.root for work in works})
    # Two who take parts of one order apart at once would count alike.
    locking.lock(roots)
    chosen, ids = db.among("id", roots)
    known: dict[int, tuple[str, int]] = {
        root: (number, 0) for root, number in db.fetch(f"SELECT id, number FROM orders_order WHERE {chosen}", [ids])
    }
    chosen, ids = db.among("split_from_id", roots)
    for root, last in db.fetch(
        f"SELECT split_from_id, MAX(part) FROM orders_order WHERE {chosen} AND split_from_id IS NOT NULL GROUP BY split_from_id", [ids]
    ):
        known[root] = (known[root][0], last)
    fresh = iter(db.take_ids(Order, sum(len(work.takes) for work in works)))
    for work in works:
        number, last = known[work.root]
        if last + len(work.takes) > MOST_PARTS:
            raise TooManyParts(number=work.order.number, most=MOST_PARTS)
        for nth in range(last + 1, last + 1 + len(work.takes)):
            work.ids.append(next(fresh))
            work.numbers.append((nth, f"{number}-{nth}"))
        known[work.root] = (number, last + len(work.takes))


def _shared(works: Sequence[_Work]) -> None:
    """What of every line is where: first what stays, then each part; a part has no line it has nothing of."""
    for work in works:
        parts = [work.takes[part] for part in sorted(work.takes)]
        shared: list[list[Goods]] = [[] for _each in range(len(parts) + 1)]
        for line in work.lines.values():
            gone = [part.get(line.pk, 0) for part in parts]
            goods = Goods(line.pk, line.quantity, line.unit_minor, line.discount_minor, line.total_minor)
            for place, each in zip(shared, cut(goods, [line.quantity - sum(gone), *gone]), strict=True):
                if each.pieces:
                    place.append(each)
        work.goods = shared


def _sums(work: _Work) -> list[Sums]:
    whole = Sums(*(getattr(work.order, name) for name in SUMS))
    goods = [sum(each.total_minor for each in part) for part in work.goods]
    return shares(whole, goods, [sum(each.pieces for each in part) for part in work.goods])


def _write(works: Sequence[_Work], send_from: Mapping[int, int]) -> list[int]:
    """The new rows, and what is left of the old. Returns the new orders."""
    people = iter(db.take_ids(Recipient, sum(len(work.ids) for work in works)))
    columns = [field_.attname for field_ in Order._meta.concrete_fields]
    orders, staying, copies = [], [], []
    for work in works:
        sums = _sums(work)
        staying.append((*sums[0], sums[0].total, sum(each.pieces for each in work.goods[0]), len(work.goods[0]), work.order.pk))
        for part, id_, (nth, number), sum_, goods in zip(sorted(work.takes), work.ids, work.numbers, sums[1:], work.goods[1:], strict=True):
            person = next(people)
            copies.append((person, work.order.recipient_id))
            home = send_from.get(part, work.order.chosen_warehouse_id)
            own = {
                "id": id_, "number": number, "part": nth, "split_from_id": work.root, "bundle_id": None, "recipient_id": person,
                "stage": states.PENDING_REVIEW, "holds": 0, "version": 1, "pieces": sum(each.pieces for each in goods),
                "kinds": len(goods), "total_minor": sum_.total, "chosen_warehouse_id": home, **dict(zip(SUMS, sum_, strict=True)),
            }  # fmt: skip
            orders.append(tuple(own.get(name, getattr(work.order, name)) for name in columns))
    _copy_people(copies)
    db.insert_many(Order, columns, orders)
    _write_lines(works)
    db.execute_many(
        "UPDATE orders_order SET goods_minor = %s, discount_minor = %s, freight_minor = %s, paid_minor = %s, total_minor = %s, "
        "pieces = %s, kinds = %s WHERE id = %s",
        staying,
    )
    return [id_ for work in works for id_ in work.ids]


def _copy_people(pairs: Sequence[tuple[int, int]]) -> None:
    """Everybody a row of their own: who changes to whom one part goes changes no other. What is sealed is copied as it is."""
    columns = ", ".join(name for name in (*sealing.COLUMNS, "kept_why", "erased_at") if name != "id")
    db.execute_many(
        f"INSERT INTO {Recipient._meta.db_table} (id, {columns}) SELECT %s, {columns} FROM {Recipient._meta.db_table} WHERE id = %s", pairs
    )


def _write_lines(works: Sequence[_Work]) -> None:
    moved, cut_, new = [], [], []
    for work in works:
        stays = {each.line_id: each for each in work.goods[0]}
        for each in stays.values():
            if each.pieces != work.lines[each.line_id].quantity:
                cut_.append((each.pieces, each.discount_minor, each.total_minor, each.line_id))
        whole_goes = {id_ for id_ in work.lines if id_ not in stays}
        for id_, goods in zip(work.ids, work.goods[1:], strict=True):
            for each in goods:
                line = work.lines[each.line_id]
                if each.line_id in whole_goes:
                    # The first part that has some of it takes the line itself along.
                    whole_goes.discard(each.line_id)
                    moved.append((id_, each.pieces, each.discount_minor, each.total_minor, each.line_id))
                    work.promised.append(Share(each.line_id, id_, each.line_id, each.pieces))
                else:
                    new.append((work, id_, line, each))
    ids = db.take_ids(Line, len(new))
    db.execute_many("UPDATE orders_line SET order_id = %s, quantity = %s, discount_minor = %s, total_minor = %s WHERE id = %s", moved)
    db.execute_many("UPDATE orders_line SET quantity = %s, discount_minor = %s, total_minor = %s WHERE id = %s", cut_)
    rows = []
    for new_id, (work, order_id, line, each) in zip(ids, new, strict=True):
        work.promised.append(Share(line.pk, order_id, new_id, each.pieces))
        said = {
            "id": new_id, "order_id": order_id, "quantity": each.pieces, "discount_minor": each.discount_minor,
            "total_minor": each.total_minor, "shipped": 0, "cut_from": line.cut_from or line.pk,
        }  # fmt: skip
        rows.append(tuple(said.get(name, getattr(line, name)) for name in LINE))
    db.insert_many(Line, LINE, rows)


def _promised(works: Sequence[_Work], *, by: Actor, at: datetime) -> None:
    """What was promised to a line is promised to its parts."""
    given = [one for work in works if work.order.stage == states.APPROVED for one in work.promised]
    if given:
        claims.share(given, by=by, at=at)


def _follow(works: Sequence[_Work], fresh: Collection[int], *, by: Actor, at: datetime) -> None:
    """Say what happened, hold the parts for what a person held the whole for, and let the rules look again."""
    whole_of = {id_: work.order.pk for work in works for id_ in work.ids}
    tell(
        [OrderSplitOff(id_, whole_of[id_]) for id_ in fresh], by=by, at=at,
        moves=[Move(id_, 1, "", states.PENDING_REVIEW) for id_ in fresh],
        facts={id_: {"origin": work.order.number} for work in works for id_ in work.ids},
    )  # fmt: skip
    _held(works, by=by, at=at)
    _ruled(works)
    _tagged(works)
    told = {work.order.pk: _told(work) for work in works}
    revising.changed({pk: fields for pk, (fields, _facts) in told.items()}, facts={pk: facts for pk, (_f, facts) in told.items()}, by=by, at=at)
    approved = {work.order.pk: work for work in works if work.order.stage == states.APPROVED}
    moves = step(Order, ORDER, "approve", [id_ for work in approved.values() for id_ in work.ids])
    tell([OrderApproved(move.id) for move in moves], by=by, at=at, moves=moves)
    waiting = [id_ for work in works if work.order.pk not in approved for id_ in (work.order.pk, *work.ids)]
    if waiting:
        # As the house itself: who takes an order apart has not approved it.
        review.run(waiting, by=SYSTEM, at=at)


def _held(works: Sequence[_Work], *, by: Actor, at: datetime) -> None:
    parts = {work.order.pk: work.ids for work in works if work.order.holds}
    for source in sorted(set(Hold.objects.filter(order__in=parts, cleared_at=None).values_list("source", flat=True)) - {"review"}):
        rows = Hold.objects.filter(order__in=parts, cleared_at=None, source=source).values_list("order_id", "code", "facts")
        reasons: dict[int, dict[str, Any]] = defaultdict(dict)
        for order_id, code, facts in rows:
            for id_ in parts[order_id]:
                reasons[id_][code] = facts
        holds.put_on(reasons, source=source, by=by, at=at)


def _ruled(works: Sequence[_Work]) -> None:
    """What the merchant's rules did to the whole they did to its parts: nothing is given or asked twice."""
    parts = {work.order.pk: work.ids for work in works}
    names = ("rule_id", "version", "fired_at", "held", "warehouse_id", "gift_line_id")
    rows = [
        (id_, *said)
        for order_id, *said in Ruling.objects.filter(order__in=parts).order_by("pk").values_list("order_id", *names)
        for id_ in parts[order_id]
    ]
    db.insert_many(Ruling, ("order_id", *names), rows)


def _tagged(works: Sequence[_Work]) -> None:
    """What the whole is tagged with its parts are too."""
    on = tags_of([work.order.pk for work in works])
    tags.write({id_: set(on[work.order.pk]) for work in works if work.order.pk in on for id_ in work.ids}, {})


def _told(work: _Work) -> tuple[list[str], dict[str, Any]]:
    """The fields that changed, and the book's words for them."""
    stays = {each.line_id: each.pieces for each in work.goods[0]}
    diffs: list[dict[str, Any]] = [
        {"field": "quantity", "sku": line.sku_code or line.name, "old": line.quantity, "new": stays.get(pk, 0)}
        for pk, line in work.lines.items()
        if stays.get(pk, 0) != line.quantity
    ]
    fields = ["quantity"]
    now = _sums(work)[0]
    for name in ("discount", "freight", "paid"):
        old, new = getattr(work.order, f"{name}_minor"), getattr(now, name)
        if old != new:
            fields.append(name)
            diffs.append({"field": name, "old": old, "new": new, "money": True})
    return fields, {"changes": diffs, "currency": work.order.currency, "split": [number for _nth, number in work.numbers]}
