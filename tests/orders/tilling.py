"""What the processes of a race of tills do. Every function here is called in a process of its own."""

from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime

from django.db import IntegrityError

from tests.flows import team
from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.kernel import guards
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops.verify import verify
from zhanggui.orders.commands import receipts, shops
from zhanggui.orders.commands.receipts import Receipt, SoldLine
from zhanggui.orders.models import Order
from zhanggui.stock.commands import receipts as arriving
from zhanggui.stock.commands import warehouses
from zhanggui.stock.models import Level

AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
migrate, begin = team.migrate, team.begin


def prepare(pieces: int) -> int:
    """A shop, and so many pieces of one SKU."""
    house = warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=AT)
    ids = goods.define([Definition("S1", "青釉盖碗")], by=SYSTEM, at=AT).ids
    arriving.receive([arriving.Receipt(house, "A-01", ids["S1"], pieces)], by=SYSTEM, at=AT)
    return shops.open_one("shanye", "山野杂货", by=SYSTEM, at=AT)


def tell(shop_id: int, tills: list[str], numbers: list[int], without: str = "") -> Counter[str]:
    """Each of these receipts of these tills, by itself: what became of them, ``broken`` where the database had to say no."""
    told: Counter[str] = Counter()
    with ExitStack() as stack:
        if without:
            stack.enter_context(guards.without(without))
        for number in numbers:
            for till in tills:
                one = Receipt(till, str(number), AT, (SoldLine("S1", 1, 6800),), 6800)
                try:
                    (outcome,) = receipts.take([one], shop_id=shop_id, by=SYSTEM, at=AT)
                except IntegrityError:
                    told["broken"] += 1
                else:
                    told[outcome.outcome] += 1
    return told


def stands() -> tuple[int, int, list[str]]:
    """(orders, pieces on hand, what the auditor has against the books)."""
    wrong = [f"{each.code} {each.says}" for each in verify() if each.rows]
    return Order.objects.count(), Level.objects.get().on_hand, wrong
