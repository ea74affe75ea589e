"""The first steps of a shop: led from one to the next, skipped, taken up again, ticked by what is in the books."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhanggui.accounts import preferences
from zhanggui.accounts.house import standing
from zhanggui.carriers.models import Carrier
from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.catalog.models import Sku
from zhanggui.journal import jobs
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.models import Category, Order, Shop
from zhanggui.orders.queries import DEFAULT_SHOP
from zhanggui.stock.models import Level, Warehouse

pytestmark = [pytest.mark.django_db, pytest.mark.capability("G-01")]
OPENING = {"shop": "山野杂货", "name": "老板", "email": "boss@example.com", "password": "kettle-lamp-42"}
GOODS = {"g-TOTAL_FORMS": "3", "g-INITIAL_FORMS": "0"}


@pytest.fixture
def boss(db: None) -> Client:
    """Somebody who opened their shop a minute ago."""
    client = Client()
    client.post("/welcome/", OPENING)
    return client


def went(answer: Any) -> str:
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return str(answer["Location"])


def test_a_sender_is_looked_at_like_any_address(boss: Client) -> None:
    answer = boss.post("/start/warehouse/", {"name": "一仓", "sender_phone": "123", "sender_province": "江苏省", "sender_city": "杭州市"})
    page = answer.content.decode()
    assert answer.status_code == 422
    for said in ("不像电话号码", "杭州市属于浙江省，不属于江苏省"):
        assert said in page, said
    assert not Warehouse.objects.exists()
    assert went(boss.post("/start/warehouse/", {"name": "一仓", "sender_province": "浙江省"})) == "/start/carrier/", "the rest may wait"


def test_a_step_that_was_skipped_leads_on_to_the_next_that_is_left(boss: Client) -> None:
    for code in ("company", "warehouse", "carrier", "goods", "orders", "sorted", "templates"):
        boss.post(f"/start/{code}/", {"verb": "skip"})
    assert boss.get("/start/").status_code == 200, "nothing is open: this is the end"
    assert went(boss.post("/start/warehouse/", {"name": "一仓"})) == "/start/carrier/"
    assert went(boss.post("/start/carrier/", {"name": "中通"})) == "/start/goods/"


def test_from_an_empty_house_to_the_first_orders_by_the_steps_alone(boss: Client) -> None:
    home = boss.get("/").content.decode()
    assert "一步一步做" in home
    assert went(boss.get("/start/")) == "/start/company/"
    assert went(boss.post("/start/company/", {"name": "杭州山野商贸"})) == "/start/warehouse/"
    assert went(boss.post("/start/warehouse/", {"name": "杭州一仓", "sender_city": "杭州市"})) == "/start/carrier/"
    assert went(boss.post("/start/carrier/", {"name": "中通", "code": "ZTO"})) == "/start/goods/"
    rows = {"g-0-name": "青釉盖碗", "g-0-price": "68", "g-0-pieces": "10", "g-1-name": "茶杯", "g-1-code": "CB-6", "g-1-pieces": "4"}
    assert went(boss.post("/start/goods/", {**GOODS, **rows})) == "/start/orders/"
    assert went(boss.post("/start/orders/")) == "/start/sorted/"
    assert standing().name == "杭州山野商贸"
    assert (Warehouse.objects.get().sender["city"], Carrier.objects.get().code) == ("杭州市", "zto")
    assert list(Sku.objects.order_by("id").values_list("code", "price_minor")) == [("G1", 6800), ("CB-6", 0)]
    assert sorted(Level.objects.values_list("on_hand", flat=True)) == [4, 10]
    jobs.run_until_idle()
    assert Order.objects.count() == 3
    assert set(Order.objects.values_list("source", flat=True)) == {"demo"}
    assert "approved" in set(Order.objects.values_list("stage", flat=True))
    assert went(boss.post("/start/sorted/", {"usual": ["礼品"], "own": "团购、礼品 定做"})) == "/start/templates/"
    assert list(Category.objects.order_by("place").values_list("name", "hue")) == [("礼品", "red"), ("团购", "blue"), ("定做", "purple")]
    order = Order.objects.earliest("pk")
    assert f"/orders/{order.pk}/template/" in boss.get("/start/templates/").content.decode()
    boss.post(f"/orders/{order.pk}/template/", {"name": "茶样", "customer": "open"})
    assert "都做好了" in boss.get("/start/").content.decode()
    # Asked for again they are the same three.
    boss.post("/start/orders/")
    assert Order.objects.count() == 3


def test_every_step_is_skipped_and_taken_up_another_day(boss: Client) -> None:
    assert went(boss.post("/start/company/", {"verb": "skip"})) == "/start/warehouse/"
    assert went(boss.post("/start/warehouse/", {"verb": "skip"})) == "/start/carrier/"
    assert went(boss.get("/start/")) == "/start/carrier/"
    for code in ("carrier", "goods", "orders", "sorted", "templates"):
        boss.post(f"/start/{code}/", {"verb": "skip"})
    end = boss.get("/start/").content.decode()
    assert "有几步跳过了" in end
    assert end.count("跳过了") >= 7
    boss.post("/start/carrier/", {"name": "中通", "code": ""})
    assert Carrier.objects.get().code == "c1"
    assert re.search(r"做好 3 / 9", boss.get("/start/").content.decode())
    assert boss.post("/start/dance/", {"verb": "skip"}).status_code == 404


@pytest.mark.parametrize(("step", "said", "says"), [
    ("company", {"name": " "}, "这一项要填"), ("shop", {"name": "", "platform": "jd"}, "这一项要填"), ("warehouse", {"name": ""}, "这一项要填"),
    ("carrier", {"name": "中通", "code": "中通"}, "小写字母"), ("goods", GOODS, "至少写一样"),
    ("goods", {**GOODS, "g-0-name": "茶杯", "g-0-price": "abc", "g-1-name": "记得我"}, "不是金额"),
    ("goods", {**GOODS, "g-0-code": "CB"}, "写上名称"), ("sorted", {"own": " "}, "选一个或写一个"), ("sorted", {"own": "长" * 21}, "最多 20 个字"),
    ("goods", {**GOODS, "g-0-name": "a", "g-0-code": "AB-1", "g-1-name": "b", "g-1-code": "ab－1"}, "看起来是同一个"),
])  # fmt: skip
def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(step: str, said: dict[str, str], says: str, boss: Client) -> None:
    answer = boss.post(f"/start/{step}/", said)
    told = answer.content.decode()
    assert (answer.status_code, says in told) == (422, True)
    assert "记得我" in told or "g-1-name" not in said or said["g-1-name"] != "记得我"
    assert not Sku.objects.exists()


def test_the_list_is_put_away_and_comes_back_from_the_help(boss: Client) -> None:
    assert "开张清单" in boss.get("/").content.decode()
    boss.post("/start/away/", {"away": "1"})
    home = boss.get("/").content.decode()
    assert "建第一家店" not in home
    assert 'href="/start/"' in home, "the help still leads there"
    boss.post("/start/away/", {"away": "0"})
    assert "建第一家店" in boss.get("/").content.decode()


def test_each_role_sees_the_steps_that_are_its_own_and_no_other(boss: Client, client: Client, person: Any) -> None:
    client.force_login(person("warehouse"))
    home = client.get("/").content.decode()
    assert "下第一个波次" in home
    assert "建第一家店" not in home
    assert "一步一步做" not in home
    assert client.get("/start/").status_code == 403
    assert client.post("/start/company/", {"name": "x"}).status_code == 403
    client.force_login(person("reviewer"))
    home = client.get("/").content.decode()
    assert "审核通过第一单" in home
    assert "下第一个波次" not in home


def test_a_second_shop_is_opened_by_the_same_step(boss: Client) -> None:
    boss.post("/start/shop/", {"name": "山野天猫店", "platform": "tmall"})
    assert list(Shop.objects.order_by("id").values_list("name", "platform")) == [("山野杂货", "manual"), ("山野天猫店", "tmall")]


def test_whoever_has_two_shops_says_which_one_everything_begins_with(boss: Client) -> None:
    assert "就从「山野杂货」开始" in boss.get("/start/begin/").content.decode()
    boss.post("/start/shop/", {"name": "山野天猫店", "platform": "tmall"})
    assert went(boss.post("/start/company/", {"name": "杭州山野商贸"})) == "/start/begin/"
    second = Shop.objects.get(platform="tmall")
    assert went(boss.post("/start/begin/", {"shop": f"shop:{second.pk}"})) == "/start/warehouse/"
    assert preferences.of_the_house(DEFAULT_SHOP) == {"shop": second.pk}
    boss.post("/start/begin/", {"shop": "platform:tmall"})
    assert preferences.of_the_house(DEFAULT_SHOP) == {"platform": "tmall"}


def test_nobody_is_asked_who_they_are_while_they_open_their_house(boss: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The steps take longer than a confirmation holds; everything else in the settings still asks after it."""
    begun = clock.now()

    def after(minutes: int) -> None:
        now = begun + timedelta(minutes=minutes)
        monkeypatch.setattr(clock, "now", lambda: now)

    for minutes in range(20, 120, 20):
        after(minutes)
        assert went(boss.post("/start/company/", {"name": f"杭州山野商贸 {minutes}"})) == "/start/warehouse/"
        assert "/accounts/confirm/" in went(boss.get("/settings/tokens/new/"))
    after(121)
    assert "/accounts/confirm/" in went(boss.post("/start/company/", {"name": "换个名字"}))
    assert standing().name == "杭州山野商贸 100"


def test_goods_without_a_code_get_one_by_as_many_statements_however_many_there_are(boss: Client) -> None:
    def said(name: str, code: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            went(boss.post("/start/goods/", {**GOODS, "g-0-name": name, "g-1-name": f"{name}大", "g-1-code": code}))
        return len(asked)

    first = said("茶杯", "g2")
    goods.define([Definition(f"g{nth}", f"商品{nth}") for nth in range(20, 300)], by=SYSTEM, at=clock.now())
    assert said("茶壶", "g302") == first
    codes = dict(Sku.objects.filter(name__in=("茶杯", "茶壶")).values_list("name", "code"))
    assert codes["茶杯"] == "G1"
    assert int(codes["茶壶"].removeprefix("G")) >= 300
