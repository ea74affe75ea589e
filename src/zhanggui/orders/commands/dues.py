"""Orders that wait for their money: until when, who is reminded, who calls them off, and what a buyer said."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from zhanggui.journal import marks
from zhanggui.journal.book import Batch, command, tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import ReasonNeeded
from zhanggui.orders import states
from zhanggui.orders.commands import progress
from zhanggui.orders.commands.booked import held
from zhanggui.orders.models import Shop
from zhanggui.payments.commands import ledger
from zhanggui.payments.commands.ledger import Opening
from zhanggui.payments.events import PaymentChased, PaymentExtended, PaymentOverdue, PaymentReminded
from zhanggui.payments.refusals import BadDay
from zhanggui.payments.rules import pace
from zhanggui.payments.terms import InForce

LONGEST_MIN = 30 * 24 * 60
AT_ONCE = 500
UNPAID = "unpaid-in-time"


@command(needs="order.edit", over="order", because="reason")
def extend(order_ids: Sequence[int], minutes: int, *, reason: str = "", by: Actor, at: datetime) -> Batch:
    """Wait so much longer for the money of these orders, from their end or from now, whichever is later; reminders begin anew.

    One that waits for nothing is refused (``not-unpaid``), and so is one that was extended as often as its shop lets
    (``extended-enough``). Raises ReasonNeeded where ``reason`` says nothing.
    """
    if by.kind != "system" and not marks.means(reason or by.why):
        raise ReasonNeeded(needs="order.edit", verb="orders.dues.extend", many=len(order_ids))
    minutes = min(max(minutes, 1), LONGEST_MIN)
    rows, terms, batch = held(order_ids), InForce(), Batch()
    accounts = _accounts(rows)
    moved, events = [], []
    for id_ in order_ids:
        if id_ not in rows or rows[id_].stage != states.PENDING_PAYMENT or id_ not in accounts:
            batch.refuse([id_], "not-unpaid")
            continue
        due, times = accounts[id_]
        here = terms.of(rows[id_].shop_id)
        if times >= here.extends_most:
            batch.refuse([id_], "extended-enough", most=here.extends_most)
            continue
        until = max(due or at, at) + timedelta(minutes=minutes)
        done = pace.passed(until, here.steps, at)
        moved.append((db.adapt(until), done, db.adapt(pace.coming(until, here.steps, done)), id_))
        events.append(PaymentExtended(id_, until))
        batch.done.append(id_)
    db.execute_many(
        "UPDATE payments_account SET due_at = %s, extended = extended + 1, reminded = %s, remind_at = %s WHERE order_id = %s", moved
    )
    tell(events, by=by, at=at, facts={id_: {"why": reason or by.why} for id_ in batch.done})
    return batch


def _accounts(order_ids: Iterable[int]) -> dict[int, tuple[datetime | None, int]]:
    chosen, ids = db.among("order_id", order_ids)
    rows = db.fetch(f"SELECT order_id, due_at, extended FROM payments_account WHERE {chosen}", [ids])
    return {id_: (db.moment(due) if due else None, times) for id_, due, times in rows}


@command(needs="order.edit", over="order")
def chased(order_ids: Sequence[int], *, note: str = "", next_on: str = "", by: Actor, at: datetime) -> Batch:
    """Somebody asked these buyers for their money: what they said, and the day (``2026-10-21``) to ask again, if any. One that waits for
    nothing is refused. Raises BadDay."""
    day = _day(next_on)
    rows, batch = held(order_ids), Batch()
    batch.done = [id_ for id_ in order_ids if id_ in rows and rows[id_].stage == states.PENDING_PAYMENT]
    batch.refuse(set(order_ids) - set(batch.done), "not-unpaid")
    moment = db.adapt(at)
    said = [(note.strip()[:200], day or None, moment, id_) for id_ in batch.done]
    db.execute_many("UPDATE payments_account SET contact_note = %s, contact_on = %s, contacted_at = %s WHERE order_id = %s", said)
    tell([PaymentChased(id_, day) for id_ in batch.done], by=by, at=at, facts={id_: {"why": note.strip()[:200]} for id_ in batch.done})
    return batch


def _day(said: str) -> str:
    try:
        return date.fromisoformat(said.strip()).isoformat() if said.strip() else ""
    except ValueError as error:
        raise BadDay(said=said.strip()[:20]) from error


@command(needs="order.cancel", over="order")
def expire(order_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Call off those whose time is over and of which nothing came; what was paid meanwhile, or extended, stays. What they held is free again."""
    rows, terms = held(order_ids), InForce()
    accounts = _accounts(rows)
    over = []
    for id_, row in rows.items():
        due, here = accounts.get(id_, (None, 0))[0], terms.of(row.shop_id)
        waits = row.stage == states.PENDING_PAYMENT and not row.paid_minor
        if waits and due is not None and due <= at and here.cancels and row.method not in here.spared:
            over.append(id_)
    return progress.call_off(over, reason=UNPAID, by=by, at=at)


@command(needs="order.cancel", over="order")
def remind(order_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Say of these what is due: a reminder to us, one to the buyer, or that their time is over. Each is said once."""
    rows, terms = held(order_ids), InForce()
    chosen, ids = db.among("order_id", rows)
    due = db.fetch(f"SELECT order_id, due_at, reminded FROM payments_account WHERE {chosen} AND remind_at <= %s", [ids, db.adapt(at)])
    moved, to, over = [], [], []
    for id_, until, before in due:
        here, end = terms.of(rows[id_].shop_id), db.moment(until)
        done = pace.passed(end, here.steps, at)
        for step in dict.fromkeys(step.to for step in here.steps[before:done]):
            if step == pace.OVER:
                over.append(PaymentOverdue(id_))
            elif done < len(here.steps):
                to.append(PaymentReminded(id_, step))
        moved.append((max(done, before), db.adapt(pace.coming(end, here.steps, done)), id_))
    db.execute_many("UPDATE payments_account SET reminded = %s, remind_at = %s WHERE order_id = %s", moved)
    tell(to, by=by, at=at)
    tell(over, by=by, at=at)
    return Batch(done=[id_ for _done, _next, id_ in moved])


@command(needs="order.create", over="order")
def wait_for(order_ids: Sequence[int], *, by: Actor, at: datetime) -> None:
    """These orders wait for their money from now on, as long as their shop says; one that waits already keeps its time."""
    rows, terms = held(order_ids), InForce()
    openings: list[Opening] = []
    for row in rows.values():
        here = terms.of(row.shop_id)
        due = here.due(at) if row.stage == states.PENDING_PAYMENT else None
        openings.append(row.opening._replace(due_at=due, remind_at=here.remind(due, at)))
    ledger.open_all(openings, by=by, at=at)


def without_end(limit: int = AT_ONCE) -> list[int]:
    """Orders that wait and have no account: they were here before there were any. One statement."""
    return [
        id_
        for (id_,) in db.fetch(
            "SELECT o.id FROM orders_order o LEFT JOIN payments_account a ON a.order_id = o.id "
            f"WHERE o.stage = '{states.PENDING_PAYMENT}' AND a.id IS NULL ORDER BY o.id LIMIT %s",
            [limit],
        )
    ]


def to_remind(at: datetime, limit: int = AT_ONCE) -> list[int]:
    """Whose reminder is due. One statement."""
    sql = "SELECT order_id FROM payments_account WHERE remind_at IS NOT NULL AND remind_at <= %s ORDER BY remind_at LIMIT %s"
    return [id_ for (id_,) in db.fetch(sql, [db.adapt(at), limit])]


def to_expire(at: datetime, limit: int = AT_ONCE) -> list[int]:
    """Whose time is over, in the shops that call such orders off; those that are spared are not among them. A statement a kind of terms."""
    found: list[int] = []
    for terms, shops in InForce().grouped(Shop.objects.values_list("pk", flat=True)).items():
        if not terms.cancels:
            continue
        homes, ids = db.among("a.shop_id", shops)
        ways, names = db.among("o.payment_method", terms.spared)
        found += [
            id_
            for (id_,) in db.fetch(
                "SELECT a.order_id FROM payments_account a JOIN orders_order o ON o.id = a.order_id "
                f"WHERE a.due_at IS NOT NULL AND a.due_at <= %s AND {homes} AND o.stage = '{states.PENDING_PAYMENT}' "
                f"AND o.paid_minor = 0 AND NOT ({ways}) ORDER BY a.due_at LIMIT %s",
                [db.adapt(at), ids, names, limit],
            )
        ]
    return found
