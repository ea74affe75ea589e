"""What two houses count apart adds up to what is counted of both; and a small shop's page is found by its own index."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.flows.two_houses import Houses, build
from tests.fulfilment.floor import FakeCourier
from zhanggui.carriers import queries as carriers
from zhanggui.customers.models import Recipient
from zhanggui.fulfilment import queries as warehouse
from zhanggui.kernel import db, paging
from zhanggui.kernel.actor import EVERYWHERE, SYSTEM, Reach
from zhanggui.orders import reaching
from zhanggui.orders.commands import shops
from zhanggui.orders.models import Order
from zhanggui.orders.reading import asked as asking
from zhanggui.orders.reading import desk
from zhanggui.orders.reading.asked import Asked
from zhanggui.stock import queries as stock
from zhanggui.tracking import queries as tracking
from zhanggui.web.home import figures

LARGE, SMALL = 3_000, 40
Counted = Callable[[Reach], Mapping[str, int]]


@pytest.fixture
def houses(shop_id: int, at: datetime, monkeypatch: pytest.MonkeyPatch) -> Houses:
    fake = FakeCourier()
    monkeypatch.setattr(carriers, "plugins", lambda: {"sandbox": fake})
    return build(shop_id, at)


def _numbers(said: Mapping[str, Any]) -> dict[str, int]:
    return {name: value for name, value in said.items() if isinstance(value, int)}


@pytest.mark.django_db(transaction=True)
def test_what_two_houses_count_apart_adds_up_to_the_whole(houses: Houses) -> None:
    at = houses.at + timedelta(days=3)

    def lists(reach: Reach) -> Mapping[str, int]:
        questions = {tab: asking.orders(Asked(tab=tab, reach=reach), at=at) for tab in asking.TABS}
        return asking.figures(questions).counts

    def desked(reach: Reach) -> Mapping[str, int]:
        tally = desk.tally(at=at, reach=reach)
        lines = {
            f"line {reason}": len(desk.line_up(reason, reach=reach)) for reason in ("by-hand", "unpaid", "out-of-stock", "green")
        }
        return {**tally.by_reason, **lines, "green": tally.green}

    def home(reach: Reach) -> Mapping[str, int]:
        work = figures.work(at=at, reach=reach)
        day = figures.day(at=houses.at + timedelta(hours=1), reach=reach)
        held = dict(figures.held_by_reason(reach=reach))
        told = {
            "today": sum(day.today_by_hour),
            "shipped": day.today.shipped,
            "pressing": len(figures.pressing(at=at, reach=reach, many=99)),
        }
        steps = {step.code: step.count for step in figures.steps(work, at=at, reach=reach)}
        told |= {f"held {code}": n for code, n in held.items()} | {f"step {code}": n for code, n in steps.items()}
        return _numbers(asdict(work)) | told

    def floor(reach: Reach) -> Mapping[str, int]:
        waves = warehouse.wave_board(reach=reach)
        doors = sum(door.ready + door.unlabelled + door.held for door in warehouse.ready_to_ship(reach=reach))
        boxes = len(warehouse.parcels(reach=reach, limit=99))
        return {**warehouse.counts(reach=reach)._asdict(), "waves": len(waves), "doors": doors, "boxes": boxes}

    def road(reach: Reach) -> Mapping[str, int]:
        rows, stuck = tracking.rows(tracking.Filters(reach=reach)), tracking.stuck(at, reach=reach)
        return {**tracking.board(reach=reach), "rows": len(rows), "stuck": len(stuck)}

    def shelves(reach: Reach) -> Mapping[str, int]:
        levels = stock.levels(reach=reach)
        return {"levels": levels.count(), "free": sum(stock.available({level.sku_id for level in levels}, reach=reach).values())}

    counted: Iterable[Counted] = (lists, desked, home, floor, road, shelves)
    for count in counted:
        whole = {name: n for name, n in count(EVERYWHERE).items() if n}
        mine, theirs = (
            count(Reach(frozenset({house.shop_id}), frozenset({house.warehouse_id}))) for house in (houses.mine, houses.theirs)
        )
        apart = {name: mine.get(name, 0) + theirs.get(name, 0) for name in {*mine, *theirs}}
        # A SKU is short in both houses, and counted once in the whole.
        apart |= {"short": whole["short"]} if "short" in whole and count is home else {}
        assert {name: n for name, n in apart.items() if n} == whole, count.__name__
        assert any(mine.values())


def _many_orders(shop_id: int, small_id: int, at: datetime) -> None:
    """A large shop and two small ones, whose orders lie far apart among the large one's."""
    third = shops.open_one("third", "第三家", by=SYSTEM, at=at)
    recipient = Recipient.objects.create(made_at=at, sealed=b"")
    total = LARGE + 2 * SMALL
    rows = []
    for nth in range(total):
        shop = small_id if nth % (total // SMALL) == 7 else third if nth % (total // SMALL) == 9 else shop_id
        moment = at - timedelta(minutes=nth)
        rows.append(
            Order(
                number=f"N{nth}", shop_id=shop, platform_no=f"X{nth}", stage="shipped", payment="paid", goods_minor=1, total_minor=1,
                pieces=1, kinds=1, recipient=recipient, placed_at=moment, ship_by=moment, arrived_at=moment, fingerprint=b"0" * 16,
            )
        )  # fmt: skip
    Order.objects.bulk_create(rows, batch_size=500)
    if connection.vendor == "postgresql":
        db.execute("ANALYZE orders_order")


def _walked(sql: str) -> str:
    """The plan of a statement that was run, in the database's words."""
    if connection.vendor == "postgresql":
        return "\n".join(row[0] for row in db.fetch(f"EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, COSTS OFF) {sql}"))
    return "\n".join(str(row[3]) for row in db.fetch(f"EXPLAIN QUERY PLAN {sql}"))


@pytest.mark.django_db
def test_the_first_page_of_a_small_shop_reads_a_page_and_no_more(shop_id: int, at: datetime) -> None:
    """By the index of the shop, in the order of the page: not one of the large shop's orders is looked at."""
    small = shops.open_one("small", "小店", by=SYSTEM, at=at)
    _many_orders(shop_id, small, at)
    third = shops.open_one("third", "第三家", by=SYSTEM, at=at)
    for mine in ({small}, {small, third}):
        for tab, by in (("all", "-placed_at"), ("shipped", "-ship_by")):
            _page_by_page(Reach(frozenset(mine)), tab, by, at)


def _page_by_page(reach: Reach, tab: str, by: str, at: datetime) -> None:
    rows = asking.orders(Asked(tab=tab, reach=reach), at=at).only("pk", by.lstrip("-"))
    apart = reaching.apart(reach)
    with CaptureQueriesContext(connection) as seen:
        page = paging.page(rows, by, size=20, apart=apart)
    assert len(page.rows) == 20
    assert len(seen) <= 2, "one statement, and one more where the page is put together"
    plan = _walked(seen[0]["sql"])
    assert "order_shop_" in plan, plan
    assert not re.search(r"SCAN orders_order|Seq Scan", plan), plan
    if tab == "all":
        # Parts that come in order are merged as they are read; nothing is sorted.
        assert not re.search(r"TEMP B-TREE|Sort (?!Key)", plan), plan
    assert [row.pk for row in page.rows] == list(rows.order_by(by, "-pk").values_list("pk", flat=True)[:20])
    after = paging.page(rows, by, cursor=page.next, size=20, apart=apart)
    back = paging.page(rows, by, cursor=after.prev, size=20, apart=apart)
    assert [row.pk for row in back.rows] == [row.pk for row in page.rows]
    assert not {row.pk for row in page.rows} & {row.pk for row in after.rows}


@pytest.mark.django_db
def test_whoever_reaches_everything_asks_as_ever(at: datetime) -> None:
    """The bound of somebody without bounds leaves no trace in a statement."""
    bare = Order.objects.filter(asking.TABS["unshipped"](at))
    assert str(asking.orders(Asked(), at=at).query) == str(bare.query)
    assert reaching.apart(EVERYWHERE) == []
    assert reaching.sql(EVERYWHERE, "o") == ("", [])
