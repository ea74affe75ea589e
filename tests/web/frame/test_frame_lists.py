"""Lists: paging by key, chips that come off, columns that are hidden, words for figures and moments."""

from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.test import RequestFactory

from zhanggui.customers.models import Recipient
from zhanggui.kernel import paging
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.models import Order, Shop
from zhanggui.stock.commands import warehouses
from zhanggui.web.frame import lists, words

NOON = datetime(2026, 11, 22, 3, 54, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("by", ["made_at", "-made_at", "id", "-id", "name", "-name"])
def test_pages_show_every_row_once_there_and_back(by: str) -> None:
    for at in range(23):
        Shop.objects.create(code=f"s{at}", name=f"店 {at % 4}", made_at=NOON + timedelta(hours=at // 3))
    whole = list(Shop.objects.order_by(by, "-id" if by.startswith("-") else "id"))
    seen, back, cursor = [], [], ""
    while True:
        page = paging.page(Shop.objects.all(), by, cursor=cursor, size=5)
        seen += page.rows
        if not page.next:
            break
        cursor = page.next
    assert seen == whole
    back = page.rows
    while page.prev:
        page = paging.page(Shop.objects.all(), by, cursor=page.prev, size=5)
        back = page.rows + back
    assert back == whole


@pytest.mark.django_db
@pytest.mark.parametrize("by", ["shipped_at", "-shipped_at"])
def test_rows_without_a_value_come_last_and_are_not_lost(by: str, shop_id: int, at: datetime) -> None:
    _orders(shop_id, at)
    from_orders = Order.objects
    page, seen = paging.page(from_orders.all(), by, size=2), []
    while True:
        seen += page.rows
        if not page.next:
            break
        page = paging.page(from_orders.all(), by, cursor=page.next, size=2)
    assert len(seen) == len({row.pk for row in seen}) == 7
    assert [row.shipped_at is None for row in seen] == [False] * 4 + [True] * 3
    back = list(page.rows)
    while page.prev:
        page = paging.page(from_orders.all(), by, cursor=page.prev, size=2)
        back = page.rows + back
    assert back == seen


def _orders(shop_id: int, at: datetime) -> None:
    recipient = Recipient.objects.create(made_at=at)
    for n in range(7):
        Order.objects.create(
            number=f"N{n}", shop_id=shop_id, platform_no=f"P{n}", stage="shipped", payment="paid", goods_minor=0, total_minor=0,
            pieces=1, kinds=1, recipient=recipient, placed_at=at, arrived_at=at, fingerprint=b"",
            shipped_at=None if n % 2 else at + timedelta(minutes=n // 3),
        )  # fmt: skip


@pytest.mark.parametrize("cursor", ["", "x", "WzBd", "!!!", "W3sieCI6MX0sMSwyXQ"])
@pytest.mark.django_db
def test_a_cursor_that_is_not_ours_begins_at_the_beginning(cursor: str) -> None:
    warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=NOON)
    assert paging.page(Shop.objects.all(), "-made_at", cursor=cursor).prev == ""


class Filters(forms.Form):
    q = forms.CharField(label="找", required=False)
    house = forms.ChoiceField(label="仓库", choices=[("1", "杭州一仓"), ("2", "杭州二仓")], required=False)
    late = forms.BooleanField(label="超时", required=False)


def test_each_active_filter_is_a_chip_that_comes_off() -> None:
    request = RequestFactory().get("/orders/?tab=held&q=SF14&house=1&late=on&cursor=abc")
    chips = lists.chips(request, Filters(request.GET))
    assert [(str(chip.label), chip.value) for chip in chips] == [("找", "SF14"), ("仓库", "杭州一仓"), ("超时", "")]
    assert chips[1].href == "/orders/?tab=held&q=SF14&late=on"


def test_a_hidden_column_stays_hidden_on_this_screen() -> None:
    columns = [
        lists.Column("no", "单号", fixed=True),
        lists.Column("paid", "实付"),
        lists.Column("why", "为什么", sort="ship_by"),
    ]
    request = RequestFactory().get("/orders/")
    request.COOKIES["cols_orders"] = "paid.no"
    made = lists.listing(request, "orders", columns=columns, sort="ship_by", exports=[("导出", "/orders/export/")])
    assert [column.key for column in made.columns] == ["no", "why"]
    assert made.columns[1].sorted == "ascending"
    assert made.columns[1].href == "?sort=-ship_by"


@pytest.mark.django_db
def test_a_count_stops_at_its_cap() -> None:
    for at in range(6):
        Shop.objects.create(code=f"s{at}", name="店", made_at=NOON)
    assert lists.count_up_to(Shop.objects.all(), cap=4) == 5
    assert words.capped(5, cap=4) == "4+"


@pytest.mark.parametrize(
    ("seconds", "said", "pressing"),
    [
        (-26 * 60, "超时 26 分", "late"),
        (38 * 60, "剩 38 分", "soon"),
        (72 * 60, "剩 1 时 12 分", "soon"),
        (542 * 60, "剩 9 时 02 分", ""),
        (20 * 3600 + 5, "剩 20 时", ""),
        (12 * 86400, "剩 12 天", ""),
        (-30, "超时 不到 1 分", "late"),
    ],
)
def test_what_is_left_is_said_in_the_units_that_matter(seconds: int, said: str, pressing: str) -> None:
    assert words.countdown(NOON + timedelta(seconds=seconds), NOON) == (said, pressing)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "刚刚"),
        (-3, "3 分前"),
        (5, "5 分后"),
        (-120, "今天 09:54"),
        (-15 * 60, "昨天 20:54"),
        (24 * 60, "明天 11:54"),
        (-60 * 24 * 40, "10-13 11:54"),
    ],
)
def test_moments_are_said_beside_now_in_the_shops_zone(minutes: int, said: str) -> None:
    assert words.when(NOON + timedelta(minutes=minutes), NOON) == said


def test_money_keeps_its_sign_and_its_cents() -> None:
    assert words.money(123450) == "¥1,234.50"
    assert words.money(-500) == "−¥5.00"
    assert words.money(11820449, whole=True) == "¥118,204"
    assert words.money(1200, "JPY", whole=True) == "¥1,200"
    assert words.percent(-0.022) == "−2.2%"
