"""Today: every figure from the books, in a fixed number of statements."""

import html
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from zhanggui.accounts.policy import policy
from zhanggui.carriers.models import Carrier
from zhanggui.channels.models import Import
from zhanggui.customers.models import Recipient
from zhanggui.fulfilment.models import Parcel, Wave, Waybill
from zhanggui.kernel import clock
from zhanggui.orders.models import Hold, Order
from zhanggui.stock.models import Warehouse
from zhanggui.web.home import chart, figures

pytestmark = pytest.mark.django_db


class Books:
    """Orders and parcels written straight into the books, at moments a story chooses."""

    def __init__(self, shop_id: int, at: datetime) -> None:
        self.shop_id, self.at, self.n = shop_id, at, 0
        self.recipient = Recipient.objects.create(made_at=at)

    def order(self, stage: str = "pending_review", *, ago_h: float = 1, holds: tuple[str, ...] = (), **facts: Any) -> Order:
        self.n += 1
        placed = self.at - timedelta(hours=ago_h)
        base: dict[str, Any] = {
            "number": f"N{self.n}", "shop_id": self.shop_id, "platform_no": f"P{self.n}", "stage": stage, "payment": "paid",
            "goods_minor": 6800, "total_minor": 6800, "paid_minor": 6800, "pieces": 1, "kinds": 1, "recipient": self.recipient,
            "placed_at": placed, "arrived_at": placed, "ship_by": self.at + timedelta(days=2), "fingerprint": b"",
            "holds": len(holds),
        }  # fmt: skip
        order = Order.objects.create(**(base | facts))
        for code in holds:
            Hold.objects.create(order=order, code=code, since=placed)
        return order

    def parcel(self, stage: str, wave: str) -> Parcel:
        house = Warehouse.objects.first()
        found, _new = Wave.objects.get_or_create(
            number=f"W-{wave}",
            warehouse=house,
            stage=wave,
            defaults={"made_at": self.at, "picked_at": self.at - timedelta(minutes=12)},
        )
        order = self.order("fulfilling")
        return Parcel.objects.create(
            number=f"B{order.pk}", order=order, wave=found, warehouse=house, slot=self.n, stage=stage, pieces=1,
            made_at=self.at - timedelta(minutes=34), packed_at=self.at - timedelta(minutes=6) if stage == "packed" else None,
        )  # fmt: skip


@pytest.fixture
def books(shop_id: int, at: datetime) -> Books:
    return Books(shop_id, at)


def test_work_is_counted_where_it_waits(books: Books, at: datetime) -> None:
    books.order(holds=("out-of-stock",))
    books.order(ago_h=3)
    books.order("approved", approved_at=at)
    books.order("shipped", shipped_at=at)
    books.order("cancelled")
    books.parcel("waiting", "picking")
    books.parcel("waiting", "picked")
    books.parcel("packing", "picked")
    books.parcel("packed", "picked")
    books.parcel("shipped", "done")
    found = figures.work(at=at)
    assert (found.review, found.held, found.to_wave) == (2, 1, 1)
    assert (found.picking, found.packing, found.shipping) == (1, 2, 1)
    assert found.oldest_review_at == at - timedelta(hours=3)


def test_a_sku_many_orders_wait_for_is_counted_once(books: Books, at_counter: Callable[..., Client], at: datetime) -> None:
    for short in ((1,), (1, 2), (3,)):
        order = books.order(holds=("out-of-stock",))
        facts = {"short": [{"sku": f"S{n}", "sku_id": n, "wanted": 2, "free": 0} for n in short]}
        Hold.objects.filter(order=order).update(facts=facts, cleared_at=at if short == (3,) else None)
    assert figures.work(at=at).short == 2
    assert 'href="/orders/?tab=short"' in at_counter("owner").get("/").content.decode()
    assert 'href="/orders/?tab=short"' not in at_counter("warehouse").get("/").content.decode()


def test_the_most_urgent_comes_first_with_its_reasons(books: Books, at: datetime) -> None:
    late = books.order(ship_by=at - timedelta(minutes=26), holds=("out-of-stock", "duplicate-suspected"))
    soon = books.order("fulfilling", ship_by=at + timedelta(minutes=38))
    books.order(ship_by=at + timedelta(hours=5))
    books.order("shipped", ship_by=at - timedelta(hours=1))
    found = figures.pressing(at=at)
    assert [order.pk for order in found] == [late.pk, soon.pk]
    assert sorted(found[0].reasons) == ["duplicate-suspected", "out-of-stock"]  # type: ignore[attr-defined]


@pytest.mark.capability("R-01")
def test_today_is_measured_against_yesterday_at_the_same_minute(books: Books, at: datetime) -> None:
    """``at`` is ten in the morning in Shanghai."""
    books.order(ago_h=1)
    books.order("shipped", ago_h=2, shipped_at=at - timedelta(minutes=5))
    books.order("cancelled", ago_h=3)
    books.order("draft", ago_h=1)
    books.order(ago_h=25)
    books.order(ago_h=20, paid_minor=100)
    books.order("shipped", ago_h=60, shipped_at=at - timedelta(hours=25))
    found = figures.day(at=at)
    assert (found.today.orders, found.today.paid_minor, found.today.shipped) == (3, 20400, 1)
    assert found.today.average_minor == 6800
    assert (found.yesterday.orders, found.yesterday.paid_minor, found.yesterday.shipped) == (1, 6800, 1)
    assert (sum(found.today_by_hour), found.yesterday_whole) == (3, 2)
    assert found.today_by_hour[9] == 1, "placed at nine"


def test_two_currencies_are_never_added(books: Books, at: datetime) -> None:
    books.order()
    books.order()
    books.order(currency="GBP")
    found = figures.day(at=at)
    assert (found.currency, found.others, found.today.paid_minor) == ("CNY", ["GBP"], 13600)


def test_the_middle_one_says_how_long_a_step_takes(books: Books, at: datetime) -> None:
    for hours in (1, 2, 9):
        books.order(ago_h=hours)
    books.parcel("packed", "picked")
    found = {step.code: step for step in figures.steps(figures.work(at=at), at=at)}
    assert found["review"].wait_s == 2 * 3600
    assert found["shipping"].wait_s == 6 * 60
    assert found["picking"].wait_s is None


def test_the_chart_ends_where_the_count_does() -> None:
    today = [10] * 10 + [5] + [0] * 13
    drawn = chart.draw(today, [20] * 24, 10.5)
    assert drawn.ticks[-1].value >= 480
    assert drawn.then == 210
    assert drawn.now.endswith(f"L{drawn.here_x:g} {drawn.here_y:g}")
    assert chart.draw([0] * 24, [0] * 24, 0.0).here_y == chart.BOTTOM


@pytest.mark.capability("L-07", "R-01")
def test_home_asks_the_same_number_of_questions_however_much_there_is(
    books: Books, at_counter: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    books.at = clock.now()
    browser = at_counter("owner")
    for n in range(12):
        books.order(ship_by=books.at + timedelta(minutes=n * 10), holds=("out-of-stock",))
        books.parcel("waiting", "picking")
    with django_assert_max_num_queries(32):
        page = browser.get("/").content.decode()
    assert "快到时限" in page
    assert "缺货" in page


@pytest.mark.parametrize("role", ["sales", "reviewer", "warehouse", "aftersales", "finance", "readonly"])
def test_home_is_drawn_for_every_role_with_what_it_may_see(role: str, books: Books, at_counter: Callable[..., Client]) -> None:
    books.at = clock.now()
    books.order(ship_by=books.at + timedelta(hours=1))
    answer = at_counter(role).get("/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert ("客单价" in page) == (role != "warehouse"), "the warehouse sees no prices"
    assert ("待打包" in page) == (role == "warehouse")


@pytest.mark.parametrize(
    "role", [pytest.param(role, marks=() if role == "owner" else pytest.mark.one_leg) for role in policy().roles if role != "program"]
)
@pytest.mark.capability("L-04")
def test_the_rail_counts_what_the_list_shows_and_no_link_of_today_is_a_shut_door(
    role: str, books: Books, at_counter: Callable[..., Client]
) -> None:
    books.at = clock.now()
    for late_h in (-1, 1):
        for stage in ("pending_review", "approved", "fulfilling", "pending_payment"):
            books.order(stage, ship_by=books.at + timedelta(hours=late_h), holds=("out-of-stock",))
            books.order(stage, ship_by=books.at + timedelta(hours=late_h))
    books.parcel("waiting", "picking")
    books.parcel("packed", "picked")
    parcel = Parcel.objects.latest("pk")
    carrier = Carrier.objects.create(code="by-hand", name="手填", made_at=books.at)
    for state in ("failed", "unknown"):
        Waybill.objects.create(parcel=parcel, carrier=carrier, reference=state, state=state, asked_at=books.at)
    Import.objects.create(number="I1", kind="orders", state="refused", made_at=books.at)
    browser = at_counter(role)
    page = browser.get("/").content.decode()
    rail = {key: int(n or 0) for key, n in re.findall(r'id="n-(\w+)"[^>]*>(\d*)<', page)}
    for key, tab in (("unshipped", "unshipped"), ("held", "held"), ("review", "pending_review")):
        if key in rail:
            listed = browser.get(f"/orders/?tab={tab}").content.decode()
            assert listed.count('name="ids"') == rail[key], key
    if role == "warehouse":
        assert rail["unshipped"] == 10
        assert rail["held"] == 4
        assert "待审核" not in page
        assert not any(f">{order.number}<" in page for order in Order.objects.filter(stage="pending_review"))
    links = {html.unescape(href) for href in re.findall(r'<a[^>]* href="(/[^"#]*)', page)}
    assert "/orders/" in links
    assert {link: status for link in links if (status := browser.get(link).status_code) >= 400} == {}


def test_an_empty_shop_teaches_the_first_step(at_counter: Callable[..., Client]) -> None:
    page = at_counter("owner").get("/").content.decode()
    assert "没有等着发的单" in page
    assert "录入商品" in page
