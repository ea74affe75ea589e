"""What the processes of a race do. Every function here is called in a process of its own."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, OperationalError, connection

from tests.flows import team
from zhanggui.accounts.commands import people
from zhanggui.accounts.models import User
from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.customers.sealing import Person
from zhanggui.fulfilment.commands import waves
from zhanggui.fulfilment.refusals import NothingToPlan
from zhanggui.journal import book, jobs
from zhanggui.journal.events import task
from zhanggui.journal.models import Job
from zhanggui.kernel import db, guards
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.errors import Refused
from zhanggui.ops.importing import take_files
from zhanggui.ops.verify import verify
from zhanggui.orders.commands import holds, intake, progress, review, shops
from zhanggui.orders.drafts import NewLine, NewOrder
from zhanggui.orders.models import Order
from zhanggui.stock.commands import claims, receipts, warehouses
from zhanggui.stock.commands.claims import Demand
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.models import Claim, Level, Shelf

AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
migrate, begin = team.migrate, team.begin
retries: Counter[str] = Counter()
_worth_another = db._worth_another


def _counting(error: Exception) -> bool:
    """What the database asked to try again, so that a race can say that nothing was."""
    again = _worth_another(error)
    if again:
        retries[getattr(error.__cause__, "sqlstate", None) or str(error)] += 1
    return again


db._worth_another = _counting


def audit() -> list[str]:
    """What the auditor has against the books."""
    return [f"{each.code} {each.says}: {list(each.rows[:3])}" for each in verify() if each.rows]


# Claims


def shelves(pieces: Sequence[int], letter: str = "S") -> tuple[int, list[int]]:
    """A warehouse with one SKU for each of ``pieces``: (warehouse, SKUs)."""
    house = warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=AT)
    codes = [f"{letter}{nth:03}" for nth in range(len(pieces))]
    made = goods.define([Definition(code) for code in codes], by=SYSTEM, at=AT).ids
    receipts.receive([Receipt(house, f"A-{code}", made[code], many) for code, many in zip(codes, pieces, strict=True)], by=SYSTEM, at=AT)
    Job.objects.all().delete()
    return house, [made[code] for code in codes]


@contextmanager
def unguarded(which: str) -> Iterator[None]:
    """Without ``stock.claim`` nothing asks whether the pieces are free. On SQLite the one writer at a time is a second
    guard: it goes, too."""
    if not which:
        yield
        return
    with ExitStack() as stack:
        stack.enter_context(guards.without(which))
        if which == "stock.claim" and connection.vendor == "sqlite":
            kept = db.write, db.together
            db.write = db.together = nullcontext  # type: ignore[assignment]
            stack.callback(lambda: (setattr(db, "write", kept[0]), setattr(db, "together", kept[1])))
        yield


def without_checks() -> None:
    """This process's statements may break CHECK constraints (SQLite)."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")


def claim(house: int, batches: Sequence[Sequence[tuple[int, Sequence[int]]]], without: str = "", quick: bool = False) -> dict[str, Any]:
    """Hold batch after batch of (order, SKUs, one piece each): what was filled and short, refusals of the database, retries."""
    retries.clear()
    if quick and connection.vendor == "postgresql":
        db.execute("SET deadlock_timeout = '40ms'")
    filled: list[int] = []
    short: list[int] = []
    refused = 0
    with unguarded(without):
        for batch in batches:
            demands = [Demand(order, order * 10 + nth, sku, 1) for order, skus in batch for nth, sku in enumerate(skus)]
            try:
                held = claims.hold(demands, warehouse_id=house, by=SYSTEM, at=AT)
            except (IntegrityError, OperationalError):
                if not without:
                    raise
                refused += 1
                continue
            filled += held.filled
            short += held.short
    return {"filled": filled, "short": short, "refused": refused, "retries": dict(retries)}


def promised() -> dict[int, tuple[int, int, int]]:
    """SKU → (on hand, claimed, open claims in pieces)."""
    open_claims: Counter[int] = Counter()
    for sku_id, pieces in Claim.objects.filter(state="open").values_list("level__sku_id", "pieces"):
        open_claims[sku_id] += pieces
    return {sku: (hand, claimed, open_claims[sku]) for sku, hand, claimed in Level.objects.values_list("sku_id", "on_hand", "claimed")}


# Jobs


done: list[int] = []


@task()
def mark(items: Sequence[int], *, at: datetime) -> None:
    done.extend(items)


def many_jobs(many: int) -> None:
    with db.write():
        rows = [("tests.mark", "quick", f"[{nth}]", None, "waiting", AT, AT, 0, "", "") for nth in range(many)]
        db.insert_many(Job, book.JOB, rows)


def work_off(without: str = "") -> list[int]:
    """Take and do until nothing is due; without the lease only one round, for its jobs never go."""
    done.clear()
    me = jobs.worker_name()
    with unguarded(without):
        while taken := jobs.take("quick", worker=me, at=AT):
            jobs.do(taken, worker=me, now=lambda: AT)
            if without:
                break
    return list(done)


def jobs_left() -> int:
    return Job.objects.count()


# Intake and numbers


def import_file(path: str) -> tuple[str, int, int]:
    """(what happened, orders created, orders found here already)."""
    try:
        result = take_files("orders", [Path(path)], shop="shanye")
    except Refused as error:
        return error.code, 0, 0
    return "done", result.orders_created, result.orders_duplicate


def open_shop() -> int:
    warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=AT)
    return shops.open_one("shanye", "山野杂货", by=SYSTEM, at=AT)


def counts() -> tuple[int, int]:
    """(orders, platform numbers)."""
    return Order.objects.count(), Order.objects.values("platform_no").distinct().count()


def draw(times: int) -> list[int]:
    drawn: list[int] = []
    for _ in range(times):
        with db.write():
            drawn += book.numbers("order:261020", 3)
    return drawn


def place_same(nos: Sequence[str]) -> int:
    """Bring these orders in this order; how many were made by us."""
    shop_id = shops.open_one("shanye", "山野杂货", by=SYSTEM, at=AT)
    placed = intake.place([_order(no, None) for no in nos], shop_id=shop_id, by=SYSTEM, at=AT)
    return len(placed.created)


def become_owner(nth: int) -> str:
    try:
        people.open_shop(f"owner{nth}@example.com", "店主", "kettle-lamp-42", by=SYSTEM, at=AT)
    except Refused as error:
        return error.code
    return "owner"


def owners() -> int:
    return User.objects.filter(role__code="owner").count()


# Writers


def write_often(times: int, threads: int) -> tuple[list[float], list[str]]:
    """So many short write transactions in each of so many threads: (seconds each waited and worked, what went wrong)."""
    waits: list[float] = []
    wrong: list[str] = []

    def one() -> None:
        try:
            for _ in range(times):
                began = time.monotonic()
                with db.write():
                    book.numbers("race", 1)
                waits.append(time.monotonic() - began)
        except Exception as error:
            wrong.append(repr(error))
        finally:
            connection.close()

    crew = [threading.Thread(target=one) for _ in range(threads)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    return waits, wrong


def last_number() -> int:
    return book.numbers("race", 0).stop - 1


# Everything at once


def _order(no: str, sku_id: int | None, pieces: int = 1) -> NewOrder:
    who = Person("林晓", f"138{int(no[1:]):08d}", "", "珞喻路 12 号 3 栋", "", "CN", "湖北省", "武汉市", "洪山区")
    line = NewLine(sku_id, "S000", "青釉盖碗", "", pieces, 1000, 0, 1000 * pieces)
    return NewOrder(no, AT, (line,), who, "CNY", 0, 0, 1000 * pieces, 1000 * pieces, "paid", "pending_review", paid_at=AT)


def waiting_orders(many: int, pieces: int) -> list[int]:
    """Orders of one piece of one SKU, of which so many lie there; nobody reviewed them yet."""
    _house, skus = shelves([pieces])
    shop_id = shops.open_one("shanye", "山野杂货", by=SYSTEM, at=AT)
    placed = intake.place([_order(f"T{nth}", skus[0]) for nth in range(many)], shop_id=shop_id, by=SYSTEM, at=AT)
    Job.objects.all().delete()
    return sorted(placed.created.values())


def meddle(order_ids: Sequence[int], seed: int, times: int) -> Counter[str]:
    """Whatever people and rules do to unshipped orders, in any order, a few orders at a time."""
    dice = random.Random(seed)
    house = warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=AT)
    made: Counter[str] = Counter()
    for _ in range(times):
        some = dice.sample(list(order_ids), 4)
        verb = dice.choice(("run", "run", "approve", "unapprove", "cancel", "restore", "hold", "clear", "plan", "withdraw"))
        if verb in ("run", "approve", "unapprove"):
            made[verb] += len(getattr(review, verb)(some, by=SYSTEM, at=AT).done)
        elif verb in ("cancel", "restore"):
            made[verb] += len(getattr(progress, verb)(some, by=SYSTEM, at=AT).done)
        elif verb == "hold":
            made[verb] += len(holds.hold(some, dice.choice(("by-hand", "address-incomplete", "unpaid")), by=SYSTEM, at=AT).done)
        elif verb == "clear":
            made[verb] += len(holds.clear(some, dice.choice(("by-hand", "address-incomplete", "unpaid")), by=SYSTEM, at=AT).done)
        elif verb == "plan":
            with suppress(NothingToPlan):
                made[verb] += len(waves.plan(some, warehouse_id=house, by=SYSTEM, at=AT).batch.done)
        else:
            made[verb] += len(waves.withdraw(some, by=SYSTEM, at=AT).done)
    return made


def hold_for(order_id: int, code: str) -> None:
    holds.hold([order_id], code, by=SYSTEM, at=AT)


def count_bin(house: int, sku_id: int, pieces: int) -> None:
    receipts.count([Receipt(house, "B-1", sku_id, pieces)], why="盘点", by=SYSTEM, at=AT)


def lies(sku_id: int) -> dict[str, int]:
    return dict(Shelf.objects.filter(sku_id=sku_id).values_list("bin__code", "pieces"))


def move_stock(house: int, skus: Sequence[int], seed: int, times: int) -> dict[str, int]:
    """Receive and count whole deliveries while others claim and release: several levels at once, in any order."""
    retries.clear()
    dice = random.Random(seed)
    for nth in range(times):
        some = dice.sample(list(skus), 5)
        if dice.random() < 0.3:
            receipts.receive([Receipt(house, f"A-{sku}", sku, 1) for sku in some], by=SYSTEM, at=AT)
        elif dice.random() < 0.3:
            receipts.count([Receipt(house, "C-1", sku, dice.randrange(5)) for sku in some], why="", by=SYSTEM, at=AT)
        else:
            order = seed * 10_000 + nth
            claims.hold([Demand(order, order * 10 + n, sku, 1) for n, sku in enumerate(some)], warehouse_id=house, by=SYSTEM, at=AT)
            claims.release([order], by=SYSTEM, at=AT)
    return dict(retries)
