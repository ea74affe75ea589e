"""What came in for orders and what went back: the book of money is written, and the orders follow it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from zhanggui.journal import figures
from zhanggui.journal.book import Batch, ask, command, tell
from zhanggui.journal.marks import Second
from zhanggui.journal.steps import step
from zhanggui.kernel import db, guards
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.money import exponent, written
from zhanggui.orders import paying, states
from zhanggui.orders.commands import holds, review
from zhanggui.orders.commands.booked import Row, held
from zhanggui.orders.events import OrderSubmitted
from zhanggui.orders.models import Order
from zhanggui.orders.states import ORDER
from zhanggui.payments.commands import ledger
from zhanggui.payments.commands.ledger import Told
from zhanggui.payments.events import PaymentFailed, PaymentMethodChanged, PaymentReceived, PaymentRefunded
from zhanggui.payments.refusals import NoAmount, NoSuchMethod, RefundTooMuch
from zhanggui.payments.rules.causes import cause_of

OWED_LATER = (paying.COD, paying.ON_ACCOUNT)
MOST_MINOR = 10**12
figures.known(
    "refund.approve", 200, says=_("不用别人同意的退款"), does=_("一次退得比这多，要另一个人同意，或退不了"), unit=_("元"), most=1_000_000
)


class Came(NamedTuple):
    """Money that came in for an order. ``gateway_no``: the gateway's own number; told twice, it is one."""

    order_id: int
    amount_minor: int
    method: str = ""
    gateway: str = ""
    gateway_no: str = ""
    note: str = ""
    at: datetime | None = None


class Back(NamedTuple):
    """Money of an order that was given back."""

    order_id: int
    amount_minor: int
    method: str = ""
    gateway: str = ""
    gateway_no: str = ""
    note: str = ""
    at: datetime | None = None


class Try(NamedTuple):
    """A payment that failed: ``code`` is the gateway's own, or one of ours."""

    order_id: int
    code: str
    amount_minor: int = 0
    method: str = ""
    gateway: str = ""
    gateway_no: str = ""
    note: str = ""
    at: datetime | None = None


@command(needs="order.review", over="order@came.order_id")
def receive(came: Sequence[Came], *, by: Actor, at: datetime) -> Batch:
    """Money came in for these orders, a part of it or all: an order whose sum is whole goes to review.

    A gateway's number that is here already changes nothing (``OtherAmount`` where it was another order's or another sum). What
    comes for a cancelled order is written down all the same, and shown among what needs somebody. Raises NoAmount.
    """
    _amounts([each.amount_minor for each in came])
    rows = held(each.order_id for each in came)
    accounts = ledger.open_all([row.opening for row in rows.values()], by=by, at=at)
    told = [Told(c.order_id, ledger.IN, c.amount_minor, c.method, c.gateway, c.gateway_no, "", c.note, c.at) for c in came if c.order_id in rows]
    new = ledger.post(told, accounts, by=by, at=at)
    late = {each.order_id for each in new if rows[each.order_id].stage == states.CANCELLED}
    if late:
        chosen, ids = db.among("order_id", sorted(late))
        db.execute(f"UPDATE payments_account SET late = %s WHERE {chosen}", [True, ids])
    events = [PaymentReceived(each.order_id, each.amount_minor, each.order_id in late) for each in new]
    facts = {each.order_id: {"currency": rows[each.order_id].currency, "method": each.method} for each in new}
    tell(events, by=by, at=at, facts=facts)
    states_now = _follow(rows, new, at=at)
    _go_on([rows[id_] for id_, state in states_now.items() if state == "paid"], by=by, at=at)
    _look_again(rows, states_now, at=at)
    return Batch(done=sorted(rows))


def _whose(back: Sequence[Back], **_more: Any) -> Mapping[str, Any]:
    rows = {row.pk: row for row in Order.objects.filter(pk__in=[each.order_id for each in back])}
    said = [f"{rows[b.order_id].number} {written(b.amount_minor, rows[b.order_id].currency)}" for b in back if b.order_id in rows]
    return {"many": len(back), "which": "、".join(said[:5])}


def _heavy(back: Sequence[Back], **_more: Any) -> int:
    """What is given back altogether, in whole units as people say sums: yen have no hundredths, dinars have thousandths."""
    currency = dict(Order.objects.filter(pk__in=[each.order_id for each in back]).values_list("pk", "currency"))
    return sum(-(-each.amount_minor // 10 ** exponent(currency.get(each.order_id, "CNY"))) for each in back)


@command(
    needs="refund.approve",
    takes=("not-proposer",),
    over="order@back.order_id",
    because="reason",
    weighs=_heavy,
    second=Second(_("退款：{which}"), _whose),
)
def refund(back: Sequence[Back], *, reason: str = "", by: Actor, at: datetime) -> Batch:
    """Money of these orders was given back: never more than came in. What is given back whole before it left the house is held.

    A gateway's number that is here already changes nothing. Raises RefundTooMuch, NoAmount.
    """
    _amounts([each.amount_minor for each in back])
    rows = held(each.order_id for each in back)
    accounts = ledger.open_all([row.opening for row in rows.values()], by=by, at=at)
    told = [
        Told(b.order_id, ledger.OUT, b.amount_minor, b.method, b.gateway, b.gateway_no, "", b.note or reason or by.why, b.at)
        for b in back
        if b.order_id in rows
    ]
    fresh = ledger.fresh(told, accounts)
    _within(fresh, rows)
    new = ledger.write(fresh, accounts, by=by, at=at)
    facts = {each.order_id: {"currency": rows[each.order_id].currency, "why": each.note} for each in new}
    tell([PaymentRefunded(each.order_id, each.amount_minor) for each in new], by=by, at=at, facts=facts)
    states_now = _follow(rows, new, at=at)
    stop = [id_ for id_, state in states_now.items() if state == "refunded" and rows[id_].stage in (states.APPROVED, states.FULFILLING)]
    holds.put_on({id_: {"refund-applied": {"said": "已全额退款"}} for id_ in stop}, source="payments", by=by, at=at)
    _look_again(rows, states_now, at=at)
    return Batch(done=sorted(rows))


def _within(told: Sequence[Told], rows: Mapping[int, Row]) -> None:
    """Looked at under the lock of the orders; the account's own constraint looks again."""
    chosen, ids = db.among("order_id", rows)
    left = dict(db.fetch(f"SELECT order_id, came_minor - back_minor FROM payments_account WHERE {chosen}", [ids]))
    asked: dict[int, int] = defaultdict(int)
    for each in told:
        asked[each.order_id] += each.amount_minor
    for id_, minor in asked.items():
        if minor > left[id_] and guards.stands("payments.lock"):
            raise RefundTooMuch(number=rows[id_].number, left=written(left[id_], rows[id_].currency))


@command(needs="order.review", over="order@tries.order_id")
def fail(tries: Sequence[Try], *, by: Actor, at: datetime) -> Batch:
    """A buyer tried to pay and could not: written down with the gateway's reason; the order stays as it is."""
    rows = held(each.order_id for each in tries)
    accounts = ledger.open_all([row.opening for row in rows.values()], by=by, at=at)
    told = [
        Told(t.order_id, ledger.TRIED, t.amount_minor, t.method, t.gateway, t.gateway_no, t.code, t.note, t.at)
        for t in tries
        if t.order_id in rows
    ]
    new = ledger.post(told, accounts, by=by, at=at)
    tell([PaymentFailed(each.order_id, cause_of(each.code).code) for each in new], by=by, at=at)
    return Batch(done=sorted(rows))


@command(needs="order.review", over="order")
def choose_method(order_ids: Sequence[int], method: str, *, by: Actor, at: datetime) -> Batch:
    """These orders, not yet paid, are to be paid another way. Where that way lets the goods go first they go to review; else they wait
    on. Raises NoSuchMethod."""
    known = {each.name: each for each in paying.methods() if each.on}
    if method not in known:
        raise NoSuchMethod(method=method[:32])
    way = known[method].way
    rows = held(order_ids)
    open_ = [row for row in rows.values() if row.payment in ("unpaid", "partial", *OWED_LATER) and row.stage != states.CANCELLED]
    chosen, ids = db.among("id", [row.id for row in open_])
    db.execute(f"UPDATE orders_order SET payment_method = %s WHERE {chosen}", [method, ids])
    words = [(_owed(row, way), row.id) for row in open_]
    db.execute_many("UPDATE orders_order SET payment = %s WHERE id = %s", words)
    facts = {row.id: {"before": row.method} for row in open_}
    tell([PaymentMethodChanged(row.id, method) for row in open_], by=by, at=at, facts=facts)
    if way in OWED_LATER:
        _go_on(open_, by=by, at=at)
    _look_again(rows, [row.id for row in open_], at=at)
    batch = Batch(done=[row.id for row in open_])
    batch.refuse(set(order_ids) - set(batch.done), "wrong-stage")
    return batch


def _owed(row: Row, way: str) -> str:
    if way in OWED_LATER:
        return way
    # Past review nothing is asked again: what was to be paid later stays so until the money is here.
    if row.payment in OWED_LATER and row.stage not in (states.PENDING_REVIEW, states.PENDING_PAYMENT, states.DRAFT):
        return row.payment
    return "partial" if row.paid_minor else "unpaid"


def _amounts(said: Iterable[int]) -> None:
    for minor in said:
        if not 0 < minor <= MOST_MINOR:
            raise NoAmount(said=minor)


def _follow(rows: Mapping[int, Row], new: Sequence[Told], *, at: datetime) -> dict[int, str]:
    """The orders carry what the book says of them. Returns order → how it counts as paid now."""
    paid = {each.order_id: rows[each.order_id].paid_minor for each in new}
    methods: dict[int, str] = {}
    for each in new:
        paid[each.order_id] += each.amount_minor if each.kind == ledger.IN else -each.amount_minor
        if each.kind == ledger.IN and each.method:
            methods[each.order_id] = each.method[:32]
    found = {id_: _state(rows[id_], now) for id_, now in paid.items()}
    moved = []
    for id_, state in found.items():
        since = (rows[id_].paid_at or at) if state == "paid" else rows[id_].paid_at
        moved.append((paid[id_], state, db.adapt(since), methods.get(id_, rows[id_].method), id_))
    db.execute_many("UPDATE orders_order SET paid_minor = %s, payment = %s, paid_at = %s, payment_method = %s WHERE id = %s", moved)
    return found


def _state(row: Row, paid: int) -> str:
    if paid >= row.total_minor and paid > 0:
        return "paid"
    if paid < row.paid_minor:
        # Something went back: all of it, or a part, which leaves the order as it was.
        return row.payment if paid else "refunded"
    if row.payment in (*OWED_LATER, "paid"):
        return row.payment
    return "partial" if paid else "unpaid"


def _go_on(rows: Sequence[Row], *, by: Actor, at: datetime) -> None:
    """Those of these that waited for money go to review."""
    waited = [row.id for row in rows if row.stage == states.PENDING_PAYMENT]
    moves = step(Order, ORDER, "pay", waited)
    ledger.stop_waiting(waited)
    tell([OrderSubmitted(move.id) for move in moves], by=by, at=at, moves=moves)


def _look_again(rows: Mapping[int, Row], touched: Iterable[int], *, at: datetime) -> None:
    """Those at review are looked at again: whether the money is there is one of its questions."""
    again = sorted(id_ for id_ in touched if rows[id_].stage == states.PENDING_REVIEW)
    if again:
        ask(review.review_again, again, at=at)
