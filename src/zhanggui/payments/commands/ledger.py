"""Writing the book of money. Whoever calls this holds the rows of the orders; nobody else writes into it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from zhanggui.kernel import db, guards
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.masking import masked
from zhanggui.payments.models import Account, Ledger
from zhanggui.payments.refusals import OtherAmount

COLUMNS = (
    "account_id", "kind", "amount_minor", "method", "gateway", "gateway_no", "code", "note", "happened_at", "at", "actor_name",
)  # fmt: skip
IN, OUT, TRIED = "receipt", "refund", "failed"
SUMS = {IN: "came_minor", OUT: "back_minor", TRIED: "failed"}


class Opening(NamedTuple):
    """An order as its account is opened: what it had brought until then, and until when its money is waited for."""

    order_id: int
    shop_id: int
    currency: str
    paid_minor: int = 0
    paid_at: datetime | None = None
    due_at: datetime | None = None
    remind_at: datetime | None = None


class Told(NamedTuple):
    """One line to be written: ``kind`` is receipt, refund or failed; ``gateway_no`` is the gateway's own number, where there is one."""

    order_id: int
    kind: str
    amount_minor: int
    method: str = ""
    gateway: str = ""
    gateway_no: str = ""
    code: str = ""
    note: str = ""
    happened_at: datetime | None = None


def open_all(orders: Sequence[Opening], *, by: Actor, at: datetime) -> dict[int, int]:
    """Order → its account; those that have none get one, with what they brought before as its first line. At most four statements."""
    there = _accounts([each.order_id for each in orders])
    fresh = {each.order_id: each for each in orders if each.order_id not in there}
    if not fresh:
        return there
    rows = [(o.order_id, o.shop_id, o.currency, max(o.paid_minor, 0), 0, o.due_at, o.remind_at, at) for o in fresh.values()]
    columns = ("order_id", "shop_id", "currency", "came_minor", "back_minor", "due_at", "remind_at", "made_at")
    db.insert_many(Account, columns, rows)
    there |= _accounts(fresh)
    opened = [
        (there[o.order_id], "opening", o.paid_minor, "", "", "", "", "", o.paid_at or at, at, by.name)
        for o in fresh.values()
        if o.paid_minor > 0
    ]
    db.insert_many(Ledger, COLUMNS, opened)
    return there


def _accounts(order_ids: Iterable[int]) -> dict[int, int]:
    chosen, ids = db.among("order_id", order_ids)
    return dict(db.fetch(f"SELECT order_id, id FROM payments_account WHERE {chosen}", [ids]))


def post(told: Sequence[Told], accounts: Mapping[int, int], *, by: Actor, at: datetime) -> list[Told]:
    """Write these lines; returns those that are new. What a gateway tells again is left; said otherwise it raises OtherAmount."""
    return write(fresh(told, accounts), accounts, by=by, at=at)


def write(new: Sequence[Told], accounts: Mapping[int, int], *, by: Actor, at: datetime) -> list[Told]:
    """Lines that are known to be new; one statement for all of them and one for each kind of sum."""
    rows = [
        (
            accounts[t.order_id], t.kind, t.amount_minor, t.method[:32], t.gateway, t.gateway_no[:64], t.code[:40], masked(t.note)[:200],
            t.happened_at or at, at, by.name,
        )
        for t in new
    ]  # fmt: skip
    db.insert_many(Ledger, COLUMNS, rows)
    sums: dict[tuple[str, int], int] = defaultdict(int)
    for t in new:
        sums[t.kind, accounts[t.order_id]] += 1 if t.kind == TRIED else t.amount_minor
    for kind, column in SUMS.items():
        moved = [(minor, account) for (what, account), minor in sorted(sums.items()) if what == kind]
        db.execute_many(f"UPDATE payments_account SET {column} = {column} + %s WHERE id = %s", moved)
    return list(new)


def fresh(told: Sequence[Told], accounts: Mapping[int, int]) -> list[Told]:
    """Those of these lines that no gateway told before. One statement."""
    numbers = sorted({t.gateway_no[:64] for t in told if t.gateway_no})
    known: dict[tuple[str, str, str], tuple[int, int]] = {}
    if numbers and guards.stands("payments.once"):
        rows = Ledger.objects.filter(~Q(gateway_no=""), gateway_no__in=numbers)
        for gateway, number, kind, account, minor in rows.values_list("gateway", "gateway_no", "kind", "account_id", "amount_minor"):
            known[gateway, number, kind] = (account, minor)
    new = []
    for t in told:
        key, said = (t.gateway, t.gateway_no[:64], t.kind), (accounts[t.order_id], t.amount_minor)
        if t.gateway_no and key in known:
            if known[key] != said:
                raise OtherAmount(gateway_no=t.gateway_no[:64])
            continue
        if t.gateway_no:
            known[key] = said
        new.append(t)
    return new


def follow(
    orders: Sequence[Opening], paid: Mapping[int, int], *, method: str = "", note: str = "", by: Actor, at: datetime
) -> None:
    """Orders whose paid sum was said anew: the difference to what their ``Opening`` says is written down. None for those that stay."""
    moved = [each for each in orders if paid[each.order_id] != each.paid_minor]
    if not moved:
        return
    accounts = open_all(moved, by=by, at=at)
    told = []
    for each in moved:
        more = paid[each.order_id] - each.paid_minor
        told.append(Told(each.order_id, IN if more > 0 else OUT, abs(more), method, note=note))
    post(told, accounts, by=by, at=at)


def share_out(orders: Sequence[Opening], paid: Mapping[int, int], *, by: Actor, at: datetime) -> None:
    """What a split or a rejoining moved from one order to another: written down where an order has an account, and no account is
    opened for it; whose book is still closed begins it with what the order has by then."""
    there = _accounts([each.order_id for each in orders])
    follow([each for each in orders if each.order_id in there], paid, note="parted", by=by, at=at)


def stop_waiting(order_ids: Sequence[int]) -> None:
    """Nothing is waited for any more: paid, called off, or to be paid later. One statement."""
    if order_ids:
        chosen, ids = db.among("order_id", order_ids)
        db.execute(f"UPDATE payments_account SET due_at = NULL, remind_at = NULL, contact_on = NULL WHERE {chosen}", [ids])
