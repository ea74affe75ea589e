"""A shop floor for stories: goods on shelves, approved orders, a carrier that answers as it is told."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from zhanggui.carriers.commands import contracts
from zhanggui.carriers.port import Account, Booked, Outcome, Shipment, TrackEvent, Unreachable
from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.customers.sealing import Person
from zhanggui.fulfilment.commands import packing, parcels, picks, waves
from zhanggui.fulfilment.models import Parcel, Pick
from zhanggui.journal import jobs
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import intake
from zhanggui.orders.drafts import NewLine, NewOrder
from zhanggui.orders.models import Order
from zhanggui.stock.commands import receipts, warehouses
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.models import Level, Shelf

SENDER = {
    "name": "山野杂货仓",
    "phone": "0571-87654321",
    "province": "浙江省",
    "city": "杭州市",
    "district": "余杭区",
    "street": "良渚街道 5 号",
}
LIN = Person("林晓", "13800137621", "", "珞喻路 12 号 3 栋 2 单元 1502 室", "tb3312101", "CN", "湖北省", "武汉市", "洪山区")


class FakeCourier:
    """Answers what a story wants: ``answers`` maps a reference to what is said of it; ``calls`` is what it was asked."""

    code = "sandbox"

    def __init__(self, can: Sequence[str] = ("book", "ask", "void", "track", "handover")) -> None:
        self.can = frozenset(can)
        self.calls: list[tuple[str, list[str]]] = []
        self.shipments: list[Shipment] = []
        self.answers: dict[str, Booked] = {}
        self.numbers: dict[str, str] = {}
        self.outcome = Outcome.OK
        self.down = False
        self.broken = False
        self.events: list[TrackEvent] = []
        self.before: Callable[[], Any] = lambda: None

    def book(self, account: Account, shipments: Sequence[Shipment]) -> list[Booked]:
        self._hear("book", [shipment.reference for shipment in shipments])
        self.shipments += shipments
        return [self._answer(shipment.reference) for shipment in shipments]

    def ask(self, account: Account, references: Sequence[str]) -> list[Booked]:
        self._hear("ask", references)
        return [self._answer(reference) for reference in references]

    def void(self, account: Account, waybills: Sequence[str]) -> dict[str, Outcome]:
        self._hear("void", waybills)
        return dict.fromkeys(waybills, self.outcome)

    def hand_over(self, account: Account, waybills: Sequence[str]) -> dict[str, Outcome]:
        self._hear("handover", waybills)
        return dict.fromkeys(waybills, self.outcome)

    def track(self, account: Account, waybills: Sequence[str]) -> list[TrackEvent]:
        self._hear("track", waybills)
        return [event for event in self.events if event.waybill in set(waybills)]

    def _hear(self, verb: str, things: Sequence[str]) -> None:
        if self.down:
            raise Unreachable("away")
        self.calls.append((verb, list(things)))
        self.before()
        if self.broken:
            raise RuntimeError("the plugin broke")

    def _answer(self, reference: str) -> Booked:
        number = self.numbers.setdefault(reference, f"SB{len(self.numbers) + 1:012d}")
        return self.answers.get(reference, Booked(reference, Outcome.OK, number, "100-A01-001", "湖北武汉 洪山区"))


class Floor:
    """One warehouse with shelves, one shop, one carrier. Everything is made by the house's own verbs."""

    def __init__(self, shop_id: int, at: datetime, *, plugin: str = "sandbox") -> None:
        self.shop_id, self.at, self.made = shop_id, at, 0
        self.warehouse_id = warehouses.open_one("HZ", "杭州一仓", sender=SENDER, by=SYSTEM, at=at)
        self.carrier_id = contracts.enrol("sb", "松果速运", plugin=plugin, service="标快", by=SYSTEM, at=at)
        self.skus: dict[str, int] = {}

    def shelf(self, bin_code: str, sku: str, pieces: int, *, walk: int = 0) -> int:
        """Pieces of a SKU in a bin; the SKU is made where it is new. Its barcode is ``69`` and its code."""
        if sku not in self.skus:
            made = Definition(sku, f"商品{sku}", "", f"69{sku}", weight_g=300)
            self.skus[sku] = goods.define([made], by=SYSTEM, at=self.at).ids[sku]
        receipts.receive([Receipt(self.warehouse_id, bin_code, self.skus[sku], pieces)], by=SYSTEM, at=self.at)
        jobs.run_until_idle()
        return self.skus[sku]

    def orders(self, *baskets: dict[str, int], person: Person = LIN, one_door: bool = False, **facts: Any) -> list[int]:
        """One paid order a basket {sku: pieces}, reviewed by the house's own rules. ``one_door``: all of them are the same person's."""
        drafts = []
        for basket in baskets:
            self.made += 1
            # Everybody is somebody else, or the rules would suspect a repeat.
            who = person if one_door else person._replace(phone=f"138{self.made:08d}", name=f"{person.name}{self.made}")
            lines = tuple(NewLine(self.skus[sku], sku, f"商品{sku}", "", n, 1000, 0, 1000 * n) for sku, n in basket.items())
            total = 1000 * sum(basket.values())
            draft = NewOrder(
                f"T{self.made:05d}", self.at, lines, who, "CNY", 0, 0, total, total, "paid", "pending_review", paid_at=self.at
            )
            drafts.append(draft._replace(**facts))
        placed = intake.place(drafts, shop_id=self.shop_id, by=SYSTEM, at=self.at)
        jobs.run_until_idle()
        return [placed.created[draft.platform_no] for draft in drafts]

    def wave(self, *baskets: dict[str, int], release: bool = True) -> int:
        """Orders with these baskets, planned into one wave, and released."""
        order_ids = self.orders(*baskets)
        planned = waves.plan(order_ids, warehouse_id=self.warehouse_id, by=SYSTEM, at=self.at)
        if release:
            waves.release([planned.wave_id], by=SYSTEM, at=self.at)
        return planned.wave_id

    def picked(self, *baskets: dict[str, int]) -> list[int]:
        """The same, picked whole. Returns the parcels in the order of the orders."""
        wave_id = self.wave(*baskets)
        picks.confirm_waves([wave_id], by=SYSTEM, at=self.at)
        return list(Parcel.objects.filter(wave_id=wave_id).order_by("id").values_list("id", flat=True))

    def labelled(self, *baskets: dict[str, int]) -> list[int]:
        """The same, each with a waybill number typed by hand."""
        ids = self.picked(*baskets)
        parcels.assign({id_: f"HAND{id_:08d}" for id_ in ids}, by=SYSTEM, at=self.at)
        return ids

    def packed(self, *baskets: dict[str, int]) -> list[int]:
        """The same, with a number typed by hand and closed."""
        ids = self.labelled(*baskets)
        from_bench(ids, at=self.at)
        return ids

    def stops(self, wave_id: int) -> list[tuple[str, str, int, int]]:
        """(bin, sku, pieces, picked) in walking order."""
        rows = Pick.objects.filter(wave_id=wave_id).order_by("seq", "id")
        return list(rows.values_list("bin__code", "sku__code", "pieces", "picked"))

    def stage(self, order_id: int) -> str:
        return Order.objects.values_list("stage", flat=True).get(pk=order_id)

    def level(self, sku: str) -> tuple[int, int]:
        """(on hand, claimed)."""
        return Level.objects.values_list("on_hand", "claimed").get(sku_id=self.skus[sku])

    def lies(self, sku: str) -> dict[str, int]:
        """Bin → pieces, staging as STAGE; empty bins left out."""
        rows = Shelf.objects.filter(sku_id=self.skus[sku], pieces__gt=0).values_list("bin__code", "pieces")
        return dict(rows)


def from_bench(parcel_ids: Sequence[int], *, at: datetime) -> None:
    """Closed without scanning, by the house itself, which may."""
    refused = packing.pack_whole(parcel_ids, force=True, by=SYSTEM, at=at).refused
    assert not refused, refused
