"""What gateways tell of money: written to the order it is of, or kept aside where nobody can say of which."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from zhanggui.journal.book import command, tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound, Refused
from zhanggui.orders import reaching
from zhanggui.orders.commands import money
from zhanggui.orders.commands.booked import held
from zhanggui.orders.commands.money import Back, Came, Try
from zhanggui.orders.models import Order
from zhanggui.payments import port
from zhanggui.payments.events import NoticeSettled
from zhanggui.payments.models import Gateway, Ledger, Notice
from zhanggui.payments.port import Kind
from zhanggui.payments.queries import plugins
from zhanggui.payments.refusals import NoSuchOrder, NoticeOver, OtherAmount

REPEAT, ASIDE, DONE, NOTHING, SETTLED = "repeat", "aside", "done", "nothing", "settled"
UNKNOWN, AMOUNT, CURRENCY, NUMBER, EARLY, REFUSED = "unknown-order", "other-amount", "other-currency", "number-used", "refund-first", "refused"


@command(needs="settlement")
def take(gateway_id: int, said: port.Notice, *, by: Actor, at: datetime) -> str:
    """Take what a gateway told, its signature checked: ``done``, ``repeat`` (it was told before), ``aside`` (kept for somebody, and shown)
    or ``nothing``. What came before its time is looked at again once the rest is here."""
    gateway = Gateway.objects.get(pk=gateway_id)
    digest = _digest(gateway.plugin, said)
    if Notice.objects.filter(digest=digest).exists():
        return REPEAT
    row = Notice(
        gateway=gateway, digest=digest, kind=said.kind, order_no=said.order_no[:64], trade_no=said.trade_no[:64], number=said.number[:64],
        amount_minor=said.amount_minor, currency=said.currency[:3], code=said.code[:40], so_far=said.so_far, happened_at=said.at, at=at,
    )  # fmt: skip
    _place(row, _orders(row.order_no), by=by, at=at)
    Gateway.objects.filter(pk=gateway_id).update(heard_at=at)
    if row.state == DONE and said.kind is Kind.PAID:
        _those_before(row, by=by, at=at)
    return row.state


@command(needs="settlement")
def settle(notice_id: int, number: str, *, by: Actor, at: datetime) -> None:
    """Say whose a notice is that was kept aside: it is written to that order, whatever it comes to. Raises NoticeOver, NoSuchOrder and what
    the book refuses."""
    row = _aside(notice_id)
    rows = Order.objects.filter(reaching.of(by.reach), pk__in=_orders(number.strip()))
    ids = list(rows.values_list("pk", flat=True))
    if len(ids) != 1:
        raise NoSuchOrder(number=number.strip()[:64])
    _write(row, ids[0], by=by, at=at)
    _over(row, SETTLED, by=by)
    tell([NoticeSettled(row.pk, "placed")], by=by, at=at, facts={row.pk: {"order_id": ids[0]}})


@command(needs="settlement", because="reason")
def dismiss(notice_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """It is none of ours: nothing is written. Raises NoticeOver."""
    row = _aside(notice_id)
    _over(row, NOTHING, by=by)
    tell([NoticeSettled(row.pk, "dismissed")], by=by, at=at, facts={row.pk: {"why": reason[:200]}})


def _aside(notice_id: int) -> Notice:
    row = Notice.objects.select_for_update(of=("self",)).select_related("gateway").filter(pk=notice_id).first()
    if row is None:
        raise NotFound(what=notice_id)
    if row.state != ASIDE:
        raise NoticeOver
    return row


def _over(row: Notice, state: str, *, by: Actor) -> None:
    row.state, row.settled_by = state, by.name[:80]
    row.save()


def _digest(plugin: str, said: port.Notice) -> bytes:
    facts = (plugin, str(said.kind), said.order_no, said.trade_no, said.number, said.amount_minor, said.currency, said.code)
    return hashlib.blake2b(repr(facts).encode(), digest_size=16).digest()


def _orders(number: str) -> list[int]:
    """The orders a gateway's order number may be of: ours, or that of a shop; ``_2`` at its end was another try."""
    if not number:
        return []
    for said in dict.fromkeys((number, number.rsplit("_", 1)[0])):
        found = list(Order.objects.filter(number=said).values_list("pk", flat=True)[:2])
        found = found or list(Order.objects.filter(platform_no=said).values_list("pk", flat=True)[:2])
        if found:
            return found
    return []


def _place(row: Notice, ids: Sequence[int], *, by: Actor, at: datetime) -> None:
    row.state, row.why = ASIDE, ""
    if row.kind == Kind.OTHER:
        row.state = NOTHING
    elif len(ids) != 1:
        row.why = UNKNOWN
    else:
        row.why = _against(row, ids[0])
        if not row.why:
            try:
                with db.together():
                    _write(row, ids[0], by=by, at=at)
                row.state = DONE
            except OtherAmount:
                row.why = NUMBER
            except Refused as refusal:
                row.why = EARLY if row.kind == Kind.REFUNDED else refusal.code[:24] or REFUSED
    row.save()


def _against(row: Notice, order_id: int) -> str:
    """Why money that is said to be of this order is not taken at its word."""
    order = held([order_id])[order_id]
    if row.currency != order.currency:
        return CURRENCY
    if row.kind == Kind.PAID:
        known = Ledger.objects.filter(gateway=row.gateway.plugin, gateway_no=row.number, kind=Ledger.Kind.RECEIPT).exists()
        return AMOUNT if not known and row.amount_minor != order.total_minor - order.paid_minor else ""
    return ""


def _write(row: Notice, order_id: int, *, by: Actor, at: datetime) -> None:
    plugin = row.gateway.plugin
    method = plugins()[plugin].method if plugin in plugins() else plugin
    row.order_id = order_id
    if row.kind == Kind.PAID:
        money.receive([Came(order_id, row.amount_minor, method, plugin, row.number, at=row.happened_at)], by=by, at=at)
    elif row.kind == Kind.REFUNDED:
        minor = row.amount_minor - _refunded(row, order_id)
        if minor > 0:
            money.refund([Back(order_id, minor, method, plugin, row.number, row.trade_no, row.happened_at)], by=by, at=at)
    elif row.kind == Kind.FAILED:
        money.fail([Try(order_id, row.code, row.amount_minor, method, plugin, row.number, at=row.happened_at)], by=by, at=at)


def _refunded(row: Notice, order_id: int) -> int:
    """What was given back of this payment already, where the gateway says the whole of it each time."""
    if not row.so_far:
        return 0
    held([order_id])
    lines = Ledger.objects.filter(account__order_id=order_id, gateway=row.gateway.plugin, kind=Ledger.Kind.REFUND, note=row.trade_no)
    return sum(lines.values_list("amount_minor", flat=True))


def _those_before(row: Notice, *, by: Actor, at: datetime) -> None:
    """A refund that was told before its payment."""
    waiting = Notice.objects.select_related("gateway").filter(trade_no=row.trade_no, state=ASIDE, why__in=(EARLY, UNKNOWN), kind=Kind.REFUNDED)
    for each in waiting.order_by("pk"):
        if row.order_id is not None and each.gateway.plugin == row.gateway.plugin:
            _place(each, [row.order_id], by=by, at=at)
