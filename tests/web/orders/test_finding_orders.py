"""Orders found by whatever one has in hand: numbers whole or by their tail, and never by walking the whole table."""

import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client

from tests.fulfilment.floor import Floor
from tests.web.counting import statements
from tests.web.orders.bench import LIN, Bench
from tests.web.orders.test_order_list import numbers_on
from zhanggui.fulfilment.asked import named_by
from zhanggui.fulfilment.models import Waybill
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.tails import tail_of
from zhanggui.orders.commands import shops
from zhanggui.orders.models import Order
from zhanggui.orders.reading.asked import Asked, orders

pytestmark = pytest.mark.django_db
TALL = 40
WALK = re.compile(r"Seq Scan on (orders|fulfilment|customers)|SCAN (orders|fulfilment|customers|[U-Z]\d)(?!.*INDEX)")


def asked_for(text: str, at: datetime) -> set[str]:
    found = orders(Asked(tab="all", q=text), at=at, found_elsewhere=named_by(text))
    return set(found.values_list("number", flat=True))


@pytest.mark.capability("M-05", "M-08")
def test_every_tail_a_list_shows_finds_its_order(bench: Bench) -> None:
    lin = bench.put("2683114022918376012", person=LIN)
    sent = bench.put("PO-77-0172a", stage="shipped", waybill="SF1437221087650", person=LIN._replace(phone="13955558866"))
    for text in (lin.number[-5:], lin.number[-4:], "8376012", "…8376012", "6012", "2918376012", "7621"):
        assert lin.number in asked_for(text, bench), text
        assert sent.number not in asked_for(text, bench), text
    for text in (sent.number[-5:], "087650", "7650", "sf1437221087650", "0172a", "172a"):
        assert asked_for(text, bench.at) == {sent.number}, text
    assert asked_for("8376013", bench.at) == set(), "every digit of the tail counts"
    assert asked_for("012", bench.at) == set(), "three digits are everybody's"


@pytest.mark.capability("M-05", "M-08")
def test_what_is_copied_from_a_row_finds_the_row(bench: Bench) -> None:
    lin = bench.put("2683114022918376012", person=LIN)
    other = bench.put("2683114022918379999", person=LIN._replace(phone="13955558866", name="周到"))
    for text in ("尾号 7621", "尾号7621", "ends in 7621", "Ends in 7621", "林**", "林＊＊", "林** 尾号 7621", "林**尾号 7621", "138****7621"):
        assert asked_for(text, bench.at) == {lin.number}, text
    assert asked_for("周** 尾号 8866", bench.at) == {other.number}
    assert asked_for("尾号 0000", bench.at) == set()
    assert asked_for("**", bench.at) == set()
    assert asked_for("尾号", bench.at) == set()


def test_a_label_not_yet_handed_over_is_found_by_its_tail_too(shop_id: int, at: datetime) -> None:
    floor = Floor(shop_id, at)
    floor.shelf("A-01", "CUP", 5)
    floor.labelled({"CUP": 1})
    order, number = Order.objects.get(), Waybill.objects.get().number
    for text in (number, number[-8:], number[-4:], f"…{number[-4:]}"):
        assert asked_for(text, at) == {order.number}, text
    assert asked_for("1" + number[-4:], at) == set()


@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("…8376012", "8376012"),
        (" 6012 ", "6012"),
        ("SF12", "SF12"),
        ("601", ""),
        ("林晓", ""),
        ("wang", ""),
        ("12 34", ""),
        ("", ""),
    ],
)
def test_a_tail_is_four_characters_or_more_with_a_digit_among_them(text: str, tail: str) -> None:
    assert tail_of(text) == tail


@pytest.mark.capability("M-05", "M-08")
def test_of_a_mixed_list_every_kind_of_word_finds_its_order(at_counter: Callable[..., Client], bench: Bench) -> None:
    lin = bench.put("2683114022918376012", person=LIN)
    zhou = bench.put("T100A1", person=LIN._replace(phone="13955558866", name="周到"))
    wu = bench.put("T100A2", person=LIN._replace(phone="13700137000", name="吴用"), stage="shipped", waybill="SF1437221087650")
    cup = bench.put("T100A3", sku=bench.other, code="GDB-350")
    bench.put("T100B9")
    client = at_counter()
    words = "6012\n13955558866\n吴用\nGDB-350\n查无此人\nNO-SUCH-1\n8867\n13900001111"
    page = client.get("/orders/", {"q": words, "tab": "all"})
    assert set(numbers_on(page)) == {lin.number, zhou.number, wu.number, cup.number}
    said = page.content.decode()
    assert "粘贴了 8 项，找到 4 项" in said
    missing = said.split("没找到：")[1].split("</p>")[0]
    assert re.findall(r'<span class="mono">([^<]+)</span>', missing) == ["查无此人", "NO-SUCH-1", "8867", "13900001111"]
    longer = "\n".join([words, *(f"{7000 + nth}\n1380013{nth:04}\n王{'五六七八九'[nth % 5]}\nX-{nth}" for nth in range(40))])
    assert looked(client, longer) == looked(client, words)
    # Two words may be one name, and are looked for as that.
    assert set(numbers_on(client.get("/orders/", {"q": "吴 用", "tab": "all"}))) == {wu.number}
    # Whoever may not look for people finds none of them by a list either.
    assert not orders(Asked(tab="all", q="13955558866\n周到\nNO-SUCH", persons=False), at=bench.at).exists()


def looked(client: Client, words: str) -> int:
    return statements(client, f"/orders/?{urlencode({'q': words, 'tab': 'all'})}")


@pytest.mark.parametrize(
    "text",
    [
        "7621", "00042", "8376012", "sf1437221087650", "2683114022918376012", "林晓晓", "GW-150-QY",
        "7621\n13955558866\n林晓晓\nGW-150-QY",
    ],
)  # fmt: skip
def test_no_search_walks_a_whole_table(text: str, bench: Bench) -> None:
    for nth in range(TALL):
        bench.put(f"26831140229183{nth:05}", idle=False)
    found = orders(Asked(tab="all", q=text), at=bench.at, found_elsewhere=named_by(text)).order_by("-placed_at")[:50]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # So few rows are read whole by choice; the question is whether they would have to be.
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = found.values("pk").explain()
    # The list itself is read along its index of moments, or by the keys that were found: neither is a walk.
    assert not [line for line in plan.splitlines() if WALK.search(line)], plan


@pytest.mark.capability("M-05")
def test_amounts_are_asked_as_each_currency_is_written(at_counter: Callable[..., Client], bench: Bench) -> None:
    yuan = bench.put("T1", 3)
    bench.shop_id = shops.open_one("tokyo", "东京店", currency="JPY", by=SYSTEM, at=bench.at)
    yen = bench.put("T2", currency="JPY")
    client = at_counter()
    assert numbers_on(client.get("/orders/?least=6800&most=6800")) == [yen.number]
    assert numbers_on(client.get("/orders/?least=204&most=204")) == [yuan.number]
    assert numbers_on(client.get("/orders/?least=6800.5")) == []
    assert set(numbers_on(client.get("/orders/?least=100"))) == {yuan.number, yen.number}
