"""A small shop to tell stories of orders with: two kinds of goods, orders by number, the worker run at once."""

from datetime import datetime, timedelta
from typing import Any

from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.customers.sealing import Person
from zhanggui.journal import jobs
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import intake
from zhanggui.orders.drafts import NewLine, NewOrder
from zhanggui.orders.models import Order
from zhanggui.stock.commands import receipts
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.models import Warehouse

LIN = Person("林晓晓", "13800137621", "", "珞喻路 12 号 3 栋 402", "tb33121101", "CN", "湖北省", "武汉市", "洪山区")
# What no page may ever show of LIN.
SECRETS = ("林晓晓", "13800137621", "12 号 3 栋 402", "tb33121101")
PRICE = 6800


class Bench:
    """``sku`` and ``other`` are SKU ids; ``put`` places an order and lets the house do what it does by itself."""

    def __init__(self, shop_id: int, at: datetime) -> None:
        self.shop_id, self.at, self.people = shop_id, at, 0
        made = goods.define(
            [Definition("GW-150-QY", "青釉盖碗", "150ml", "6901234567892"), Definition("GDB-350", "玻璃公道杯")], by=SYSTEM, at=at
        )
        self.sku, self.other = made.ids["GW-150-QY"], made.ids["GDB-350"]
        self.receive(self.sku, 10)
        self.receive(self.other, 50)

    def receive(self, sku_id: int, pieces: int) -> None:
        receipts.receive([Receipt(Warehouse.objects.get().pk, "A-01", sku_id, pieces)], by=SYSTEM, at=self.at)
        jobs.run_until_idle()

    def somebody(self) -> Person:
        """Somebody who never bought before."""
        self.people += 1
        return LIN._replace(phone=f"1390000{self.people:04}", name=f"周{self.people}")

    def put(
        self, no: str, pieces: int = 1, *, sku: int | None = -1, code: str = "GW-150-QY", idle: bool = True, **facts: Any
    ) -> Order:
        line = NewLine(self.sku if sku == -1 else sku, code, "青釉盖碗", "150ml", pieces, PRICE, 0, PRICE * pieces)
        return self.place(no, [line], idle=idle, **facts)

    def place(self, no: str, lines: list[NewLine], *, idle: bool = True, **facts: Any) -> Order:
        total = sum(line.total_minor for line in lines)
        person = facts.pop("person", None) or self.somebody()
        ship_by = self.at + timedelta(hours=facts.pop("due_h", 20))
        base = NewOrder(
            no,
            self.at,
            tuple(lines),
            person,
            "CNY",
            0,
            0,
            total,
            total,
            "paid",
            "pending_review",
            paid_at=self.at,
            ship_by=ship_by,
        )
        placed = intake.place([base._replace(**facts)], shop_id=self.shop_id, by=SYSTEM, at=self.at)
        if idle:
            jobs.run_until_idle()
        return Order.objects.get(pk=placed.created[no])
