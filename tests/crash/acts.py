"""What the hands do while they are killed: every step of the flow as one small act on whatever lies there."""

import json
import os
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from zhanggui.carriers.commands import contracts
from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.channels import taking
from zhanggui.channels.refusals import ImportRuns
from zhanggui.customers.sealing import Person
from zhanggui.fulfilment.commands import packing, parcels, picks, waves, waybills
from zhanggui.fulfilment.events import ParcelShipped
from zhanggui.fulfilment.models import Parcel, Wave, Waybill
from zhanggui.fulfilment.refusals import NothingToPlan
from zhanggui.journal import jobs
from zhanggui.journal.events import on
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.ops import seals
from zhanggui.ops.backups import keys, making
from zhanggui.ops.importing import take_files
from zhanggui.orders.commands import holds, intake, noting, progress, review, shops
from zhanggui.orders.drafts import NewLine, NewOrder
from zhanggui.orders.events import OrderPlaced
from zhanggui.orders.models import Order
from zhanggui.stock.commands import receipts, warehouses
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.events import StockReceived
from zhanggui.tracking.commands import polling

SENDER = {"name": "山野杂货仓", "phone": "0571-87654321", "province": "浙江省", "city": "杭州市", "district": "余杭区", "street": "良渚街道 5 号"}
SKUS = 24
# The houses' clock runs so much faster than ours: leases of the dead end within the run.
SPEED = 40
FILE_ROWS = 7
# A file of a few rows is several batches.
taking.AT_ONCE = taking.THEN = 3


@dataclass
class World:
    """What every hand knows. ``began`` is both clocks at one moment; ``heard`` the log of the listeners."""

    shop_id: int
    house_id: int
    skus: list[int]
    cookie: str
    name: str
    folder: Path
    began: tuple[float, datetime]

    def now(self) -> datetime:
        return self.began[1] + timedelta(seconds=(time.monotonic() - self.began[0]) * SPEED)


@dataclass
class Hand:
    """One act about to be done: ``token`` names it in the book, ``told`` is what must be found there once it is acknowledged."""

    world: World
    dice: random.Random
    token: str
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def by(self) -> Actor:
        return Actor("system", None, self.token)

    @property
    def at(self) -> datetime:
        return self.world.now()

    def events(self, name: str, ids: Sequence[int]) -> bool:
        """These must be in the book; whether anything was done at all."""
        if ids:
            self.told.setdefault("events", []).extend([name, id_] for id_ in ids)
        return bool(ids)

    def some(self, rows: Any, many: int) -> list[int]:
        """A few of the oldest rows, so that hands meet."""
        ids = list(rows.order_by("id").values_list("id", flat=True)[:12])
        return sorted(self.dice.sample(ids, min(many, len(ids))))


def found(cookie: str, name: str, folder: Path) -> World:
    """A house with a shop, a warehouse, goods, stock and the practice carrier."""
    at = clock.now()
    house_id = warehouses.open_one("HZ", "杭州一仓", sender=SENDER, by=SYSTEM, at=at)
    shop_id = shops.open_one("shanye", "山野杂货", platform="taobao", by=SYSTEM, at=at)
    contracts.enrol("sb", "练习快递", plugin="sandbox", service="standard", by=SYSTEM, at=at)
    made = goods.define([Definition(f"S{nth:03}", f"青釉盖碗 {nth}", weight_g=300) for nth in range(SKUS)], by=SYSTEM, at=at).ids
    skus = sorted(made.values())
    receipts.receive([Receipt(house_id, f"A-{nth:02}", sku, 50_000) for nth, sku in enumerate(skus)], by=SYSTEM, at=at)
    return World(shop_id, house_id, skus, cookie, name, folder, (time.monotonic(), at))


# Listeners that note, kept, what they heard


def note(name: str, line: str) -> None:
    """Append ``line`` and have it on the disk."""
    file = os.open(settings.DATA / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(file, f"{line}\n".encode())
        os.fsync(file)
    finally:
        os.close(file)


@on(OrderPlaced)
def hear_placed(events: Sequence[OrderPlaced], *, at: datetime) -> None:
    note("heard.log", json.dumps(["OrderPlaced", [event.order_id for event in events]]))


@on(ParcelShipped, lane="slow")
def hear_shipped(events: Sequence[ParcelShipped], *, at: datetime) -> None:
    note("heard.log", json.dumps(["ParcelShipped", [event.parcel_id for event in events]]))


@on(StockReceived)
def hear_received(events: Sequence[StockReceived], *, at: datetime) -> None:
    note("heard.log", json.dumps(["StockReceived", [event.subject_id for event in events]]))


# The acts: each says whether there was anything to do


def place(hand: Hand) -> bool:
    """Three orders at once, each of two lines."""
    drafts = []
    for nth in range(3):
        phone = f"13{hand.dice.randrange(10**9):09d}"
        who = Person(f"林晓{hand.token}{nth}", phone, "", f"珞喻路 {nth} 号 {hand.token} 室", "", "CN", "湖北省", "武汉市", "洪山区")
        two = hand.dice.sample(range(SKUS), 2)
        lines = tuple(NewLine(hand.world.skus[sku], f"S{sku:03}", "青釉盖碗", "", 1 + nth, 1000, 0, 1000 * (1 + nth)) for sku in two)
        total = 2000 * (1 + nth)
        drafts.append(
            NewOrder(f"{hand.token}/{nth}", hand.at, lines, who, "CNY", 0, 0, total, total, "paid", "pending_review", paid_at=hand.at)
        )
    placed = intake.place(drafts, shop_id=hand.world.shop_id, by=hand.by, at=hand.at)
    return hand.events("OrderPlaced", list(placed.created.values()))


def approve(hand: Hand) -> bool:
    ids = hand.some(Order.objects.filter(stage="pending_review", holds=0), 4)
    return hand.events("OrderApproved", review.approve(ids, by=hand.by, at=hand.at).done if ids else [])


def run(hand: Hand) -> bool:
    ids = hand.some(Order.objects.filter(stage="pending_review"), 4)
    return hand.events("OrderApproved", review.run(ids, by=hand.by, at=hand.at).done if ids else [])


def hold(hand: Hand) -> bool:
    ids = hand.some(Order.objects.filter(stage__in=("pending_review", "approved"), holds=0), 2)
    return hand.events("OrderHeld", holds.hold(ids, "by-hand", by=hand.by, at=hand.at).done if ids else [])


def clear(hand: Hand) -> bool:
    ids = hand.some(Order.objects.filter(stage__in=("pending_review", "approved"), holds__gt=0), 3)
    return hand.events("OrderCleared", holds.clear(ids, "by-hand", by=hand.by, at=hand.at).done if ids else [])


def cancel(hand: Hand) -> bool:
    ids = hand.some(Order.objects.filter(stage__in=("pending_review", "approved")), 1)
    return hand.events("OrderCancelled", progress.cancel(ids, reason="买家不要了", by=hand.by, at=hand.at).done if ids else [])


def restore(hand: Hand) -> bool:
    ids = hand.some(Order.objects.filter(stage="cancelled"), 2)
    return hand.events("OrderRestored", progress.restore(ids, by=hand.by, at=hand.at).done if ids else [])


def plan(hand: Hand) -> bool:
    try:
        planned = waves.plan(None, warehouse_id=hand.world.house_id, limit=4, by=hand.by, at=hand.at)
    except NothingToPlan:
        return False
    return hand.events("WavePlanned", [planned.wave_id]) and hand.events("OrderReleased", planned.batch.done)


def release(hand: Hand) -> bool:
    ids = hand.some(Wave.objects.filter(stage="open"), 1)
    return hand.events("WaveReleased", waves.release(ids, by=hand.by, at=hand.at).done if ids else [])


def pick(hand: Hand) -> bool:
    ids = hand.some(Wave.objects.filter(stage="picking"), 1)
    return bool(ids and picks.confirm_waves(ids, by=hand.by, at=hand.at).done)


def pack(hand: Hand) -> bool:
    ids = hand.some(Parcel.objects.filter(stage="waiting", wave__stage="picked"), 3)
    return hand.events("ParcelPacked", packing.pack_whole(ids, force=True, by=hand.by, at=hand.at).done if ids else [])


def number(hand: Hand) -> bool:
    """Somebody else's machine is asked: intent, call, record."""
    live = Waybill.objects.filter(state__in=("pending", "unknown", "issued")).values("parcel_id")
    ids = hand.some(Parcel.objects.filter(stage__in=("waiting", "packed")).exclude(pk__in=live), 3)
    return hand.events("WaybillIssued", waybills.label(ids, by=hand.by, at=hand.at).done if ids else [])


def settle(hand: Hand) -> bool:
    """What became of numbers whose asker was killed."""
    return hand.events("WaybillIssued", waybills.settle(at=hand.at, by=hand.by).done)


def give_up(hand: Hand) -> bool:
    ids = hand.some(Parcel.objects.filter(stage="packed", pk__in=Waybill.objects.filter(state="issued").values("parcel_id")), 1)
    return bool(ids and waybills.give_up(ids, by=hand.by, at=hand.at).done)


def ship(hand: Hand) -> bool:
    ids = hand.some(Parcel.objects.filter(stage="packed", pk__in=Waybill.objects.filter(state="issued").values("parcel_id")), 3)
    return hand.events("ParcelShipped", parcels.ship(ids, by=hand.by, at=hand.at).done if ids else [])


def poll(hand: Hand) -> bool:
    return polling.poll(at=hand.at, by=hand.by, limit=20) > 0


def receive(hand: Hand) -> bool:
    rows = [Receipt(hand.world.house_id, f"A-{sku:02}", hand.world.skus[sku], 2) for sku in hand.dice.sample(range(SKUS), 3)]
    receipts.receive(rows, note=hand.token, by=hand.by, at=hand.at)
    hand.told["ledger"] = 3
    return True


def count(hand: Hand) -> bool:
    rows = [Receipt(hand.world.house_id, f"C-{sku:02}", hand.world.skus[sku], hand.dice.randrange(9)) for sku in hand.dice.sample(range(SKUS), 3)]
    receipts.count(rows, why=hand.token, by=hand.by, at=hand.at)
    return True


def bring(hand: Hand) -> bool:
    """A file of orders, in several batches; half of the time one that was cut off before."""
    cut = sorted(hand.world.folder.glob("*.csv"))[:3]
    if cut and hand.dice.random() < 0.5:
        path = hand.dice.choice(cut)
    else:
        path = hand.world.folder / f"{hand.token}.csv"
        rows = [f"{hand.token}/f{nth},S{nth:03},1,10.00,林晓{hand.token}{nth},136{hand.dice.randrange(10**8):08d}" for nth in range(FILE_ROWS)]
        path.write_text("\n".join(["订单号,商品编码,数量,单价,收件人,手机", *rows, f"{hand.token}/bad,S001,无,10.00,林晓,1"]), "utf-8")
    with suppress(ImportRuns, FileNotFoundError):
        result = take_files("orders", [path], shop="shanye")
        hand.told["file"] = [path.stem, result.rows_ok, result.rows_rejected]
        path.rename(path.with_suffix(".done"))
        return True
    return False


def heed(hand: Hand) -> bool:
    """Do the jobs that wait."""
    lane = hand.dice.choice(("quick", "quick", "slow"))
    worker = f"{os.getpid()}-{lane}"
    taken = jobs.take(lane, worker=worker, at=hand.at, many=4)
    _, failed = jobs.do(taken, worker=worker, now=hand.world.now) if taken else (0, 0)
    if not failed:
        hand.told["jobs"] = [job.id for job in taken]
    return bool(taken)


def beat(hand: Hand) -> bool:
    """What the house does by itself."""
    return bool(jobs.queue_due(at=hand.at)) or bool(seals.seal(at=hand.at))


def page(hand: Hand) -> bool:
    """Over HTTP: a note beside an order. It is acknowledged once the whole answer was given."""
    ids = hand.some(Order.objects.all(), 1)
    if not ids:
        return False
    client = Client(headers={"host": "localhost"})
    client.cookies[settings.SESSION_COOKIE_NAME] = hand.world.cookie
    was = noting.notes_of(Order.objects.get(pk=ids[0]))
    seen = {f"was-{name}": value for name, value in was._asdict().items()}
    answer = client.post(f"/orders/{ids[0]}/notes/", {**was._asdict(), **seen, "seller": hand.token})
    assert answer.status_code in (302, 409), answer.status_code
    if answer.status_code == 302:
        hand.told["noted"] = [hand.world.name, ids[0]]
    return answer.status_code == 302


def copy(hand: Hand) -> bool:
    """A backup, and on SQLite its proof, too: there it is quick."""
    with suppress(making.Busy):
        made = making.make(making.folder() / f"{hand.token}.zgb", key=keys.own_key(), at=hand.at)
        if hand.dice.random() < 0.5:
            making.try_out(made.file, key=keys.own_key())
        hand.told["copy"] = [str(made.file), made.sha256]
        return True
    return False


Act = Callable[[Hand], bool]
ACTS: dict[str, Act] = {
    each.__name__: each
    for each in (
        place, run, approve, hold, clear, cancel, restore, plan, release, pick, pack, number, settle, give_up, ship, poll,
        receive, count, bring, heed, beat, page, copy,
    )
}  # fmt: skip
# What has to be done before there is something to do.
BEFORE = {
    "run": "place", "approve": "place", "hold": "place", "clear": "hold", "cancel": "place", "restore": "cancel", "plan": "approve",
    "release": "plan", "pick": "release", "pack": "pick", "number": "pack", "give_up": "number", "ship": "number", "poll": "ship",
    "heed": "place", "page": "place", "settle": "number",
}  # fmt: skip
# How often each is done when nobody asked for one: what feeds the others more.
OFTEN = {"place": 3, "heed": 4, "approve": 2, "copy": 0, "give_up": 0.3, "cancel": 0.4, "bring": 0.5, "page": 0.7, "beat": 0.3}
