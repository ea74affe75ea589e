"""A house that has stood for half a year: as many orders as asked, each with its lines, receiver, box and number, at once.

Raw rows, not verbs: what is measured on it is reading. The same number gives the same house.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, models

from zhanggui.carriers.models import Carrier
from zhanggui.customers.models import Recipient
from zhanggui.customers.sealing import COLUMNS as RECIPIENT
from zhanggui.customers.sealing import row_of
from zhanggui.fulfilment.models import Parcel, Wave, Waybill
from zhanggui.journal.book import ENTRY
from zhanggui.journal.models import Entry
from zhanggui.kernel import clock, db, sqlite
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops.bench_samples import sku_code
from zhanggui.ops.sample_people import people
from zhanggui.orders.commands import categories, shops, tags
from zhanggui.orders.models import Category, Hold, Line, Order, Tag, Tagged
from zhanggui.stock.commands import warehouses
from zhanggui.stock.models import Claim, Level
from zhanggui.tracking.models import Trail

AT_ONCE = 5_000
DAYS = 180
CROWD = 20_000
# How the orders of a shop that has worked for half a year stand, a thousandth each; the newest first.
STAGES = (
    ("draft", 1), ("pending_payment", 4), ("pending_review", 6), ("approved", 7), ("fulfilling", 9), ("shipped", 50),
    ("delivered", 103), ("completed", 780), ("cancelled", 40),
)  # fmt: skip
UNSHIPPED = 27
BOXED = ("fulfilling", "shipped", "delivered", "completed")
SENT = BOXED[1:]
REASONS = ("address-incomplete", "out-of-stock", "sku-unknown", "price-low", "amount-mismatch")
FLAGS = ("red", "yellow", "green", "blue", "purple")
# A few shops sell most, and one next to nothing: what is rare is what a list looks for longest.
SHOPS = (("天猫旗舰店", 420), ("抖店", 260), ("京东", 150), ("拼多多", 90), ("小红书", 50), ("视频号", 29), ("老客微店", 1))
ORDER = (
    "id", "number", "shop_id", "platform_no", "stage", "payment", "payment_method", "goods_minor", "total_minor", "paid_minor",
    "pieces", "kinds", "recipient_id", "buyer_note", "seller_note", "flag", "holds", "waybill", "placed_at", "paid_at", "ship_by",
    "arrived_at", "approved_at", "shipped_at", "delivered_at", "completed_at", "cancelled_at", "seen_at", "fingerprint",
    "source", "kind", "warehouse_id", "category_id",
)  # fmt: skip
# One holds many orders, one next to none; most orders are in none.
CATEGORIES = (("批发", 33), ("样品", 2_003))
# The same of tags, of which an order may have several.
TAGS = (("加急", 20), ("易碎", 7), ("要发票", 1_999))
LINE = (
    "order_id", "position", "sku_id", "sku_code", "name", "spec", "quantity", "unit_minor", "total_minor", "placed_at",
)  # fmt: skip
HOLD = ("order_id", "code", "facts", "since", "cleared_at", "cleared_by")
PARCEL = (
    "id", "number", "order_id", "wave_id", "warehouse_id", "carrier_id", "slot", "stage", "pieces", "made_at", "packed_at", "shipped_at",
)  # fmt: skip
WAYBILL = ("parcel_id", "carrier_id", "reference", "number", "state", "asked_at", "settled_at")
TRAIL = ("parcel_id", "carrier_id", "waybill", "status", "last_text", "last_place", "last_at", "since")
CLAIM = ("for_order", "for_line", "level_id", "pieces", "state", "held_at")


class Ground(NamedTuple):
    """What the orders stand on."""

    shop_ids: list[int]
    sku_ids: list[int]
    warehouse_id: int
    carrier_id: int
    levels: dict[int, int]
    category_ids: list[int]
    tag_ids: list[int]
    now: datetime


def fill(orders: int, sku_ids: list[int]) -> None:
    """Put so many orders in, in chunks of 5,000; a house that already has them is left as it is."""
    if Order.objects.count() >= orders:
        return
    at = clock.now()
    house = warehouses.open_one("BENCH", "量一量", by=SYSTEM, at=at)
    carrier = Carrier.objects.get_or_create(code="bench", defaults={"name": "量一量快递", "made_at": at})[0]
    shop_ids = [shops.open_one(f"bench{nth}", name, by=SYSTEM, at=at) for nth, (name, _) in enumerate(SHOPS)]
    known = dict(Category.objects.values_list("name", "pk"))
    drawers = [known.get(name) or categories.make(name, by=SYSTEM, at=at) for name, _ in CATEGORIES]
    worn = dict(Tag.objects.values_list("name", "pk"))
    marks = [worn.get(name) or tags.make(name, by=SYSTEM, at=at) for name, _ in TAGS]
    ground = Ground(shop_ids, sku_ids, house, carrier.pk, dict(Level.objects.values_list("sku_id", "id")), drawers, marks, at)
    if connection.vendor == "sqlite":
        db.execute("PRAGMA synchronous=OFF")
    for chunk in _chunks(orders, ground):
        with db.write():
            for model, columns, rows in chunk:
                db.insert_many(model, columns, rows)
    _settle()


def _settle() -> None:
    """The database knows its rows: what a night's tidying does."""
    if connection.vendor == "sqlite":
        db.execute(sqlite.SAMPLE)
        db.execute("ANALYZE")
        db.fetch("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    for model in (Order, Recipient, Parcel, Wave, Line):
        table = model._meta.db_table
        db.fetch(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


Written = tuple[type[models.Model], tuple[str, ...], list[tuple[Any, ...]]]


def _chunks(orders: int, ground: Ground) -> Iterator[list[Written]]:
    dice = random.Random(3)  # noqa: S311  # samples, not secrets
    ring = settings.KEY_RING
    crowd = [row_of(person, 0, ground.now, ring) for person in people(min(orders, CROWD))]
    shop_weights = [weight for _, weight in SHOPS]
    # SKUs sell as they do: the first a hundred times what the last does.
    weights = [1 / (nth + 20) for nth in range(len(ground.sku_ids))]
    old = [stage for stage in STAGES if stage[0] not in ("draft", "pending_payment", "pending_review", "approved", "fulfilling")]
    young = [stage for stage in STAGES if stage not in old]
    fresh = orders * UNSHIPPED // 1000
    step = timedelta(days=DAYS) / orders
    line_id = 1
    for first in range(0, orders, AT_ONCE):
        people_, order_rows, line_rows, hold_rows, claim_rows = [], [], [], [], []
        tag_rows: list[tuple[Any, ...]] = []
        parcels, waybills, trails, entries = [], [], [], []
        wave = first // AT_ONCE + 1
        made_at = ground.now - (orders - first) * step
        waves = [(wave, f"BW{wave:06d}", ground.warehouse_id, "done", 0, 0, made_at)]
        for nth in range(first, min(first + AT_ONCE, orders)):
            id_, placed = nth + 1, ground.now - (orders - nth) * step - timedelta(seconds=dice.randrange(3600))
            pick = young if orders - nth <= fresh and dice.random() < 0.97 else old
            stage = dice.choices([each[0] for each in pick], [each[1] for each in pick])[0]
            if stage in ("shipped", "delivered") and (orders - nth) > orders * 0.2:
                stage = "completed"
            phone = f"1{38 + nth % 2}{(nth * 7_919) % 100_000_000:08d}"
            who = list(crowd[dice.randrange(len(crowd))])
            who[0], who[10], who[11], who[14], who[18] = (
                id_, ring.token(b"phone", phone), ring.token(b"tail", phone[-4:]), ring.token(b"person", phone), placed,
            )  # fmt: skip
            if dice.random() < 0.002:
                who[7], who[8], who[9] = "西藏自治区", "拉萨市", "城关区"
            people_.append(tuple(who))
            goods = [(which, 1 + dice.randrange(3)) for which in dice.choices(range(len(weights)), weights, k=2 + nth % 2)]
            total = sum(pieces * 5900 for _, pieces in goods) + dice.randrange(5000)
            sent = stage in SENT
            paid = placed + timedelta(minutes=3) if stage != "pending_payment" else None
            held = stage == "pending_review" and dice.random() < 0.6
            waybill = f"SF{10**12 + nth * 37}" if sent else ""
            drawer = next((pk for pk, (_, every) in zip(ground.category_ids, CATEGORIES, strict=True) if nth % every == 0), None)
            tag_rows += [(pk, id_) for pk, (_, every) in zip(ground.tag_ids, TAGS, strict=True) if nth % every == 0]
            moved = [placed + timedelta(hours=hours) for hours in (1, 20, 60, 200)]
            order_rows.append((
                id_, f"B{id_:010d}", ground.shop_ids[dice.choices(range(len(SHOPS)), shop_weights)[0]], f"T{10**12 + nth * 104_729}",
                stage, "unpaid" if paid is None else "cod" if dice.random() < 0.01 else "paid", "支付宝", total, total,
                total if paid else 0, sum(pieces for _, pieces in goods), len(goods), id_, "请尽快" if nth % 9 == 0 else "",
                "送人" if nth % 100 == 0 else "", dice.choice(FLAGS) if dice.random() < 0.01 else "", int(held), waybill, placed, paid,
                placed + timedelta(hours=48), placed, moved[0] if stage in ("approved", *BOXED) else None, moved[1] if sent else None,
                moved[2] if stage in ("delivered", "completed") else None, moved[3] if stage == "completed" else None,
                moved[0] if stage == "cancelled" else None, placed, b"0" * 16,
                "api" if nth % 997 == 0 else "file", "gift" if nth % 499 == 0 else "normal",
                ground.warehouse_id if stage in ("approved", *BOXED) else None, drawer,
            ))  # fmt: skip
            if held or dice.random() < 0.05:
                hold_rows.append((
                    id_, dice.choice(REASONS), "{}", placed, None if held else moved[0], "" if held else "掌柜",
                ))  # fmt: skip
            for position, (which, pieces) in enumerate(goods):
                line_rows.append((
                    line_id, id_, position, ground.sku_ids[which], sku_code(which), "样品", "白色 L", pieces, 5900, 5900 * pieces, placed,
                ))  # fmt: skip
                if stage in ("approved", "fulfilling"):
                    claim_rows.append((id_, line_id, ground.levels[ground.sku_ids[which]], pieces, "open", placed))
                line_id += 1
            if stage in BOXED:
                now = "shipped" if sent else ("waiting", "packing", "packed")[nth % 3]
                parcels.append((
                    id_, f"P{id_:010d}", id_, wave, ground.warehouse_id, ground.carrier_id, nth % 500, now, 3, moved[0],
                    moved[0] if now != "waiting" else None, moved[1] if sent else None,
                ))  # fmt: skip
                entries.append((moved[0], "system", None, "掌柜", "OrderApproved", "order", id_, 2, "pending_review", "approved", "{}"))
            if nth % 50 == 0:
                entries.append((moved[0], "system", None, "掌柜", "OrderChanged", "order", id_, 3, "", "", "{}"))
            if sent:
                waybills.append((id_, ground.carrier_id, f"bench-{id_}", waybill, "issued", moved[0], moved[0]))
                status = "in_transit" if stage == "shipped" else "delivered"
                trails.append((id_, ground.carrier_id, waybill, status, "已到达", "武汉", moved[1], moved[1]))
        yield [
            (Recipient, RECIPIENT, people_), (Order, ORDER, order_rows), (Line, ("id", *LINE), line_rows), (Hold, HOLD, hold_rows),
            (Claim, CLAIM, claim_rows), (Wave, ("id", "number", "warehouse_id", "stage", "orders", "pieces", "made_at"), waves),
            (Parcel, PARCEL, parcels), (Waybill, WAYBILL, waybills), (Trail, TRAIL, trails), (Entry, ENTRY, entries),
            (Tagged, ("tag_id", "order_id"), tag_rows),
        ]  # fmt: skip
