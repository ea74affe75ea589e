"""A demo shop: goods, stock, bins, and a few hundred orders in every stage, made by the same verbs people use."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from zhanggui.catalog.commands import goods
from zhanggui.catalog.models import Sku
from zhanggui.customers.sealing import Person
from zhanggui.fulfilment.commands import packing, picks
from zhanggui.fulfilment.models import Parcel, Pick
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops import demo_goods
from zhanggui.ops.journey import Journey, Road, bin_code, waybill_numbers
from zhanggui.ops.sample_people import people
from zhanggui.orders.commands import holds, intake, progress, shops
from zhanggui.orders.drafts import NewLine, NewOrder
from zhanggui.orders.models import Order, Shop
from zhanggui.stock.commands import receipts, warehouses
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.tracking.commands.ending import complete_due

SENDER = {
    "name": "山野仓",
    "phone": "0571-88888888",
    "province": "浙江省",
    "city": "杭州市",
    "district": "余杭区",
    "street": "良渚街道 1 号",
}
NOTES = ("送人，麻烦别放价签", "下午三点后送", "易碎，请多包一层", "尽快发，谢谢", "开发票，抬头见私信")
FLAGS = ("red", "yellow", "green", "blue", "purple")
# How old each group of orders is, and how many: (days, hours spread, orders).
COMPLETED, DELIVERED, ON_THE_ROAD = (14, 30, 90), (4, 20, 45), (1, 12, 40)
# Minutes until some must be shipped; one is late already.
PRESSING = (-26, 38, 72, 100, 125, 206)
PACKED, PACKING, PICKING, WAITING_FOR_A_WAVE = 18, 14, 22, 48


class Demo:
    """``road`` is the practice carrier, enrolled and running."""

    def __init__(self, road: Road, *, at: datetime) -> None:
        self.road, self.at = road, at
        self.dice = random.Random(22)  # noqa: S311  # samples, not secrets
        self.crowd = iter(people(1000, seed=22))
        self.running = 0

    def fill(self) -> int:
        """Everything; how many orders there are now."""
        self._goods()
        self._gone_by(COMPLETED, to="delivered")
        self._gone_by(DELIVERED, to="delivered")
        self._gone_by(ON_THE_ROAD, to="in_transit")
        complete_due(at=self.at)
        self._in_the_house()
        self._with_flaws()
        self._not_yet_or_no_more()
        return Order.objects.count()

    def _goods(self) -> None:
        long_ago = self.at - timedelta(days=30)
        house = warehouses.open_one("HZ", "杭州一仓", sender=SENDER, by=SYSTEM, at=long_ago)
        for code, name, platform in demo_goods.SHOPS:
            shops.open_one(code, name, platform=platform, by=SYSTEM, at=long_ago)
        ids = goods.define(demo_goods.definitions(), by=SYSTEM, at=long_ago).ids
        rows = [Receipt(house, bin_code(nth * 3), ids[code], lies) for nth, (code, lies) in enumerate(demo_goods.pieces().items())]
        receipts.receive(rows, by=SYSTEM, at=long_ago)
        Journey(by=SYSTEM, now=lambda: long_ago).drain()
        self.skus = list(Sku.objects.order_by("id"))
        self.shops = list(Shop.objects.order_by("id"))

    def _order(self, at: datetime, *, person: Person | None = None, kinds: int = 0, most: int = 2, **facts: Any) -> NewOrder:
        """One paid order of a few things."""
        self.running += 1
        chosen = self.dice.sample(self.skus, kinds or self.dice.choice((1, 1, 1, 2, 2, 3)))
        lines = []
        for sku in chosen:
            many = self.dice.randint(1, most)
            lines.append(NewLine(sku.pk, sku.code, sku.name, sku.spec, many, sku.price_minor, 0, sku.price_minor * many))
        total = sum(line.total_minor for line in lines)
        off = 1000 if total > 20000 and self.dice.random() < 0.3 else 0
        note = self.dice.choice(NOTES) if self.dice.random() < 0.12 else ""
        flag = self.dice.choice(FLAGS) if self.dice.random() < 0.15 else ""
        order = NewOrder(
            f"{at:%y%m%d}{self.running:06d}{self.dice.randrange(10**7):07d}", at, tuple(lines), person or next(self.crowd), "CNY", off, 0,
            total - off, total - off, "paid", "pending_review", self.dice.choice(("支付宝", "微信支付")), at + timedelta(minutes=2),
            None, "", note, "", flag,
        )  # fmt: skip
        return order._replace(**facts)

    def _place(self, orders: Sequence[NewOrder], *, at: datetime) -> list[int]:
        """Each into one of the shops in turn; reviewed by themselves."""
        made: list[int] = []
        for nth, shop in enumerate(self.shops):
            mine = list(orders[nth :: len(self.shops)])
            if mine:
                made += intake.place(mine, shop_id=shop.pk, source="demo", by=SYSTEM, at=at).created.values()
        Journey(by=SYSTEM, now=lambda: at).drain()
        return made

    def _gone_by(self, age: tuple[int, int, int], *, to: str) -> None:
        """Orders that went the whole way some days ago."""
        days, spread_h, many = age
        shipped = self.at - timedelta(days=days)
        orders = [self._order(shipped - timedelta(hours=self.dice.uniform(3, spread_h))) for _ in range(many)]
        self._place(orders, at=shipped - timedelta(hours=2))
        walk = Journey(by=SYSTEM, now=lambda: shipped)
        while boxes := walk.wave(limit=60):
            walk.pick(boxes)
            walk.pack(boxes)
            numbered = walk.label(boxes)
            walk.ship(numbered)
            walk.drain()
            later = timedelta(days=2) if to == "delivered" else timedelta(hours=14)
            walk.deliver(self.road, to=to, later=later, waybills_=waybill_numbers(numbered))

    def _in_the_house(self) -> None:
        """This morning's work: packed, being packed, being picked, and waiting for a wave."""
        now = self.at
        walk = Journey(by=SYSTEM, now=lambda: now)
        many = PACKED + PACKING + PICKING + WAITING_FOR_A_WAVE
        orders = [self._order(now - timedelta(hours=self.dice.uniform(0.2, 30))) for _ in range(many)]
        for nth, minutes in enumerate(PRESSING):
            orders[nth * 9] = orders[nth * 9]._replace(ship_by=now + timedelta(minutes=minutes))
        self._place(orders, at=now - timedelta(minutes=5))
        boxes = walk.wave(limit=PACKED + PACKING)
        walk.pick(boxes)
        walk.pack(boxes[:PACKED])
        walk.label(boxes[: PACKED - 6])
        for number in Parcel.objects.filter(pk__in=boxes[PACKED : PACKED + 3]).values_list("number", flat=True):
            packing.open(number, by=SYSTEM, at=now)
        picked = walk.wave(limit=PICKING)
        wave_id = Parcel.objects.get(pk=picked[0]).wave_id
        stops = list(Pick.objects.filter(wave_id=wave_id).order_by("seq").values_list("id", flat=True))
        picks.confirm(stops[: len(stops) // 3], by=SYSTEM, at=now)

    def _with_flaws(self) -> None:
        """Orders that review stops, a few for each reason."""
        now = self.at
        at = now - timedelta(hours=3)
        scarce = next(sku for sku in self.skus if sku.code == "LMP-H-WM")
        flawed: list[NewOrder] = []
        for _ in range(7):
            flawed.append(self._one_of(scarce, 9, at))
        for _ in range(5):
            who = next(self.crowd)
            flawed.append(self._order(at, person=who._replace(phone=f"{who.phone[:3]}****{who.phone[7:]}")))
        for _ in range(3):
            flawed.append(self._order(at, person=next(self.crowd)._replace(street="")))
        for nth in range(4):
            line = NewLine(None, f"NEW-{nth}", "青瓷香插", "豆青", 1, 4500, 0, 4500)
            flawed.append(self._order(at, lines=(line,), discount_minor=0, total_minor=4500, paid_minor=4500))
        for _ in range(3):
            order = self._order(at)
            flawed.append(order._replace(paid_minor=order.total_minor - 500))
        for _ in range(3):
            order = self._order(at, kinds=1, most=1)
            cheap = order.lines[0]._replace(unit_minor=990, total_minor=990)
            flawed.append(order._replace(lines=(cheap,), discount_minor=0, total_minor=990, paid_minor=990))
        self._place(flawed, at=now - timedelta(minutes=4))
        # The same wish twice, nine minutes apart, in the same shop.
        who = next(self.crowd)
        first = self._one_of(self.skus[0], 1, now - timedelta(minutes=20), person=who)
        second = self._one_of(self.skus[0], 1, now - timedelta(minutes=11), person=who)
        for order in (first, second):
            intake.place([order], shop_id=self.shops[0].pk, source="demo", by=SYSTEM, at=now - timedelta(minutes=3))
            Journey(by=SYSTEM, now=lambda: now).drain()

    def _one_of(self, sku: Sku, many: int, at: datetime, **facts: Any) -> NewOrder:
        line = NewLine(sku.pk, sku.code, sku.name, sku.spec, many, sku.price_minor, 0, sku.price_minor * many)
        total = line.total_minor
        return self._order(at, lines=(line,), discount_minor=0, total_minor=total, paid_minor=total, **facts)

    def _not_yet_or_no_more(self) -> None:
        """Unpaid, draft, cancelled, and some that somebody set aside."""
        now = self.at
        at = now - timedelta(hours=1)
        self._place([self._order(at, payment="unpaid", stage="pending_payment", paid_minor=0, paid_at=None) for _ in range(12)], at=now)
        self._place([self._order(at, payment="unpaid", stage="draft", paid_minor=0, paid_at=None) for _ in range(4)], at=now)
        gone = self._place([self._order(at) for _ in range(8)], at=now)
        progress.cancel(gone, reason="买家拍错了", by=SYSTEM, at=now)
        waiting = list(Order.objects.filter(stage="approved").order_by("-id").values_list("id", flat=True)[:3])
        holds.hold(waiting, facts={"note": "等买家确认颜色"}, by=SYSTEM, at=now)
        self._place([self._order(now - timedelta(minutes=3)) for _ in range(6)], at=now)


def fill(road: Road, *, tell: Callable[[str], None]) -> None:
    """Fill an empty house. One that has orders already is left as it is, and so it says."""
    if Order.objects.exists():
        tell("there are orders already: the demo shop is left out")
        return
    tell("filling the demo shop …")
    tell(f"{Demo(road, at=clock.now()).fill()} demo orders")
