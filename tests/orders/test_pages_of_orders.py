"""However a page of orders is found (walked, apart, or by few ids): page after page, it is what sorting everything would give."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from tests.orders.test_intake_and_review import LIN, new_order
from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.kernel import paging
from zhanggui.kernel.actor import SYSTEM, Reach
from zhanggui.orders import states
from zhanggui.orders.commands import intake, shops
from zhanggui.orders.models import Bundle, Category, Order, Shop
from zhanggui.orders.reading import asked as asking
from zhanggui.orders.reading import filters, finding
from zhanggui.orders.reading.asked import Asked

pytestmark = pytest.mark.django_db
MANY, SIZE = 90, 17
SORTS = ("ship_by", "-ship_by", "-placed_at", "total_minor")
TABS = ("unshipped", "completed", "all")
QUESTIONS: dict[str, dict[str, Any]] = {
    "nothing": {}, "province": {"province": "广东"}, "one letter": {"province": "广"}, "amount": {"min_minor": 30_000, "max_minor": 70_000},
    "sku": {"sku": "GW-150-QY"}, "name": {"q": "何"}, "whole name": {"q": "何远"}, "word for goods": {"q": "GW-150-QY"},
    "flag": {"flag": "red"}, "flag to a province": {"flag": "any", "province": "广东"}, "noted": {"noted": "any", "flag": "blue"},
    "number": {"q": "T1007"}, "name in a province": {"q": "林", "province": "广东"}, "nobody": {"q": "没有这个人"},
    "pieces": {"min_pieces": 5, "max_pieces": 7}, "one piece": {"made": "one"}, "city": {"city": "武汉", "noted": "any"},
    "category": {"category": "1"}, "no category": {"category": "none", "made": "single"}, "source": {"source": "file", "method": "支"},
}  # fmt: skip


@pytest.fixture
def crowd(shop_id: int, at: datetime) -> None:
    dice = random.Random(11)
    sku = goods.define([Definition("GW-150-QY", "青釉盖碗")], by=SYSTEM, at=at).ids["GW-150-QY"]
    for code in ("second", "third"):
        shops.open_one(code, code, by=SYSTEM, at=at)
    ids = list(Shop.objects.values_list("pk", flat=True))
    brought: dict[int, list[Any]] = {id_: [] for id_ in ids}
    for nth in range(MANY):
        name, province = dice.choice(("何远", "何苗", "林晓")), dice.choice(("广东省", "广西壮族自治区", "湖北省"))
        who = LIN._replace(name=name, province=province, phone=f"138{nth:08d}")
        placed = at - timedelta(hours=dice.randrange(40))
        order = new_order(f"T{1000 + nth}", dice.choice((sku, None)), dice.randrange(1, 15), at=placed, person=who)
        brought[dice.choice(ids)].append(order)
    for id_, orders in brought.items():
        intake.place(orders, shop_id=id_, by=SYSTEM, at=at)
    category = Category.objects.create(name="礼品", made_at=at)
    bundle, whole = Bundle.objects.create(made_at=at, made_by="林"), Order.objects.earliest("pk")
    for row in Order.objects.all():
        row.bundle = bundle if row.pk % 9 == 0 else None
        row.split_from = whole if row.pk % 11 == 0 and row.pk != whole.pk else None
        row.category = category if dice.random() < 0.2 else None
        row.payment_method = dice.choice(("支付宝", "微信"))
        row.buyer_note = dice.choice(("", "快点"))
        row.internal_note = dice.choice(("", "", "送礼"))
        row.approved_at = at - timedelta(hours=dice.randrange(60)) if row.stage != "draft" else None
        row.stage = dice.choice(("draft", "pending_review", "approved", "completed", "completed"))
        row.ship_by = None if dice.random() < 0.3 else at + timedelta(hours=dice.randrange(12))
        row.flag = dice.choice(("", "", "red", "blue"))
        row.shipped_at = at - timedelta(hours=dice.randrange(60)) if row.stage == "completed" else None
        row.save(
            update_fields=[
                "category", "payment_method", "buyer_note", "internal_note", "approved_at", "stage", "ship_by", "flag", "shipped_at", "bundle",
                "split_from",
            ]
        )  # fmt: skip


def walked(ask: Asked, by: str, at: datetime) -> list[int]:
    """Every page from the first to the last, and back again."""
    found = asking.to_page(ask, by, at=at)
    pages = [paging.page(found.rows, by, size=SIZE, **how(found))]
    while pages[-1].next:
        pages.append(paging.page(found.rows, by, cursor=pages[-1].next, size=SIZE, **how(found)))
    back = [pages[-1]]
    while back[-1].prev and len(back) < MANY:
        back.append(paging.page(found.rows, by, cursor=back[-1].prev, size=SIZE, **how(found)))
    there = [row.pk for page in pages for row in page.rows]
    assert [row.pk for page in reversed(back) for row in page.rows] == there, (ask, by)
    return there


def how(found: asking.ToPage) -> dict[str, Any]:
    return {"apart": found.apart, "few": found.few, "within": found.within, "far": asking.FAR}


def naive(ask: Asked, by: str, at: datetime) -> list[int]:
    """The same of every order there is, sorted here. Empty ones come last either way."""
    column, falling = by.lstrip("-"), by.startswith("-")
    rows = list(asking.orders(ask, at=at))
    rows.sort(key=lambda row: row.pk, reverse=falling)
    filled = [row for row in rows if getattr(row, column) is not None]
    filled.sort(key=lambda row: getattr(row, column), reverse=falling)
    return [row.pk for row in filled] + [row.pk for row in rows if getattr(row, column) is None]


@pytest.mark.capability("M-05")
@pytest.mark.parametrize("few", [True, False], ids=["few", "many"])
@pytest.mark.parametrize("whose", ["all", "some"])
def test_every_way_of_asking_gives_the_same_orders(
    few: bool, whose: str, crowd: None, at: datetime, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    if not few:
        monkeypatch.setattr(finding, "FEW", 2)
        monkeypatch.setattr(filters, "SOME", 2)
        # So that a page stops looking long before it is full.
        monkeypatch.setattr(asking, "FAR", 3)
    everywhere = Reach() if whose == "all" else Reach(shops=frozenset(Shop.objects.order_by("pk").values_list("pk", flat=True)[:2]))
    seen = set()
    for tab in TABS:
        for question in QUESTIONS.values():
            ask = replace(Asked(tab=tab, reach=everywhere), **question)
            for by in SORTS:
                expected = naive(ask, by, at)
                assert walked(ask, by, at) == expected, (tab, question, by)
                seen.add(len(expected))
            with django_assert_max_num_queries(5):
                found = asking.to_page(ask, "ship_by", at=at)
                paging.page(found.rows, "ship_by", **how(found))
    assert len(seen) > 10
    assert max(seen) == Order.objects.filter(shop__in=everywhere.shops or Shop.objects.all()).count()
    assert set(Order.objects.values_list("stage", flat=True)) <= set(states.WORD)


@pytest.mark.capability("M-05")
@pytest.mark.parametrize("few", [True, False], ids=["few", "many"])
def test_filters_find_what_each_order_says_of_itself(few: bool, crowd: None, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    if not few:
        monkeypatch.setattr(filters, "SOME", 2)
    every = list(Order.objects.select_related("recipient").order_by("pk"))
    shop = every[0].shop_id
    since, until = at - timedelta(hours=40), at - timedelta(hours=10)
    went: dict[str, Any] = {"time": "shipped", "since": since, "until": until}
    said: list[tuple[dict[str, Any], Callable[[Order], bool]]] = [
        ({"flag": "red"}, lambda one: one.flag == "red"),
        ({"flag": "any"}, lambda one: bool(one.flag)),
        ({"flag": "any", "shop_ids": (shop,)}, lambda one: bool(one.flag) and one.shop_id == shop),
        (went, lambda one: one.shipped_at is not None and since <= one.shipped_at < until),
        ({"time": "shipped", "until": until}, lambda one: one.shipped_at is not None and one.shipped_at < until),
        (
            {**went, "flag": "any", "province": "湖北"},
            lambda one: (
                bool(one.flag) and one.recipient.province.startswith("湖北")
                and one.shipped_at is not None and since <= one.shipped_at < until
            ),
        ),
        ({"category": str(every[0].category_id or Category.objects.get().pk)}, lambda one: one.category_id is not None),
        ({"category": "none", "shop_ids": (shop, shop + 1)}, lambda one: one.category_id is None and one.shop_id in (shop, shop + 1)),
        ({"joined": "merged"}, lambda one: one.bundle_id is not None),
        ({"joined": "split"}, lambda one: one.split_from_id is not None or one.pk == every[0].pk),
        ({"made": "one"}, lambda one: one.pieces == 1),
        ({"made": "single"}, lambda one: one.kinds == 1 and one.pieces > 1),
        ({"min_pieces": 4, "max_pieces": 9}, lambda one: 4 <= one.pieces <= 9),
        ({"city": "武汉"}, lambda one: one.recipient.city.startswith("武汉")),
        ({"province": "湖北", "city": "武汉"}, lambda one: one.recipient.province.startswith("湖北")),
        ({"noted": "internal"}, lambda one: bool(one.internal_note)),
        ({"noted": "any"}, lambda one: bool(one.internal_note or one.buyer_note)),
        ({"method": "微"}, lambda one: one.payment_method == "微信"),
        ({"source": "file", "payment": "paid"}, lambda one: True),
        ({"time": "approved", "since": since}, lambda one: one.approved_at is not None and one.approved_at >= since),
        ({"min_minor": 30_000, "max_minor": 70_000, "province": "广"}, lambda one: (
            30_000 <= one.total_minor <= 70_000 and one.recipient.province.startswith("广")
        )),
    ]  # fmt: skip
    for asked, right in said:
        expected = [one.pk for one in every if right(one)]
        assert expected, asked
        assert sorted(asking.orders(Asked(tab="all", **asked), at=at).values_list("pk", flat=True)) == expected, asked


@pytest.mark.capability("M-05")
@pytest.mark.usefixtures("crowd")
def test_what_few_orders_have_is_read_by_an_index_of_its_own(at: datetime) -> None:
    flagged, sent = filters.marked("red", (1,)), filters.gone(at - timedelta(days=1), at)
    for narrow, index in ((flagged, "order_flagged"), (sent, "order_shipped")):
        if connection.vendor == "sqlite":
            assert index in narrow.rows[0].explain()
    # What many have is met by walking the list's own order.
    for flag in ("red", "any"):
        walked = Order.objects.filter(filters.marked(flag, None).wide()).order_by("-placed_at", "-id")[:51]
        if connection.vendor == "sqlite":
            assert "order_flagged" not in walked.explain()
