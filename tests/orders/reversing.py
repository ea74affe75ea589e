"""What is taken back of orders, move by move, alone or by several at once. Each runs in a process of its own where it is raced."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cache
from typing import Any

from tests.flows import team
from tests.fulfilment.floor import LIN, Floor
from zhanggui.fulfilment.commands import parcels, readdressing
from zhanggui.fulfilment.models import Parcel
from zhanggui.journal.book import Batch
from zhanggui.journal.models import Entry
from zhanggui.kernel import guards
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.errors import Refused
from zhanggui.ops.verify import assert_clean
from zhanggui.orders import locking
from zhanggui.orders.commands import (
    change,
    finance,
    finances,
    holds,
    merging,
    money,
    progress,
    rejoining,
    review,
    shops,
    splitting,
)
from zhanggui.orders.commands.money import Back
from zhanggui.orders.models import Hold, Line, Order
from zhanggui.orders.rulebook import FINANCE_ASKED
from zhanggui.orders.rules.parting import Take
from zhanggui.payments.commands import ledger
from zhanggui.payments.models import Account
from zhanggui.stock.commands import warehouses

migrate, begin = team.migrate, team.begin
AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
BACK = 700
BY: dict[str, Any] = {"by": SYSTEM, "at": AT}


def unapprove(order_id: int) -> Batch:
    return review.unapprove([order_id], reason="再看看", **BY)


def approve(order_id: int) -> Batch:
    return review.approve([order_id], **BY)


def readdress(order_id: int) -> None:
    readdressing.readdress(order_id, {"street": "解放路 88 号"}, reason="买家搬家了", **BY)


def swap(order_id: int) -> None:
    """Other goods, at review; of an approved order it is refused."""
    line = Line.objects.filter(order=order_id).exclude(sku_code="JAR").first()
    if line is not None:
        change.swap_sku(line.pk, change.sku_called("JAR"), **BY)


def cancel(order_id: int) -> Batch:
    return progress.cancel([order_id], reason="不要了", **BY)


def restore(order_id: int) -> Batch:
    return progress.restore([order_id], **BY)


def split(order_id: int) -> None:
    splitting.split([Take(Line.objects.filter(order=order_id).values_list("pk", flat=True)[0], 1)], **BY)


def rejoin(order_id: int) -> Batch:
    return rejoining.rejoin(list(Order.objects.filter(split_from=order_id, pieces__gt=0).values_list("pk", flat=True)), **BY)


def merge(order_id: int) -> Batch:
    token = Order.objects.values_list("recipient__phone_token", flat=True).get(pk=order_id)
    return merging.merge(list(Order.objects.filter(recipient__phone_token=token).values_list("pk", flat=True)), **BY)


def unmerge(order_id: int) -> Batch:
    return merging.unmerge([order_id], **BY)


def refund(order_id: int) -> Batch:
    return money.refund([Back(order_id, BACK)], reason="少发一件", **BY)


MOVES: dict[str, Callable[[int], Batch | None]] = {
    move.__name__: move
    for move in (unapprove, approve, readdress, swap, cancel, restore, split, rejoin, merge, unmerge, refund)
}  # fmt: skip


@cache
def floor() -> Floor:
    """The one of this process: the first of a team makes it, and everything with it."""
    warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=AT)
    return Floor(shops.open_one("shanye", "山野杂货", by=SYSTEM, at=AT), AT)


def stock_up(place: Floor) -> None:
    for sku in ("TEA", "CUP", "JAR"):
        place.shelf("A-1", sku, 5_000)


def prepare(pairs: Sequence[Sequence[str]], place: Floor | None = None) -> list[int]:
    """For every pair of moves an order that both could be done with, beside another of the same receiver: approved, and taken back to
    review, cancelled, merged or split before where one of them needs just that."""
    place = place or floor()
    stock_up(place)
    first = []
    for nth in range(len(pairs)):
        person = LIN._replace(phone=f"137{nth:08d}")
        first.append(place.orders({"TEA": 3}, {"CUP": 3}, person=person, one_door=True)[0])
    for order_id, pair in zip(first, pairs, strict=True):
        for move, before in (("unmerge", merge), ("rejoin", split), ("approve", unapprove), ("swap", unapprove), ("restore", cancel)):
            if move in pair:
                before(order_id)
    return first


def act(move: str, order_id: int) -> bool:
    """Whether it was done; what is refused is refused whole."""
    try:
        batch = MOVES[move](order_id)
    except Refused:
        return False
    return batch is None or bool(batch.done)


def sums(order_id: int) -> tuple[int, int, int, int]:
    """(pieces, owed, paid, what the book of money has) of an order, its parts and the other of its receiver."""
    token = Order.objects.values_list("recipient__phone_token", flat=True).get(pk=order_id)
    rows = list(Order.objects.filter(recipient__phone_token=token).values_list("pk", "pieces", "total_minor", "paid_minor"))
    accounts = dict(Account.objects.filter(order_id__in=[row[0] for row in rows]).values_list("order_id", "came_minor"))
    given = dict(Account.objects.filter(order_id__in=accounts).values_list("order_id", "back_minor"))
    book = sum(accounts[row[0]] - given[row[0]] if row[0] in accounts else row[3] for row in rows)
    return sum(row[1] for row in rows), sum(row[2] for row in rows), sum(row[3] for row in rows), book


# Two at once, where the order of the two decides


def waits_for_finance(many: int) -> list[int]:
    """So many orders that somebody approved, all but their money."""
    place = floor()
    stock_up(place)
    ids = place.orders(*[{"TEA": 1}] * many)
    review.unapprove(ids, **BY)
    holds.put_on({id_: {FINANCE_ASKED: {}} for id_ in ids}, source="rule", **BY)
    finances.seen(ids, by=SYSTEM)
    return ids


def on_hold(order_ids: Sequence[int]) -> None:
    holds.hold(order_ids, **BY)


def at_once(verb: str, order_id: int, without: str = "") -> bool:
    """One of two. Unguarded, both have looked before either writes."""
    verbs: dict[str, Callable[[], object]] = {
        "accept": lambda: finance.accept([order_id], **BY).done,
        "give_back": lambda: finance.give_back([order_id], reason="金额不对", **BY).done,
        "hold": lambda: holds.hold([order_id], **BY).done,
        "let_go": lambda: review.let_go([order_id], **BY).batch.done,
        "cancel": lambda: cancel(order_id).done,
        "ship": lambda: parcels.ship(list(Parcel.objects.filter(order=order_id).values_list("pk", flat=True)), **BY).done,
        "refund": lambda: money.refund([Back(order_id, 1000)], reason="全退", **BY).done,
    }
    with ExitStack() as stack:
        if without:
            stack.enter_context(guards.without(without))
            if verb == "give_back":
                # Whoever looked before it was cancelled waits until it is.
                stack.enter_context(team.meeting_at(finances, "unseen", lambda: time.sleep(0.7)))
            elif verb == "refund":
                stack.enter_context(team.meeting_at(ledger, "open_all", lambda: time.sleep(0.7)))
            elif verb == "let_go":
                stack.enter_context(team.meeting_at(locking, "lock"))
            else:
                team.meet()
        try:
            return bool(verbs[verb]())
        except Refused:
            return False


def packed(many: int) -> list[int]:
    """So many orders of one piece, each in a box that is ready to leave."""
    place = floor()
    stock_up(place)
    ids = place.packed(*[{"TEA": 1}] * many)
    return [order_id for (order_id,) in Parcel.objects.filter(pk__in=ids).order_by("pk").values_list("order_id")]


def stands(order_id: int) -> tuple[str, int, int, int]:
    """(stage, how many holds stop it, how many are open, how often one was told to be off)."""
    order = Order.objects.get(pk=order_id)
    told = Entry.objects.filter(name="OrderCleared", subject_id=order_id).count()
    return order.stage, order.holds, Hold.objects.filter(order=order_id, cleared_at=None).count(), told


def clean() -> None:
    assert_clean()
