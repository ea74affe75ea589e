"""Stock on screen: how much, for whom, why; receiving, counting, keeping back."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.fulfilment.floor import Floor
from tests.web.counting import statements
from zhanggui.fulfilment.commands import picks
from zhanggui.journal import jobs
from zhanggui.orders.models import Order
from zhanggui.stock.models import Bin, Ledger, Level, Shelf

pytestmark = pytest.mark.django_db
Person = Callable[..., Any]


@pytest.fixture
def floor(shop_id: int, at: Any) -> Floor:
    return Floor(shop_id, at, plugin="")


@pytest.mark.capability("K-01")
def test_the_list_shows_on_hand_promised_and_free(client: Client, person: Person, floor: Floor) -> None:
    floor.shelf("A-01", "CUP", 10)
    floor.orders({"CUP": 4})
    client.force_login(person("owner"))
    (level,) = client.get("/stock/").context["page"].rows
    assert (level.on_hand, level.claimed, level.free) == (10, 4, 6)
    assert "A-01" in client.get("/stock/").content.decode()


def test_tabs_count_what_is_short_and_what_is_low(client: Client, person: Person, floor: Floor) -> None:
    cup, pot, jug = floor.shelf("A-01", "CUP", 2), floor.shelf("A-02", "POT", 9), floor.shelf("A-03", "JUG", 50)
    floor.orders({"CUP": 2})
    client.force_login(person("owner"))
    client.post(f"/stock/{pot}/safety/", {f"level_{Level.objects.get(sku_id=pot).pk}": "20", "why": "留着做样品"})
    tabs = {tab.key: tab.count for tab in client.get("/stock/").context["listing"].tabs}
    assert tabs == {"all": 3, "waited": 0, "short": 2, "low": 1}
    assert {row.sku_id for row in client.get("/stock/?tab=short").context["page"].rows} == {cup, pot}
    assert {row.sku_id for row in client.get("/stock/?tab=low").context["page"].rows} == {pot}
    assert jug


def test_the_list_costs_the_same_for_three_and_for_forty(client: Client, person: Person, floor: Floor) -> None:
    client.force_login(person("owner"))
    for n in range(3):
        floor.shelf(f"A-{n:02d}", f"S{n}", 5)
    few = statements(client, "/stock/")
    for n in range(3, 40):
        floor.shelf(f"A-{n:02d}", f"S{n}", 5)
    assert statements(client, "/stock/") == few
    assert few <= 24


@pytest.mark.capability("K-03", "K-05")
def test_the_drawer_adds_up_and_names_who_holds_the_pieces(client: Client, person: Person, floor: Floor) -> None:
    sku = floor.shelf("A-01", "CUP", 10)
    floor.shelf("B-07", "CUP", 5)
    (order_id,) = floor.orders({"CUP": 4})
    client.force_login(person("owner"))
    client.post(f"/stock/{sku}/count/", {f"bin_{Bin.objects.get(code='B-07').pk}": "3", "why": "lost"})
    card = client.get(f"/stock/{sku}/").context["card"]
    assert {str(part.word): part.pieces for part in card["parts"]} == {"收货入库": 15, "盘点改数": -2}
    assert sum(part.pieces for part in card["parts"]) == card["sums"]["on_hand"] == 13
    assert card["free"] == 13 - 4
    number = Order.objects.values_list("number", flat=True).get(pk=order_id)
    assert [(name, claim.pieces) for claim, name, _href in card["claims"]] == [(number, 4)]
    running = [row.left for row in card["history"] if row.left is not None]
    assert running == [13, 15, 10]


def test_the_drawer_costs_the_same_however_long_the_history(client: Client, person: Person, floor: Floor) -> None:
    sku = floor.shelf("A-01", "CUP", 10)
    floor.orders({"CUP": 1})
    client.force_login(person("owner"))
    few = statements(client, f"/stock/{sku}/", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="drawer")
    floor.orders(*({"CUP": 1} for _ in range(8)))
    for _ in range(10):
        floor.shelf("A-01", "CUP", 1)
    assert statements(client, f"/stock/{sku}/", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="drawer") == few
    assert few <= 15


@pytest.mark.capability("K-05")
def test_pieces_come_in_by_barcode_and_orders_that_waited_go_on(client: Client, person: Person, floor: Floor) -> None:
    floor.shelf("A-01", "CUP", 1)
    (order_id,) = floor.orders({"CUP": 3})
    assert floor.stage(order_id) == "pending_review"
    client.force_login(person("warehouse"))
    told = {"goods": "69CUP", "warehouse": str(floor.warehouse_id), "bin": "A-09", "pieces": "5", "note": "采购 12"}
    assert client.post("/stock/receive/", told).headers["Location"] == "/stock/receive/"
    assert floor.lies("CUP") == {"A-01": 1, "A-09": 5}
    jobs.run_until_idle()
    assert floor.stage(order_id) == "approved"
    assert Ledger.objects.filter(kind="received").latest("id").note == "采购 12"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("goods", "NOPE", "没有编码或条码是 NOPE 的商品"),
        ("pieces", "0", "至少 1 件"),
        ("pieces", "9999999", "一次最多 1,000,000 件"),
    ],
)
def test_what_cannot_be_received_is_said_beside_the_field(
    client: Client, person: Person, floor: Floor, field: str, value: str, says: str
) -> None:
    floor.shelf("A-01", "CUP", 1)
    client.force_login(person("owner"))
    told = {"goods": "CUP", "warehouse": str(floor.warehouse_id), "bin": "", "pieces": "1", field: value}
    answer = client.post("/stock/receive/", told)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert floor.lies("CUP") == {"A-01": 1}


def test_a_count_below_what_is_promised_says_the_numbers_and_who_is_in_the_way(
    client: Client, person: Person, floor: Floor
) -> None:
    sku = floor.shelf("A-01", "CUP", 10)
    floor.orders({"CUP": 4}, {"CUP": 3})
    client.force_login(person("warehouse"))
    bin_id = Shelf.objects.get(sku_id=sku).bin_id
    answer = client.post(f"/stock/{sku}/count/", {f"bin_{bin_id}": "2", "why": "lost"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "CUP 已答应出去 7 件，这么改只剩 2 件，不够" in text
    assert "看占着它的 2 单" in text
    assert 'value="2"' in text
    assert floor.lies("CUP") == {"A-01": 10}


def test_a_count_needs_a_number_and_a_reason_of_its_own_needs_words(client: Client, person: Person, floor: Floor) -> None:
    sku = floor.shelf("A-01", "CUP", 10)
    client.force_login(person("warehouse"))
    bin_id = Shelf.objects.get(sku_id=sku).bin_id
    assert "一个数都没填" in client.post(f"/stock/{sku}/count/", {"why": "cycle"}).content.decode()
    assert "请写一句原因" in client.post(f"/stock/{sku}/count/", {f"bin_{bin_id}": "9", "why": "other"}).content.decode()
    found = {"bin": "Z-01", "bin_pieces": "2", "warehouse": str(floor.warehouse_id), "why": "found", "note": "夹层里"}
    assert client.post(f"/stock/{sku}/count/", found).status_code == 302
    assert floor.lies("CUP") == {"A-01": 10, "Z-01": 2}
    assert Ledger.objects.latest("id").note == "多出来的 · 夹层里"


def test_keeping_back_less_lets_those_who_waited_go_on(client: Client, person: Person, floor: Floor) -> None:
    sku = floor.shelf("A-01", "CUP", 5)
    level = Level.objects.get(sku_id=sku)
    client.force_login(person("owner"))
    client.post(f"/stock/{sku}/safety/", {f"level_{level.pk}": "4", "why": "留着做样品"})
    (order_id,) = floor.orders({"CUP": 2})
    assert floor.stage(order_id) == "pending_review"
    client.post(f"/stock/{sku}/safety/", {f"level_{level.pk}": "0", "why": "不用留了"})
    jobs.run_until_idle()
    assert floor.stage(order_id) == "approved"


def test_roles_see_and_do_what_they_may(client: Client, person: Person, floor: Floor) -> None:
    sku = floor.shelf("A-01", "CUP", 10)
    floor.orders({"CUP": 4})
    client.force_login(person("readonly"))
    assert client.get("/stock/").status_code == 200
    for page in ("/stock/receive/", f"/stock/{sku}/count/", f"/stock/{sku}/safety/"):
        assert client.get(page).status_code == 403
        assert client.post(page, {}).status_code == 403
    client.force_login(person("warehouse"))
    assert client.get(f"/stock/{sku}/safety/").status_code == 403
    client.force_login(person("sales"))
    text = client.get(f"/stock/{sku}/").content.decode()
    assert "可用" in text
    assert "在库" not in text
    assert "A-01" not in text


def test_a_shop_without_a_warehouse_is_led_to_make_one(client: Client, person: Person, db: None) -> None:
    client.force_login(person("owner"))
    for path in ("/stock/", "/stock/receive/"):
        text = client.get(path).content.decode()
        assert "先建一个仓库" in text
        assert 'href="/settings/warehouses/new/"' in text
    client.force_login(person("warehouse"))
    text = client.get("/stock/").content.decode()
    assert "请店主先" in text
    assert "/settings/warehouses/new/" not in text


def test_what_orders_wait_for_has_a_tab_of_its_own(client: Client, person: Person, floor: Floor) -> None:
    cup, pot = floor.shelf("A-01", "CUP", 2), floor.shelf("A-02", "POT", 9)
    floor.orders({"CUP": 3}, {"POT": 1})
    client.force_login(person("owner"))
    tabs = {tab.key: tab.count for tab in client.get("/stock/").context["listing"].tabs}
    # Two lie there and can be promised: not short, and yet somebody waits for three.
    assert (tabs["waited"], tabs["short"]) == (1, 0)
    assert [row.sku_id for row in client.get("/stock/?tab=waited").context["page"].rows] == [cup]
    (waiting,) = client.get(f"/stock/{cup}/").context["card"]["waiting"]
    assert waiting.wanted == 3
    assert not client.get(f"/stock/{pot}/").context["card"]["waiting"]


def test_pieces_that_only_changed_their_place_are_one_line(client: Client, person: Person, floor: Floor, owner: Any, at: Any) -> None:
    sku = floor.shelf("A-01", "CUP", 10)
    wave_id = floor.wave({"CUP": 4})
    picks.confirm_waves([wave_id], by=owner, at=at)
    client.force_login(person("owner"))
    carried = [row for row in client.get(f"/stock/{sku}/").context["card"]["history"] if row.onto]
    assert [(str(row.word), str(row.place), str(row.onto), row.delta, row.left) for row in carried] == [("拣走", "A-01", "待打包", 4, 10)]


def test_a_refused_number_is_refused_in_the_language_of_the_screen(client: Client, person: Person, floor: Floor) -> None:
    client.force_login(person("owner"))
    client.cookies["language"] = "en"
    told = {"goods": "CUP", "warehouse": str(floor.warehouse_id), "bin": "", "pieces": "0"}
    assert "At least 1." in client.post("/stock/receive/", told).content.decode()


def test_an_export_says_the_same_numbers(client: Client, person: Person, floor: Floor) -> None:
    floor.shelf("A-01", "CUP", 10)
    floor.orders({"CUP": 4})
    client.force_login(person("owner"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/stock/export/").content)).get_sheet_by_index(0).to_python()
    assert rows[1] == ["CUP", "商品CUP", "HZ", 10.0, 4.0, 0.0, 6.0]
