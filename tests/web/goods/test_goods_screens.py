"""The goods on screen: who sees what, saying what a piece is, out to a file and back."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.web.counting import statements
from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.catalog.models import Sku
from zhanggui.connectors.goods_file import wire
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db
Person = Callable[..., Any]
DRAWER = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "drawer"}


def stock_up(at: datetime, many: int = 3) -> list[int]:
    made = [
        Definition(f"CUP-{n:03d}", f"保温杯 {n}", "墨绿", f"6900000{n:06d}", "杯", 380, 12900, 4800, "CNY") for n in range(many)
    ]
    return list(goods.define(made, by=SYSTEM, at=at).ids.values())


def test_the_owner_sees_prices_and_costs_and_the_warehouse_neither(
    client: Client, person: Person, shop_id: int, at: datetime
) -> None:
    first = stock_up(at)[0]
    for role, price, cost in (
        ("owner", True, True),
        ("finance", True, True),
        ("reviewer", True, False),
        ("warehouse", False, False),
    ):
        client.force_login(person(role))
        for page in ("/goods/", f"/goods/{first}/"):
            text = client.get(page).content.decode()
            assert ("129.00" in text) is price, (role, page)
            assert ("48.00" in text) is cost, (role, page)


def test_sorting_by_a_hidden_price_tells_nothing(client: Client, person: Person, shop_id: int, at: datetime) -> None:
    stock_up(at)
    client.force_login(person("warehouse"))
    page = client.get("/goods/?sort=-cost_minor")
    assert page.status_code == 200
    assert 'aria-sort="descending"' not in page.content.decode()


def test_the_list_costs_the_same_for_three_and_for_forty(client: Client, person: Person, shop_id: int, at: datetime) -> None:
    client.force_login(person("owner"))
    stock_up(at, 3)
    few = statements(client, "/goods/")
    stock_up(at, 40)
    assert statements(client, "/goods/") == few
    assert few <= 20


def test_a_page_leads_on_and_back(client: Client, person: Person, shop_id: int, at: datetime) -> None:
    client.force_login(person("owner"))
    stock_up(at, 60)
    page = client.get("/goods/")
    assert len(page.context["page"].rows) == 50
    on = client.get(f"/goods/?cursor={page.context['page'].next}")
    assert [sku.code for sku in on.context["page"].rows] == [f"CUP-{n:03d}" for n in range(50, 60)]


def test_a_search_finds_by_code_name_or_barcode_and_says_when_nothing_is_there(
    client: Client, person: Person, shop_id: int, at: datetime
) -> None:
    stock_up(at, 12)
    client.force_login(person("owner"))
    for q in ("CUP-007", "保温杯 7", "6900000000007"):
        assert [sku.code for sku in client.get("/goods/", {"q": q}).context["page"].rows] == ["CUP-007"]
    assert "没有搜到「茶壶」" in client.get("/goods/", {"q": "茶壶"}).content.decode()


def test_money_is_typed_as_people_write_it(client: Client, person: Person, shop_id: int) -> None:
    client.force_login(person("owner"))
    told = {"code": "POT-1", "name": "侧把壶", "spec": "1L", "barcode": "", "category": "", "weight_g": "1100"}
    answer = client.post("/goods/new/", {**told, "price": "¥1,228.5", "cost": "76"})
    assert answer.status_code == 302
    sku = Sku.objects.get(code="POT-1")
    assert (sku.price_minor, sku.cost_minor, sku.weight_g) == (122850, 7600, 1100)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("price", "abc", "「abc」不是金额"),
        ("price", "68.005", "最多 2 位小数"),
        ("price", "-1", "不能是负数"),
        ("price", "NaN", "「NaN」不是金额"),
        ("price", "12,50", "「12,50」不是金额"),
        ("weight_g", "1.5", "请填整数克"),
        ("code", " ", "请填商品编码"),
        ("code", "cup-000", "已有编码 CUP-000"),
        ("barcode", "6900000000001", "CUP-001 用着这个条码"),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_nothing_typed_is_lost(
    client: Client, person: Person, shop_id: int, at: datetime, field: str, value: str, says: str
) -> None:
    stock_up(at)
    client.force_login(person("owner"))
    told = {"code": "NEW-1", "name": "新杯子", "price": "68.00", field: value}
    answer = client.post("/goods/new/", told)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert says in text
    assert "新杯子" in text
    assert not Sku.objects.filter(code="NEW-1").exists()


def test_the_warehouse_changes_barcode_and_weight_and_nothing_else(
    client: Client, person: Person, shop_id: int, at: datetime
) -> None:
    first = stock_up(at)[0]
    client.force_login(person("warehouse"))
    client.post(f"/goods/{first}/", {"barcode": "6911111111111", "weight_g": "400", "price": "1", "name": "便宜货"})
    sku = Sku.objects.get(pk=first)
    assert (sku.barcode, sku.weight_g, sku.price_minor, sku.name) == ("6911111111111", 400, 12900, "保温杯 0")
    assert client.get("/goods/new/").status_code == 403


def test_finance_changes_the_cost_alone(client: Client, person: Person, shop_id: int, at: datetime) -> None:
    first = stock_up(at)[0]
    client.force_login(person("finance"))
    client.post(f"/goods/{first}/", {"cost": "50.00", "price": "1"})
    sku = Sku.objects.get(pk=first)
    assert (sku.cost_minor, sku.price_minor) == (5000, 12900)


def test_who_only_reads_cannot_act(client: Client, person: Person, shop_id: int, at: datetime) -> None:
    first = stock_up(at)[0]
    client.force_login(person("readonly"))
    assert client.get("/goods/").status_code == 200
    assert "新商品" not in client.get("/goods/").content.decode()
    assert client.get("/goods/new/").status_code == 403
    assert client.post(f"/goods/{first}/", {"name": "x"}).status_code == 403


def test_the_drawer_is_a_part_and_a_page(client: Client, person: Person, shop_id: int, at: datetime) -> None:
    first = stock_up(at)[0]
    client.force_login(person("owner"))
    part = client.get(f"/goods/{first}/", **DRAWER).content.decode()
    whole = client.get(f"/goods/{first}/").content.decode()
    assert "<html" not in part
    assert "CUP-000" in part
    assert "<html" in whole
    assert 'class="drawer open"' in whole


def test_saving_goes_back_to_the_list_one_came_from_and_never_elsewhere(
    client: Client, person: Person, shop_id: int, at: datetime
) -> None:
    first = stock_up(at)[0]
    client.force_login(person("owner"))
    told = {"name": "保温杯", "price": "1.00"}
    assert client.post(f"/goods/{first}/", {**told, "back": "/goods/?q=CUP"}).headers["Location"] == "/goods/?q=CUP"
    assert client.post(f"/goods/{first}/", {**told, "back": "//evil.example/"}).headers["Location"] == "/goods/"


def test_an_export_keeps_every_digit_and_comes_back_in(client: Client, person: Person, shop_id: int, at: datetime) -> None:
    goods.define([Definition("0012", "带零的", "", "00690", "", 5, 6800, 2300, "CNY")], by=SYSTEM, at=at)
    client.force_login(person("owner"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/goods/export/").content)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["商品编码", "商品名称", "规格", "条码", "重量(克)", "售价", "成本价", "类目"]
    assert rows[1] == ["0012", "带零的", "", "00690", 5.0, 68.0, 23.0, ""]
    assert wire.FILE.certainty([str(cell) for cell in rows[0]]) > 80


def test_an_export_is_for_those_whose_grant_is_not_narrowed_to_another_and_bounded_for_some(
    client: Client, person: Person, shop_id: int, at: datetime
) -> None:
    stock_up(at, 3)
    client.force_login(person("warehouse"))
    # The warehouse takes pick lists along, and nothing else.
    assert client.get("/goods/export/").status_code == 403
    assert "/goods/export/" not in client.get("/goods/").content.decode()
    stock_up(at, 1001)
    client.force_login(person("readonly"))
    assert "一次最多导出 1000 行" in client.get("/goods/export/").content.decode()


def test_an_empty_shop_is_told_the_next_step(client: Client, person: Person, shop_id: int) -> None:
    client.force_login(person("owner"))
    assert "还没有商品" in client.get("/goods/").content.decode()
