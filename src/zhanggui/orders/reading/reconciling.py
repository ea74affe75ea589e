"""A gateway's statement beside our book: what stands in both, what only in one, and to which order the rest belongs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F

from zhanggui.kernel import db
from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.orders import reaching
from zhanggui.orders.models import Order
from zhanggui.payments.models import Account, Ledger, Statement, StatementLine
from zhanggui.payments.port import Kind

BOOKED = {Kind.PAID: Ledger.Kind.RECEIPT, Kind.REFUNDED: Ledger.Kind.REFUND}
UNKNOWN, AMOUNT, CURRENCY, OTHERWISE, TOO_MUCH = "unknown-order", "other-amount", "other-currency", "booked-otherwise", "refund-too-much"
SHOWN = 500


@dataclass(frozen=True)
class Left:
    """A line of the statement that the book does not have. ``why`` says why it cannot be written down as it is; empty where it can."""

    line: StatementLine
    order_id: int | None
    number: str
    why: str


@dataclass(frozen=True)
class Beside:
    """A statement and the book. ``missing`` are ours that the statement does not have."""

    matched: int
    matched_minor: int
    left: list[Left]
    left_many: int
    missing: list[tuple[Ledger, str, int]]
    missing_many: int


def beside(statement: Statement, *, reach: Reach = EVERYWHERE) -> Beside:
    """The lines of one statement against the book of its gateway, in its days. Six statements, however many lines."""
    rows = list(StatementLine.objects.filter(statement=statement).order_by("happened_at", "pk"))
    booked = _booked(statement.plugin, rows)
    fits = [row for row in rows if booked.get((row.number, BOOKED[Kind(row.kind)])) == row.amount_minor]
    known = {row.pk for row in fits}
    rest = [row for row in rows if row.pk not in known]
    missing = _missing(statement, reach)
    return Beside(
        len(fits), sum(row.amount_minor if row.kind == Kind.PAID else -row.amount_minor for row in fits),
        _left(rest[:SHOWN], booked, reach), len(rest), missing[:SHOWN], len(missing),
    )  # fmt: skip


def lines(line_ids: Iterable[int], *, reach: Reach = EVERYWHERE) -> list[Left]:
    """These lines, as ``beside`` says them; those the book has already are left out."""
    rows = list(StatementLine.objects.filter(db.Among(F("pk"), list(line_ids))).order_by("kind", "happened_at", "pk"))
    found: list[Left] = []
    for plugin in sorted({row.plugin for row in rows}):
        mine = [row for row in rows if row.plugin == plugin]
        booked = _booked(plugin, mine)
        rest = [row for row in mine if booked.get((row.number, BOOKED[Kind(row.kind)])) != row.amount_minor]
        found += _left(rest, booked, reach)
    return found


def _booked(plugin: str, rows: Sequence[StatementLine]) -> dict[tuple[str, str], int]:
    """(number, kind) → the amount our book has under it. One statement."""
    found = Ledger.objects.filter(db.Among(F("gateway_no"), sorted({row.number for row in rows})), gateway=plugin)
    return {(number, kind): minor for number, kind, minor in found.values_list("gateway_no", "kind", "amount_minor")}


def _missing(statement: Statement, reach: Reach) -> list[tuple[Ledger, str, int]]:
    """Lines of our book of that gateway, in the days of the statement, that no statement has; with the order's number and id."""
    if statement.since is None or statement.until is None:
        return []
    ours = Ledger.objects.filter(
        gateway=statement.plugin, kind__in=list(BOOKED.values()), happened_at__gte=statement.since, happened_at__lte=statement.until
    ).select_related("account")
    rows = list(ours.order_by("happened_at", "pk"))
    said = {value: key for key, value in BOOKED.items()}
    told = StatementLine.objects.filter(db.Among(F("number"), [row.gateway_no for row in rows]), plugin=statement.plugin)
    there = set(told.values_list("number", "kind"))
    rest = [row for row in rows if (row.gateway_no, said[Ledger.Kind(row.kind)]) not in there]
    mine = Order.objects.filter(reaching.of(reach)).filter(db.Among(F("pk"), [row.account.order_id for row in rest]))
    numbers = dict(mine.values_list("pk", "number"))
    return [(row, numbers[row.account.order_id], row.account.order_id) for row in rest if row.account.order_id in numbers]


def _left(rows: Sequence[StatementLine], booked: Mapping[tuple[str, str], int], reach: Reach) -> list[Left]:
    """Each with the order it names, and whether it can be written to it. Three statements."""
    named = sorted({text for row in rows for text in (row.order_no, row.order_no.rsplit("_", 1)[0]) if text})
    orders: dict[str, list[Order]] = defaultdict(list)
    mine = Order.objects.filter(reaching.of(reach)).only("pk", "number", "platform_no", "currency", "total_minor", "paid_minor")
    for ours in mine.filter(db.Among(F("number"), named)):
        orders[ours.number].append(ours)
    for ours in mine.filter(db.Among(F("platform_no"), named)):
        if ours not in orders[ours.platform_no]:
            orders[ours.platform_no].append(ours)
    ids = sorted({one.pk for each in orders.values() for one in each})
    back = {row.order_id: row.came_minor - row.back_minor for row in Account.objects.filter(db.Among(F("order_id"), ids))}
    # What is asked of an order is asked once: two lines of one order are weighed one after the other.
    open_ = {one.pk: one.total_minor - one.paid_minor for each in orders.values() for one in each}
    made = []
    for row in rows:
        found = orders.get(row.order_no) or orders.get(row.order_no.rsplit("_", 1)[0]) or []
        order = found[0] if len(found) == 1 else None
        why = _why(row, order, booked, open_, back)
        if not why and order is not None:
            open_[order.pk] -= row.amount_minor if row.kind == Kind.PAID else 0
        made.append(Left(row, order.pk if order else None, order.number if order else "", why))
    return made


def _why(
    row: StatementLine, order: Order | None, booked: Mapping[tuple[str, str], int], open_: Mapping[int, int], back: Mapping[int, int]
) -> str:
    if (row.number, BOOKED[Kind(row.kind)]) in booked:
        return OTHERWISE
    if order is None:
        return UNKNOWN
    if order.currency != row.currency:
        return CURRENCY
    if row.kind == Kind.PAID:
        return "" if row.amount_minor <= open_[order.pk] else AMOUNT
    return "" if row.amount_minor <= back.get(order.pk, order.paid_minor) else TOO_MUCH
