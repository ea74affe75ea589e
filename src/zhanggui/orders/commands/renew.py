"""Orders that are here already brought up to date by what their shop says now, before the warehouse has them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Self

from django.db.models import F, QuerySet

from zhanggui.customers import sealing
from zhanggui.customers.models import Recipient
from zhanggui.journal.book import ask, command, tell
from zhanggui.journal.models import Entry
from zhanggui.journal.steps import step
from zhanggui.kernel import db, guards
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.orders import bundles, saying, states
from zhanggui.orders import prepared as making
from zhanggui.orders.before import Before, as_they_stand
from zhanggui.orders.commands import booked, finances, review, revising
from zhanggui.orders.commands.change import ADDRESS, REVIEWED_AT_ONCE
from zhanggui.orders.commands.renew_told import told
from zhanggui.orders.commands.revising import EDITABLE
from zhanggui.orders.drawing import LATER
from zhanggui.orders.events import OrderSubmitted
from zhanggui.orders.models import Line, Order
from zhanggui.orders.prepared import Prepared
from zhanggui.orders.saying import about_status
from zhanggui.orders.states import ORDER
from zhanggui.payments.commands import ledger

# What of an order changes together, by its columns; the lines go with the contents, the recipient is the address.
PARTS: Mapping[str, tuple[str, ...]] = {
    "contents": ("currency", "goods_minor", "discount_minor", "freight_minor", "total_minor", "pieces", "kinds"),
    "payment": ("payment", "payment_method", "paid_minor", "paid_at", "ship_by"),
    "notes": ("buyer_note", "seller_note", "flag"),
    "address": (),
}
_MOMENTS = ("paid_at", "ship_by")
_ALWAYS = ("platform_status", "fingerprint")
COLUMNS = (*(column for part in PARTS.values() for column in part), *_ALWAYS)
# What a person changed here, as the book calls it: that part stays as they said.
BY_HAND = {
    **dict.fromkeys(ADDRESS, "address"),
    **dict.fromkeys(("goods", "quantity", "added", "note", "line_unit", "line_discount", "discount", "freight"), "contents"),
    **dict.fromkeys(("payment", "payment_method", "paid", "ship_by"), "payment"),
    **dict.fromkeys(("buyer_note", "seller_note", "flag"), "notes"),
}
# What was written into the book of money here is no file's to undo.
MONEY_HERE = ("PaymentReceived", "PaymentRefunded", "PaymentMethodChanged")
OPEN = (*EDITABLE, states.APPROVED)
AT = {column: at for at, column in enumerate(making.ORDER)}
_LINE_SAYS = slice(0, 9)  # all but its moment


class Renewed(NamedTuple):
    """Platform number → our id of those brought up to date and of those that said nothing new; → code of why not; → the parts that
    stayed as a person had said; → what the shop calls where the order stands, where only that was noted (``done``, too) or is
    in the way; our id → how it stood ``before`` of those brought up to date."""

    done: dict[str, int]
    same: dict[str, int]
    refused: dict[str, str]
    kept: dict[str, list[str]]
    noted: dict[str, str]
    before: dict[int, Before]

    @classmethod
    def nothing(cls) -> Self:
        return cls({}, {}, {}, {}, {}, {})


class Ruled(NamedTuple):
    """What rules of the merchant's did to an order, which is no shop's to undo: the lines they gave, how many pieces those are,
    and whether its flag is theirs."""

    gifts: set[int]
    pieces: int = 0
    flag: bool = False

    def __call__(self, row: Order, column: str, said: Any) -> Any:
        """What a column is to be, where the shop says this of it."""
        if column == "flag" and self.flag:
            return row.flag
        return said + {"pieces": self.pieces, "kinds": len(self.gifts)}.get(column, 0) if column in ("pieces", "kinds") else said


class Asked(NamedTuple):
    """One order to be changed: as it stands, what is said of it now, which parts, and what rules did to it."""

    row: Order
    said: Prepared
    parts: list[str]
    ruled: Ruled


@command(needs="order.edit", over="shop@shop_id")
def renew(orders: Sequence[Prepared], *, shop_id: int, by: Actor, at: datetime) -> Renewed:
    """Bring orders that are here up to date with what their shop says of them, and let the rules look again.

    Only what differs is changed; what a person changed here stays as they said. Where the shop only calls the order's state something
    else, that is noted (``noted``). An approved one goes back to review first and frees what it held, where ``by`` may do that; one
    that is in a wave, gone or cancelled is refused (``LOCKED``), and so are: ``GONE_THERE`` (over at the shop, not here),
    ``NEEDS_UNREVIEW``, ``CHANGED_HERE`` (a person changed all that differs), and
    ``LINES_PACKED`` (fewer lines, some of which were in a parcel). Doing it twice changes nothing.
    """
    weighed = _weighed(orders, shop_id=shop_id, hold=True, by=by)
    every = [*weighed.asked, *weighed.noted]
    was = as_they_stand([(each.row, each.ruled.gifts, each.ruled.pieces) for each in every], COLUMNS)
    seqs = write(weighed.asked, weighed.lines, by=by, at=at) if weighed.asked else {}
    noted = {each.row.pk: each.said.order[AT["platform_status"]] for each in weighed.noted}
    if noted:
        db.execute_many("UPDATE orders_order SET platform_status = %s WHERE id = %s", [(words, pk) for pk, words in noted.items()])
        seqs |= revising.changed({pk: ["platform_status"] for pk in noted}, facts={pk: {"file": True} for pk in noted}, by=by, at=at)
    weighed.renewed.before.update({pk: Before(seq, was[pk]) for pk, seq in seqs.items()})
    return weighed.renewed


def foreseen(orders: Sequence[Prepared], *, shop_id: int, by: Actor) -> Renewed:
    """What ``renew`` would answer, as things stand; nothing is written and nothing held."""
    return _weighed(orders, shop_id=shop_id, hold=False, by=by).renewed


class _Weighed(NamedTuple):
    """The answer, what is to be written of which orders, their lines, and of which only the shop's word for them is new."""

    renewed: Renewed
    asked: list[Asked]
    lines: Mapping[int, list[tuple[Any, ...]]]
    noted: list[Asked]


def _weighed(orders: Sequence[Prepared], *, shop_id: int, hold: bool, by: Actor) -> _Weighed:
    by_number = {order.platform_no: order for order in reversed(orders)}
    renewed = Renewed.nothing()
    standing = _standing(shop_id, by_number, hold=hold)
    hands, packed, flagged = _history([row.pk for row in standing])
    given = _gifts([row.pk for row in standing])
    lines = _lines([row.pk for row in standing], {line for each in given.values() for line in each.gifts})
    asked: list[Asked] = []
    noted: list[Asked] = []
    for row in standing:
        said = by_number[row.platform_no]
        ruled = given.get(row.pk, Ruled(set()))._replace(flag=row.pk in flagged)
        differ = parts_of(row, said, lines[row.pk], ruled) if bytes(row.fingerprint) != said.fingerprint else []
        words = said.order[AT["platform_status"]]
        told = about_status(stage=row.stage, here=row.platform_status, said_stage=said.order[AT["stage"]], said=words)
        if told == saying.GONE_THERE or (told and not differ):
            renewed.noted[row.platform_no] = words
        if not differ:  # nothing, what the books do not keep, or only the shop's word for where it stands
            if told == saying.GONE_THERE:
                renewed.refused[row.platform_no] = told
            elif told:
                renewed.done[row.platform_no] = row.pk
                noted.append(Asked(row, said, [], ruled))
            else:
                renewed.same[row.platform_no] = row.pk
            continue
        parts = [part for part in differ if part not in hands.get(row.pk, ())]
        code = _against(row, said, parts, lines[row.pk], packed=row.pk in packed, by=by)
        if code:
            renewed.refused[row.platform_no] = code
            continue
        renewed.done[row.platform_no] = row.pk
        if len(parts) < len(differ):
            renewed.kept[row.platform_no] = [part for part in differ if part not in parts]
        asked.append(Asked(row, said, parts, ruled))
    return _Weighed(renewed, asked, lines, noted)


def _standing(shop_id: int, numbers: Iterable[str], *, hold: bool) -> list[Order]:
    """Those of these numbers that are here, to ``hold`` until the end where the database locks rows, in the order of their ids."""
    rows = Order.objects.filter(db.Among(F("platform_no"), list(numbers)), shop_id=shop_id, part=0)
    return held(rows) if hold else list(rows.select_related("recipient").order_by("pk"))


def held(rows: "QuerySet[Order]") -> list[Order]:
    """These orders with their recipients, held until the end where the database locks rows, in the order of their ids."""
    rows = rows.select_related("recipient").order_by("pk")
    if guards.stands("renew.lock"):
        rows = rows.select_for_update(of=("self",), no_key=True)
    return list(rows)


def ruled_and_lines(order_ids: Sequence[int]) -> tuple[dict[int, Ruled], Mapping[int, list[tuple[Any, ...]]]]:
    """Of each order what rules did to it, and its lines without those that rules gave. Three statements."""
    _hands, _packed, flagged = _history(order_ids)
    given = _gifts(order_ids)
    lines = _lines(order_ids, {line for each in given.values() for line in each.gifts})
    return {id_: given.get(id_, Ruled(set()))._replace(flag=id_ in flagged) for id_ in order_ids}, lines


def _history(order_ids: Sequence[int]) -> tuple[dict[int, set[str]], set[int], set[int]]:
    """(order → the parts a person changed by hand, orders that were in a wave before, orders whose flag a rule set)."""
    hands: dict[int, set[str]] = defaultdict(set)
    packed: set[int] = set()
    flagged: set[int] = set()
    told = Entry.objects.filter(subject_kind="order", subject_id__in=order_ids, name__in=("OrderChanged", "OrderReleased", *MONEY_HERE))
    for name, id_, facts in told.values_list("name", "subject_id", "facts"):
        if id_ is None:
            continue
        if name == "OrderReleased":
            packed.add(id_)
        elif name in MONEY_HERE:
            hands[id_].add("payment")
        elif facts.get("rules"):
            # A rule is no hand: what the shop says from now on is still heard.
            flagged |= {id_} if "flag" in facts.get("fields", ()) else set()
        elif not facts.get("file"):
            hands[id_] |= {BY_HAND[field] for field in facts.get("fields", ()) if field in BY_HAND}
    return hands, packed, flagged


def _gifts(order_ids: Sequence[int]) -> dict[int, Ruled]:
    """Order → the lines that rules gave it and that are still there. One statement."""
    chosen, ids = db.among("r.order_id", order_ids)
    found: dict[int, Ruled] = {}
    for order_id, line_id, pieces in db.fetch(
        f"SELECT r.order_id, l.id, l.quantity FROM orders_ruling r JOIN orders_line l ON l.id = r.gift_line_id WHERE {chosen}", [ids]
    ):
        before = found.get(order_id, Ruled(set()))
        found[order_id] = Ruled(before.gifts | {line_id}, before.pieces + pieces)
    return found


def _lines(order_ids: Sequence[int], but: Collection[int]) -> dict[int, list[tuple[Any, ...]]]:
    """Order → its lines, all but these: id, SKU, and what each says, in their order."""
    chosen, ids = db.among("order_id", order_ids)
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    columns = ", ".join(making.LINE[_LINE_SAYS])
    for order_id, *line in db.fetch(
        f"SELECT order_id, id, sku_id, {columns} FROM orders_line WHERE {chosen} ORDER BY order_id, position", [ids]
    ):
        if line[0] not in but:
            found[order_id].append(tuple(line))
    return found


def parts_of(row: Order, said: Prepared, lines: Sequence[tuple[Any, ...]], ruled: Ruled) -> list[str]:
    """Which parts say something else now."""
    found = [
        part
        for part, columns in PARTS.items()
        if any(getattr(row, column) != ruled(row, column, said.order[AT[column]]) for column in columns if column not in _MOMENTS)
    ]
    if "contents" not in found and [line[2:] for line in lines] != [line[_LINE_SAYS] for line in said.lines]:
        found.insert(0, "contents")
    if _person(row) != _opened(said.recipient):
        found.append("address")
    return found


def _person(row: Order) -> tuple[Any, ...]:
    to = row.recipient
    return (*sealing.opened(to.sealed), sealing.note_in(to.sealed), to.country, to.province, to.city, to.district, to.oaid, to.platform_ciphertext)


def _opened(recipient: tuple[Any, ...]) -> tuple[Any, ...]:
    said = dict(zip(sealing.COLUMNS[1:-1], recipient, strict=True))
    where = (said["country"], said["province"], said["city"], said["district"])
    sealed = said["sealed"]
    return (*sealing.opened(sealed), sealing.note_in(sealed), *where, said["oaid"], said["platform_ciphertext"])


def _against(
    row: Order, said: Prepared, parts: Sequence[str], lines: Sequence[Any], *, packed: bool, by: Actor
) -> str:
    """Why this order may not be changed; empty where it may."""
    if row.stage not in OPEN:
        return "LOCKED"
    if said.order[AT["stage"]] not in saying.GOING_ON:
        return "GONE_THERE"
    if not parts:
        return "CHANGED_HERE"
    if row.stage == states.APPROVED and goes_back(parts) and not by.granted("order.unreview", takes=("not-picked",)):
        return "NEEDS_UNREVIEW"
    return "LINES_PACKED" if packed and "contents" in parts and len(said.lines) < len(lines) else ""


def goes_back(parts: Sequence[str]) -> bool:
    """A note is only read; everything else was approved as it stood."""
    return any(part != "notes" for part in parts)


def write(
    asked: Sequence[Asked], lines: Mapping[int, list[tuple[Any, ...]]], *, more: Mapping[str, Any] | None = None, by: Actor, at: datetime
) -> dict[int, int]:
    """Change these orders so, within the verb that says it; ``more`` goes into the book. Returns the version each has by that."""
    back = [each.row.pk for each in asked if each.row.stage == states.APPROVED and goes_back(each.parts)]
    review.unapprove(back, reason=_why(by), by=by, at=at)
    sets = ", ".join(f"{column} = %s" for column in COLUMNS)
    paid = {each.row.pk: each.said.order[AT["paid_minor"]] for each in asked if "payment" in each.parts}
    booked.paid_to([each.row for each in asked if each.row.pk in paid], paid, by=by, at=at)
    db.execute_many(f"UPDATE orders_order SET {sets} WHERE id = %s", [(*_values(each), each.row.pk) for each in asked])
    _rewrite([each for each in asked if "address" in each.parts])
    _write_lines([each for each in asked if "contents" in each.parts], lines)
    facts = {
        each.row.pk: {**(more or {}), "file": True, "currency": each.row.currency, "changes": _changes(each, lines[each.row.pk])}
        for each in asked
    }
    seqs = revising.changed({each.row.pk: each.parts for each in asked}, facts=facts, by=by, at=at)
    bundles.check([each.row.pk for each in asked if "address" in each.parts], by=by, at=at)
    paying = [
        each.row.pk
        for each in asked
        if each.row.stage == states.PENDING_PAYMENT and "payment" in each.parts and each.said.order[AT["payment"]] in ("paid", *LATER)
    ]
    moves = step(Order, ORDER, "pay", paying)
    ledger.stop_waiting(paying)
    tell([OrderSubmitted(move.id) for move in moves], by=by, at=at, moves=moves)
    waiting = sorted({*back, *(each.row.pk for each in asked if each.row.stage == states.PENDING_REVIEW)})
    if waiting:
        finances.lapse(waiting)
        review.run(waiting[:REVIEWED_AT_ONCE], by=SYSTEM, at=at)
    for chunk in db.in_chunks(waiting[REVIEWED_AT_ONCE:], REVIEWED_AT_ONCE):
        ask(review.review_again, list(chunk), at=at)
    return seqs


def _changes(each: Asked, lines: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
    def now(column: str) -> Any:
        return each.ruled(each.row, column, each.said.order[AT[column]])

    return told(each.row, each.parts, now, [line[2:] for line in lines], [line[_LINE_SAYS] for line in each.said.lines])


def _why(by: Actor) -> str:
    """What the history of an order taken back to review says: the file is the reason."""
    return by.why or "file"


def _values(each: Asked) -> list[Any]:
    """The columns of an order: said now where that part changes, else as they stand."""
    changing = {column for part in each.parts for column in PARTS[part]} | set(_ALWAYS)
    values = []
    for column in COLUMNS:
        stands = getattr(each.row, column)
        if column == "fingerprint":
            values.append(each.said.fingerprint)
        elif column in changing:
            values.append(each.ruled(each.row, column, each.said.order[AT[column]]))
        else:
            values.append(db.adapt(stands) if column in _MOMENTS else stands)
    return values


def _rewrite(asked: Sequence[Asked]) -> None:
    columns = sealing.COLUMNS[1:-1]
    sets = ", ".join(f"{column} = %s" for column in columns)
    rows = [(*each.said.recipient, each.row.recipient_id) for each in asked]
    db.execute_many(f"UPDATE {Recipient._meta.db_table} SET {sets} WHERE id = %s", rows)


def _write_lines(asked: Sequence[Asked], lines: Mapping[int, list[tuple[Any, ...]]]) -> None:
    """Lines in their places: rewritten, added, or gone. Goods that a person matched stay matched where the line still says them."""
    changed: list[tuple[Any, ...]] = []
    added: list[tuple[Any, ...]] = []
    gone: list[int] = []
    for each in asked:
        here = lines[each.row.pk]
        matched = {line[2:5]: line[1] for line in here}
        for place, (said, sku_id) in enumerate(zip(each.said.lines, each.said.skus, strict=True)):
            sku = sku_id or matched.get(said[0:3])
            if place < len(here):
                changed.append((place + 1, sku, *said[_LINE_SAYS], here[place][0]))
            else:
                added.append((each.row.pk, place + 1, sku, *said))
        gone += [line[0] for line in here[len(each.said.lines) :]]
    sets = ", ".join(f"{column} = %s" for column in making.LINE[_LINE_SAYS])
    db.execute_many(f"UPDATE orders_line SET position = %s, sku_id = %s, {sets} WHERE id = %s", changed)
    db.insert_many(Line, ("order_id", "position", "sku_id", *making.LINE), added, adapted=True)
    Line.objects.filter(db.Among(F("pk"), gone)).delete()
