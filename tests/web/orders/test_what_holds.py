"""What a page says of an order that is held: how it is now, what a person noted, and what keeps it though all is well."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.orders.bench import Bench
from tests.web.orders.test_order_batches import batch, toasts
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.orders.commands import change, holds, progress, review
from zhanggui.orders.models import Hold, Line, Order

pytestmark = pytest.mark.django_db
Counter = Callable[..., Client]


def page(client: Client, order: Order) -> str:
    return client.get(f"/orders/{order.pk}/").content.decode()


def of_stock(order: Order) -> Any:
    hold = Hold.objects.filter(order=order, code="out-of-stock", cleared_at=None).first()
    return hold and [(one["wanted"], one["free"]) for one in hold.facts["short"]]


@pytest.mark.capability("A-12")
def test_what_is_lacking_is_said_as_it_is_now_though_a_person_stopped_the_order_too(bench: Bench, owner: Actor, at_counter: Counter) -> None:
    order = bench.put("T1", 99)
    holds.hold([order.pk], by=owner, at=bench.at)
    line, client = Line.objects.get(order=order), at_counter()
    assert of_stock(order) == [(99, 10)]
    change.change_quantity(line.pk, 12, by=owner, at=bench.at)
    assert of_stock(order) == [(12, 10)]
    said = client.post(f"/orders/{order.pk}/mend/", {"do": "quantity", "line": line.pk, "value": "2"}, follow=True).content.decode()
    assert of_stock(order) is None
    assert 'id="stop-out-of-stock"' not in said
    # The page, and what is said on the way to it, name what keeps the order.
    assert "有人挂起了它，所以没有自动通过；解挂后马上再审" in said
    assert "它也不会自己往下走；解挂后马上再审一次" in said
    assert Order.objects.get(pk=order.pk).stage == "pending_review"


def test_a_page_opened_later_counts_the_goods_again(bench: Bench, at_counter: Counter) -> None:
    order = bench.put("T1", 12)
    bench.put("T2", 4)
    assert of_stock(order) == [(12, 10)]
    assert "GW-150-QY 只剩 6 件，本单要 12 件" in page(at_counter(), order)


def test_reviewing_many_that_wait_for_goods_is_a_constant_number_of_statements(bench: Bench, owner: Actor) -> None:
    orders = [bench.put(f"T{nth}", 20 + nth).pk for nth in range(5)]
    holds.hold(orders, by=owner, at=bench.at)
    with CaptureQueriesContext(connection) as one:
        review.run(orders[:1], by=SYSTEM, at=bench.at)
    with CaptureQueriesContext(connection) as many:
        review.run(orders[1:], by=SYSTEM, at=bench.at)
    assert len(one) == len(many)


@pytest.mark.capability("A-12")
def test_a_hold_by_hand_asks_for_a_note_and_shows_it_wherever_the_order_is_seen(at_counter: Counter, bench: Bench) -> None:
    one, two = bench.put("T1"), bench.put("T2")
    client = at_counter()
    said = {"verb": "hold", "asks": "1", "ids": [one.pk, two.pk]}
    asked = client.post("/orders/batch/", said, headers={"X-Ask": "1", "HX-Request": "true"})
    assert (asked.status_code, Hold.objects.count()) == (422, 0)
    form = client.get(asked["X-Ask"], headers={"X-Ask": "1"}).content.decode()
    for words in ("挂起这 2 单", "为什么，可以不写", "等买家回话", "data-free"):
        assert words in form
    told = toasts(batch(client, "hold", one, two, asks="1", why="等买家回话，电 13800137621"))[0]
    assert told["text"] == "挂起 2 单"
    assert {hold.facts["note"] for hold in Hold.objects.all()} == {"等买家回话，电 138****7621"}
    client.post(told["undo"], headers={"HX-Request": "true"})
    batch(client, "hold", one, asks="1", why="等买家回话")
    batch(client, "hold", two, asks="1", seen_first="1", why="")
    assert "挂起：等买家回话" in client.get("/orders/").content.decode()
    assert "挂起：等买家回话" in page(client, one).split('class="log"')[0]
    assert "解挂后才能排波次" in page(client, one)
    assert Entry.objects.filter(name="OrderHeld", subject_id=one.pk).last().facts["why"] == "等买家回话"  # type: ignore[union-attr]
    # Held again without a word it keeps the word it has.
    batch(client, "hold", one)
    assert Hold.objects.get(order=one, cleared_at=None).facts == {"note": "等买家回话"}


def test_an_unpaid_order_says_what_is_due_and_a_cancelled_one_holds_nothing(at_counter: Counter, bench: Bench) -> None:
    order = bench.put("T1", stage="pending_payment", payment="unpaid", paid_minor=0, paid_at=None)
    client = at_counter()
    said = page(client, order)
    assert '未付，应付</dt><dd class="soon">¥68.00' in said
    for words in ("还差", "¥0.00</dd></dl>"):
        assert words not in said
    holds.hold([order.pk], by=SYSTEM, at=bench.at)
    progress.cancel([order.pk], reason="买家不要了", by=SYSTEM, at=bench.at)
    said = page(client, order)
    assert "应付</dt><dd class" not in said.replace('<dt class="total">应付</dt>', "")
    assert 'id="stop-by-hand"' not in said


def test_the_history_says_in_words_that_a_file_took_an_order_back(at_counter: Counter, bench: Bench) -> None:
    order = bench.put("T1")
    review.unapprove([order.pk], reason="file", by=SYSTEM, at=bench.at)
    said = page(at_counter(), order)
    assert "导入的文件里这一单有变化，改好后再审" in said
    assert ">file<" not in said
    assert json.dumps("file") not in said.split('class="log"')[1]
