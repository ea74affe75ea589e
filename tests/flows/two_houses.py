"""Two houses in one database, each with its shop, its warehouse and something of everything: what one may see, another may not."""

from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django.apps import apps

from tests.fulfilment.floor import LIN, SENDER, Floor
from zhanggui.accounts.policy import policy
from zhanggui.channels.commands import imports, mappings
from zhanggui.channels.commands.imports import Upload
from zhanggui.channels.models import SavedMapping
from zhanggui.fulfilment.commands import packing, parcels
from zhanggui.fulfilment.models import Parcel, Pick, Scan, Wave, Waybill
from zhanggui.journal import jobs
from zhanggui.kernel.actor import SYSTEM, Actor, Reach
from zhanggui.lessons.commands import writing
from zhanggui.lessons.commands.writing import Words
from zhanggui.orders.commands import holds, making, recurring, shops, templates, web_forms
from zhanggui.orders.commands.web_forms import Design, Good
from zhanggui.orders.drawing import Wish
from zhanggui.orders.models import Line, Order, Shop
from zhanggui.orders.rules.recurrence import Rhythm
from zhanggui.stock.commands import warehouses
from zhanggui.stock.models import Bin, Level, Warehouse
from zhanggui.tracking.models import Trail

DEKI = LIN._replace(name="德吉", province="西藏自治区", city="拉萨市", district="城关区", street="八廓街 7 号")
# Tables that change when somebody only looks: who came when, and from where.
COMING = {"Session", "UserSession", "EmailAddress"}


@dataclass
class House:
    """One of the two: ids of each kind, and words that stand on no page of the other."""

    shop_id: int
    warehouse_id: int
    ids: dict[str, list[Any]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    shop_words: set[str] = field(default_factory=set)
    home_words: set[str] = field(default_factory=set)

    def secret(self, side: str) -> set[str]:
        """What nobody of the other house says: its numbers and people; its shop's name to whoever has certain shops, its
        warehouse's and its bins' to whoever has certain warehouses."""
        return self.words | (self.shop_words if side != "warehouse" else set()) | (self.home_words if side != "shop" else set())

    @property
    def order(self) -> Order:
        """One that waits for its review."""
        return Order.objects.get(pk=self.ids["order"][0])


@dataclass
class Houses:
    mine: House
    theirs: House
    at: datetime

    def clerk(self, *, shops: bool = True, homes: bool = True) -> Actor:
        """Somebody who may do everything, at mine."""
        reach = Reach(
            frozenset({self.mine.shop_id}) if shops else None, frozenset({self.mine.warehouse_id}) if homes else None, 77
        )
        return Actor("person", 77, "小满", dict.fromkeys(policy().capabilities, "Y"), "owner", True, reach, "为了看看")


def build(shop_id: int, at: datetime) -> Houses:
    """Mine is the one the bench opened; theirs comes after it."""
    floor = Floor(shop_id, at)
    other_shop = shops.open_one("forbidden", "禁区铺子", platform="jd", by=SYSTEM, at=at)
    other_home = warehouses.open_one("LS", "雪域二仓", sender=SENDER, by=SYSTEM, at=at)
    mine = _fill(floor, House(shop_id, floor.warehouse_id), "A-01", LIN)
    floor.shop_id, floor.warehouse_id, floor.made = other_shop, other_home, 90_000
    _ships_from(other_home)
    theirs = _fill(floor, House(other_shop, other_home), "ZZ-雪", DEKI)
    _ships_from(mine.warehouse_id)
    theirs.words |= {"拉萨", "德吉"}
    theirs.shop_words, theirs.home_words = {"禁区铺子"}, {"雪域二仓", "ZZ-雪"}
    return Houses(mine, theirs, at)


def _ships_from(warehouse_id: int) -> None:
    Warehouse.objects.update(is_default=False)
    Warehouse.objects.filter(pk=warehouse_id).update(is_default=True)


def _fill(floor: Floor, house: House, place: str, person: object) -> House:
    at, before = floor.at, Order.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    floor.shelf(f"{place}-1", "CUP", 60)
    floor.shelf(f"{place}-2", "POT", 40)
    more: dict[str, Any] = {"person": person}
    waits = floor.orders({"CUP": 1}, {"CUP": 1}, payment="unpaid", paid_minor=0, stage="pending_review", **more)
    floor.orders({"CUP": 900}, payment="paid", **more)
    floor.orders({"POT": 1}, {"CUP": 2}, **more)
    for stage in ("draft", "pending_payment", "cancelled"):
        floor.orders({"CUP": 1}, stage=stage, payment="unpaid", paid_minor=0, **more)
    floor.orders({"CUP": 1}, stage="completed", **more)
    holds.hold(waits[1:], by=SYSTEM, at=at, facts={"note": "等买家回话"})
    open_wave = floor.wave({"CUP": 1}, {"POT": 1}, release=False)
    walking = floor.wave({"CUP": 2}, {"POT": 1})
    bench = floor.picked({"CUP": 1}, {"CUP": 1, "POT": 1})
    number = Parcel.objects.values_list("number", flat=True).get(pk=bench[0])
    packing.open(number, by=SYSTEM, at=at)
    packing.scan(bench[0], "CUP", f"uid-{place}", by=SYSTEM, at=at)
    packed = floor.packed({"CUP": 1}, {"POT": 1})
    gone = floor.packed({"CUP": 1}, {"CUP": 1})
    parcels.ship(gone, by=SYSTEM, at=at)
    parcels.label(bench[1:], carrier_id=floor.carrier_id, by=SYSTEM, at=at)
    jobs.run_until_idle()
    upload = Upload(f"{place}.csv", place, 10)
    mappings.remember("orders", "d" * 64, {"order_no": "单号"}, name="单", shop_id=house.shop_id, by=SYSTEM, at=at)
    brought = imports.begin("orders", upload, shop_id=house.shop_id, format="auto", mapping={}, options={}, by=SYSTEM, at=at)
    kept = templates.save(waits[0], f"{place} 模板", keeps_customer=True, by=SYSTEM, at=at)
    copied = making.make(kept, [Wish()], key=f"key-{place}", by=SYSTEM, at=at)
    coming = recurring.begin(kept, Rhythm("day", time(9), at.date()), by=SYSTEM, at=at)
    wanted = Design(f"{place} 表单", house="测试", goods=(Good(floor.skus["CUP"], 100, 5),))
    form = web_forms.design(None, wanted, shop_id=house.shop_id, by=SYSTEM, at=at)
    noted = writing.add(waits, Words("买家没回话", solution="第二天再打"), code="by-hand", by=SYSTEM, at=at)
    _name(house, before, [waits[0]], [open_wave, walking], [*bench, *packed, *gone], brought)
    house.ids |= {"template": [kept], "making": [copied.making_id], "recurring": [coming], "form": [form], "lesson": noted}
    return house


def _name(house: House, before: int, first: list[int], waves: list[int], boxes: list[int], brought: int) -> None:
    fresh = Order.objects.filter(pk__gt=before)
    orders = [*first, *(id_ for id_ in fresh.order_by("pk").values_list("pk", flat=True) if id_ not in first)]
    live = Waybill.objects.filter(parcel__in=boxes)
    house.ids = {
        "order": orders,
        "line": list(Line.objects.filter(order__in=orders).values_list("pk", flat=True)),
        "recipient": list(fresh.values_list("recipient_id", flat=True)),
        "shop": [house.shop_id],
        "shop-code": list(Shop.objects.filter(pk=house.shop_id).values_list("code", flat=True)),
        "warehouse": [house.warehouse_id],
        "warehouse-code": list(Warehouse.objects.filter(pk=house.warehouse_id).values_list("code", flat=True)),
        "bin": list(Bin.objects.filter(warehouse=house.warehouse_id).values_list("pk", flat=True)),
        "level": list(Level.objects.filter(warehouse=house.warehouse_id).values_list("pk", flat=True)),
        "wave": waves,
        "pick": list(Pick.objects.filter(wave__in=waves).values_list("pk", flat=True)),
        "parcel": boxes,
        "waybill": list(live.values_list("pk", flat=True)),
        "reference": list(live.values_list("reference", flat=True)),
        "scan": list(Scan.objects.filter(parcel__in=boxes).values_list("uid", flat=True)),
        "beep": list(Scan.objects.filter(parcel__in=boxes).values_list("uid", flat=True)),
        "trail": list(Trail.objects.filter(parcel__in=boxes).values_list("pk", flat=True)),
        "waybill-number": list(Trail.objects.filter(parcel__in=boxes).values_list("waybill", flat=True)),
        "import": [brought],
        "mapping": [SavedMapping.objects.get(shop_id=house.shop_id).pk],
    }
    assert all(house.ids.values()), [kind for kind, ids in house.ids.items() if not ids]
    numbered = [*fresh.values_list("number", "platform_no"), *Parcel.objects.filter(order__in=orders).values_list("number")]
    numbered += [*Wave.objects.filter(warehouse=house.warehouse_id).values_list("number"), *live.values_list("number")]
    house.words = {word for row in numbered for word in row if word}


def everything() -> dict[str, int]:
    """A digest of every table, so that nothing changes unseen."""
    found = {}
    for model in apps.get_models():
        if model.__name__ not in COMING:
            rows = model._default_manager.order_by("pk").values_list()
            found[model._meta.db_table] = hash(
                repr([tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows])
            )
    return found
