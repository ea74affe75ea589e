"""Rules of automatic review on their pages: written without code and without script, tried, kept, switched, moved, dropped."""

from typing import Any

import pytest
from django.test import Client

from tests.web.orders.bench import Bench
from zhanggui.accounts.models import User
from zhanggui.journal import jobs
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import ruling
from zhanggui.orders.models import Order
from zhanggui.orders.models import Rule as Row
from zhanggui.orders.ruling.rule import Condition, Does, Gift, Rule

pytestmark = pytest.mark.django_db
FLAG = {"name": "大单插旗", "joined": "all", "rows": "1", "f-0": "pieces", "k-0": "pieces", "o-0": "at_least", "v-0": "3", "flag": "red"}


@pytest.fixture
def bench(shop_id: int) -> Bench:
    return Bench(shop_id, clock.now())


def told(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.capability("A-07")
def test_the_empty_page_teaches_with_two_examples_and_each_can_be_kept(owner_in: Client, shop_id: int) -> None:
    page = told(owner_in.get("/settings/rules/"))
    assert "还没有自动审单的规则" in page
    assert "应付 至少 ¥1,000.00" in page
    for code, name in (("dear", "大单先给财务看"), ("gift", "送礼的单插蓝旗")):
        assert f'href="/settings/rules/new/?example={code}"' in page
        assert f'value="{name}"' in told(owner_in.get(f"/settings/rules/new/?example={code}"))
    said = {
        "name": "大单先给财务看", "joined": "all", "rows": "1", "f-0": "total", "k-0": "total", "o-0": "at_least", "v-0": "1000", "c-0": "CNY",
        "asks": "1", "finance": "核对金额", "do": "save",
    }  # fmt: skip
    assert owner_in.post("/settings/rules/new/", said)["Location"] == "/settings/rules/"
    row = Row.objects.get()
    assert (row.conditions, row.does) == ([{"field": "total", "op": "at_least", "values": [100000, "CNY"]}], {"finance": "核对金额"})
    assert "请财务看：核对金额" in told(owner_in.get("/settings/rules/"))


def test_conditions_are_added_changed_and_taken_out_without_script(owner_in: Client, shop_id: int) -> None:
    two = told(owner_in.post("/settings/rules/new/", {**FLAG, "do": "add"}))
    assert 'name="f-1"' in two
    assert 'name="v-0" value="3"' in two
    # Another question begins anew: its own operators, no value of the one before.
    other = told(owner_in.post("/settings/rules/new/", {**FLAG, "f-0": "buyer_note", "do": "again"}))
    assert '<option value="contains" selected>' in other
    assert "</textarea>" in other
    assert ">3</textarea>" not in other
    shops = told(owner_in.post("/settings/rules/new/", {**FLAG, "f-0": "shop", "do": "again"}))
    assert f'<option value="{shop_id}">山野杂货</option>' in shops
    more = {**FLAG, "rows": "2", "f-1": "flag", "k-1": "flag", "o-1": "empty"}
    assert 'value="3"' not in told(owner_in.post("/settings/rules/new/", {**more, "do": "del-0"}))
    assert not Row.objects.exists()
    assert owner_in.post("/settings/rules/new/", more).status_code == 302
    assert [each["field"] for each in Row.objects.get().conditions] == ["pieces", "flag"]


def test_every_kind_of_value_and_action_is_kept_and_shown_again(owner_in: Client, bench: Bench, at: Any) -> None:
    said = {
        "name": "什么都有", "joined": "any", "stop": "1", "rows": "5",
        "f-0": "shop", "o-0": "one_of", "v-0": [str(bench.shop_id)], "f-1": "hour", "o-1": "within", "v-1": "22:00", "u-1": "00:00",
        "f-2": "any_sku", "o-2": "begins", "v-2": "GW-\n CZ- \n", "f-3": "weekday", "o-3": "one_of", "v-3": ["6", "7"],
        "f-4": "seller_note", "o-4": "empty", "waive": ["note-asks"], "holds": "1", "hold": "看", "gift": "gdb-350", "pieces": "2",
    }  # fmt: skip
    assert owner_in.post("/settings/rules/new/", said).status_code == 302
    row = Row.objects.get()
    assert [each["values"] for each in row.conditions] == [[bench.shop_id], [1320, 1440], ["GW-", "CZ-"], [6, 7], []]
    assert row.does == {"waives": ["note-asks"], "hold": "看", "gift": [bench.other, "GDB-350", 2]}
    page = told(owner_in.get(f"/settings/rules/{row.pk}/"))
    for part in ('value="22:00"', 'value="00:00"', ">GW-\nCZ-</textarea>", 'value="GDB-350"', f'<option value="{bench.shop_id}" selected>'):
        assert part in page, part
    assert "下单时刻 在这之间 22:00–24:00" in told(owner_in.get("/settings/rules/"))
    # Kept again as it is shown, it stays the version it was.
    assert owner_in.post(f"/settings/rules/{row.pk}/", {**said, "gift": "GDB-350"}).status_code == 302
    assert Row.objects.get().version == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": ""}, "给规则起个名字"),
        ({"name": "已有"}, "已经有一条规则叫这个名字"),
        ({"v-0": "很多"}, "填一个整数"),
        ({"v-0": ""}, "还没有填"),
        ({"f-0": ""}, "选好问什么"),
        ({"flag": ""}, "至少选一件要做的事"),
        ({"flag": "black"}, "没有这种旗子"),
        ({"gift": "NO-SUCH"}, "商品里没有这个编码"),
        ({"gift": "GDB-350", "pieces": "0"}, "件数填 1 到 99"),
        ({"waive": ["unpaid"]}, "非改好不可"),
        ({"warehouse": "999"}, "选的已经没有了"),
        ({"f-0": "total", "k-0": "total", "v-0": "1.234"}, "最多 2 位小数"),
        ({"f-0": "hour", "k-0": "hour", "v-0": "25:00", "u-0": "06:00"}, "时刻写成 22:00 这样"),
        ({"f-0": "shop", "k-0": "shop", "o-0": "one_of", "v-0": ["999"]}, "选的已经没有了"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_place_and_stays_as_typed(
    owner_in: Client, bench: Bench, at: Any, change: dict[str, Any], says: str
) -> None:
    ruling.make(Rule("已有", (Condition("pieces", "at_least", (1,)),), Does(flag="red")), enabled=False, by=SYSTEM, at=at)
    answer = owner_in.post("/settings/rules/new/", {**FLAG, **change})
    assert (answer.status_code, says in told(answer)) == (422, True)
    assert f'value="{change.get("name", FLAG["name"])}"' in told(answer)
    tried = owner_in.post("/settings/rules/new/", {**FLAG, **change, "do": "try"})
    assert tried.status_code == 200
    assert Row.objects.count() == 1


def test_a_rule_is_tried_before_it_is_kept(owner_in: Client, bench: Bench) -> None:
    bench.put("T1", 3)
    waits = bench.put("T2", 12)
    page = told(owner_in.post("/settings/rules/new/", {**FLAG, "do": "try"}))
    assert "会碰到 2 单" in page
    assert "现在等着审的会变 1 单" in page
    assert "件数 12（至少 3）" in page
    assert f'href="/orders/{waits.pk}/"' in page
    assert 'name="v-0" value="3"' in page
    assert (Row.objects.count(), set(Order.objects.values_list("flag", flat=True))) == (0, {""})


@pytest.mark.capability("A-07", "A-16")
def test_rules_are_switched_moved_and_dropped_and_the_order_tells_why(owner_in: Client, bench: Bench) -> None:
    for name in ("甲", "乙"):
        owner_in.post("/settings/rules/new/", {**FLAG, "name": name, "holds": "1", "hold": "看一眼"})
    first, second = Row.objects.order_by("place").values_list("pk", flat=True)
    order = bench.put("T1", 3)
    page = told(owner_in.get(f"/orders/{order.pk}/"))
    assert "规则「甲」第 1 版：挂起：看一眼、插红旗。因为件数 3（至少 3）" in page
    assert "「甲」看一眼；「乙」看一眼" in page
    assert owner_in.post(f"/settings/rules/{second}/up/").status_code == 302
    assert list(Row.objects.order_by("place").values_list("pk", flat=True)) == [second, first]
    for pk in (first, second):
        assert owner_in.post(f"/settings/rules/{pk}/off/").status_code == 302
    jobs.run_until_idle()
    assert Order.objects.get(pk=order.pk).stage == "approved"
    assert owner_in.post(f"/settings/rules/{first}/drop/").status_code == 302
    assert "删掉的规则" in told(owner_in.get("/settings/rules/"))
    gone = told(owner_in.get(f"/settings/rules/{first}/"))
    assert order.number in gone
    assert 'name="do"' not in gone
    for address in (f"/settings/rules/{first}/drop/", f"/settings/rules/{first}/nothing/", "/settings/rules/999/on/"):
        assert owner_in.post(address).status_code == 404
    assert owner_in.post(f"/settings/rules/{first}/", FLAG).status_code == 404


def test_whoever_may_not_see_prices_reads_no_amount_in_the_history(client: Client, person: Any, bench: Bench, at: Any) -> None:
    dear = (Condition("total", "at_least", (10000, "CNY")),)
    ruling.make(Rule("大单", dear, Does(flag="red", gift=Gift(bench.other, "", 1))), by=SYSTEM, at=at)
    order = bench.put("T1", 3)
    person("owner")
    client.force_login(User.objects.get(email="owner@example.com"))
    assert "应付 ¥204.00（至少 ¥100.00）" in told(client.get(f"/orders/{order.pk}/"))
    person("warehouse")
    client.force_login(User.objects.get(email="warehouse@example.com"))
    page = told(client.get(f"/orders/{order.pk}/"))
    assert "规则「大单」第 1 版" in page
    assert "¥204.00" not in page


def test_the_pages_speak_english(owner_in: Client, bench: Bench) -> None:
    owner_in.post("/settings/rules/new/", FLAG)
    order = bench.put("T1", 3)
    owner_in.cookies["language"] = "en"
    assert "Pieces at least 3" in told(owner_in.get("/settings/rules/"))
    page = told(owner_in.post("/settings/rules/new/", {**FLAG, "do": "try"}))
    assert "it would meet 1 order" in page
    assert "Pieces 3 (at least 3)" in page
    assert "version 1: flag it Red" in told(owner_in.get(f"/orders/{order.pk}/"))
