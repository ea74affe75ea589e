"""What people do while the keys are turned, each in a process of their own."""

import time
from typing import Any

from django.conf import settings
from django.db import connection

from tests.flows import team
from zhanggui.accounts import second_factor
from zhanggui.carriers.commands import contracts
from zhanggui.carriers.models import Carrier
from zhanggui.carriers.queries import account_of
from zhanggui.channels import keeping
from zhanggui.customers import queries as customers
from zhanggui.customers.models import Recipient
from zhanggui.customers.sealing import Person
from zhanggui.journal import jobs
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.ring_file import RingInFile
from zhanggui.ops import own_keys
from zhanggui.ops.privacy import places, turning
from zhanggui.ops.verify import verify
from zhanggui.orders.commands import change, intake, shops
from zhanggui.orders.drafts import NewLine, NewOrder
from zhanggui.orders.models import Order

migrate, begin = team.migrate, team.begin
LINES = (NewLine(None, "S1", "茶", "", 1, 100, 0, 100),)


def person(nth: int) -> Person:
    return Person(f"林晓{nth}", f"139{nth:08d}", "", f"珞喻路 {nth} 号", "", "CN", "湖北省", "武汉市", "洪山区")


def found_shop(orders: int) -> int:
    at = clock.now()
    assert isinstance(settings.KEY_RING, RingInFile)
    own_keys.known(None, at=at)
    shop = shops.open_one("s", "店", by=SYSTEM, at=at)
    place(shop, 0, orders)
    contracts.enrol("sf", "顺丰", plugin="sandbox", settings={"secret": "carrier-secret"}, by=SYSTEM, at=at)
    return shop


def place(shop: int, first: int, many: int) -> None:
    at = clock.now()
    orders = [
        NewOrder(f"N{nth}", at, LINES, person(nth), "CNY", 0, 0, 100, 100, "paid", "pending_review", paid_at=at)
        for nth in range(first, first + many)
    ]
    intake.place(orders, shop_id=shop, by=SYSTEM, at=at)


def upload() -> str:
    return keeping.keep("甄秋鹤朵".encode() * 100)


def turn(index: bool) -> tuple[str, float]:
    """Turn the keys in the midst of the work, and do what the worker does until all is sealed anew."""
    time.sleep(0.5)
    began = time.perf_counter()
    ring = turning.turn(index=index, by=SYSTEM, at=clock.now())
    while turning.standing()["left"]:
        jobs.run_until_idle(lanes=("slow",))
    return ring.current, time.perf_counter() - began


def work(shop: int, hand: int, seconds: float) -> dict[str, Any]:
    """Place, change, read and look for people without a pause; what could not be read or found."""
    until, nth, wrong, late = time.monotonic() + seconds, 0, [], 0.0
    known = list(range(40))
    seen = settings.KEY_RING.current
    while time.monotonic() < until:
        number = 10_000 * hand + nth
        place(shop, number, 1)
        order = Order.objects.get(platform_no=f"N{number}")
        change.set_address(order.pk, {"street": f"珞喻路 {number} 号乙"}, by=SYSTEM, at=clock.now())
        for whom in (number, known[nth % len(known)]):
            condition = customers.matching(person(whom).phone)
            ids = list(Recipient.objects.filter(condition).values_list("pk", flat=True)) if condition is not None else []
            if len(ids) != 1:
                wrong.append(("found", whom, len(ids)))
                continue
            opened = customers.opened(ids, by=SYSTEM, at=clock.now(), why="看看")[ids[0]]
            if (opened.name, opened.phone) != (person(whom).name, person(whom).phone):
                wrong.append(("read", whom, 0))
        if account_of(Carrier.objects.get(code="sf")).settings["secret"] != "carrier-secret":
            wrong.append(("carrier", 0, 0))
        nth += 1
    return {"placed": nth, "wrong": wrong, "began_with": seen, "ended_with": settings.KEY_RING.current, "late": late}


def after(uploaded: str) -> dict[str, Any]:
    """Everything opens, everybody is found, the streets are the last that were written, and nothing needs the old key."""
    ring = turning.let_go(by=SYSTEM, at=clock.now())
    streets = []
    for order in Order.objects.select_related("recipient"):
        said = places.persons_with(order.recipient, ring)
        nth = int(order.platform_no[1:])
        if (said.name, said.phone) != (person(nth).name, person(nth).phone) or (nth >= 10_000) != said.street.endswith("乙"):
            streets.append(order.platform_no)
    keeping.kept(uploaded)
    second_factor.opened(second_factor.seal("seed"))
    audit = [f"{each.code} {each.says}" for each in verify() if each.rows]
    return {"wrong": streets, "keys": sorted(ring.sealing), "older": len(ring.older), "audit": audit, "orders": Order.objects.count()}


def leave() -> None:
    connection.close()
