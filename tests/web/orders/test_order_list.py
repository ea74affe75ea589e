"""The order list: what stands where, found by whatever one has in hand, in a fixed number of statements."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.web.counting import statements
from tests.web.orders.bench import LIN, SECRETS, Bench
from zhanggui.customers.sealing import Person
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import holds, progress
from zhanggui.orders.models import Order
from zhanggui.payments.models import Account
from zhanggui.web.frame import lately
from zhanggui.web.orders import listing

pytestmark = pytest.mark.django_db
Counter = Callable[..., Client]


def numbers_on(page: Any) -> list[str]:
    return re.findall(r'data-drawer>(?:<span class="sr">[^<]*</span>)?([0-9]{6}-[0-9]{5})</a></span>', page.content.decode())


def figures_on(page: Any) -> dict[str, str]:
    found = re.findall(r'<a href="[^"]*"[^>]*>([^<]+)<span class="n[^"]*"[^>]*>([^<]*)</span></a>', page.content.decode())
    return dict(found)


@pytest.mark.capability("M-01", "M-02", "M-03", "I-13")
def test_each_tab_holds_what_its_figure_counts(at_counter: Counter, bench: Bench) -> None:
    good = bench.put("T1")
    short = bench.put("T2", 50)
    unpaid = bench.put("T3", payment="unpaid", paid_minor=0, paid_at=None, stage="pending_payment")
    done = bench.put("T4", stage="completed")
    client = at_counter()
    first = client.get("/orders/")
    assert set(numbers_on(first)) == {good.number, short.number, unpaid.number}
    assert {key: value for key, value in figures_on(first).items() if value != "0"} == {
        "全部未发": "3",
        "待付款": "1",
        "待审核": "1",
        "异常": "1",
        "待配货": "1",
        "已完成": "1",
        "全部": "4",
    }
    assert numbers_on(client.get("/orders/?tab=held")) == [short.number]
    assert numbers_on(client.get("/orders/?tab=short")) == [short.number]
    assert numbers_on(client.get("/orders/?tab=approved")) == [good.number]
    assert numbers_on(client.get("/orders/?tab=completed")) == [done.number]
    assert numbers_on(client.get("/orders/?tab=pending_payment")) == [unpaid.number]
    body = first.content.decode()
    for said in ("青釉盖碗 150ml", "差 41 件", "缺货：GW-150-QY 只剩 9 件，本单要 50 件", "自动通过，全部检查合格", "¥3,400.00"):
        assert said in body, said


@pytest.mark.capability("M-05", "M-08", "I-13")
def test_one_box_finds_an_order_by_whatever_one_has_in_hand(at_counter: Counter, bench: Bench) -> None:
    lin = bench.put("2683114022918376012", person=LIN)
    shipped = bench.put("T2", stage="shipped", waybill="SF1437221087650", sku=bench.other, code="GDB-350")
    strange = bench.put("T3", sku=None, code="MUG-OLD-7")
    client = at_counter()

    def found(text: str) -> set[str]:
        return set(numbers_on(client.get("/orders/", {"q": text})))

    assert found(lin.number) == {lin.number}
    assert found("2683114022918376012") == {lin.number}
    assert found("sf1437221087650") == {shipped.number}
    assert found("7621") == {lin.number}
    assert found("138 0013 7621") == {lin.number}
    assert found("林") == {lin.number}
    assert found("林晓晓") == {lin.number}
    assert found("gdb-350") == {shipped.number}
    assert found("6901234567892") == {lin.number}
    assert found("MUG-OLD-7") == {strange.number}
    assert found(f"{lin.number}\n{shipped.number}, T3X9") == {lin.number, shipped.number}
    # A column pasted whole brings its heading along.
    assert found(f"订单号\n{lin.number}\n{shipped.number}") == {lin.number, shipped.number}
    assert found(f"林晓晓 {shipped.number}") == set(), "one number beside a name is no list"
    assert found("0000") == set()
    assert "没有找到这样的订单" in client.get("/orders/?q=nothing").content.decode()


@pytest.mark.capability("M-05")
def test_filters_add_up_and_each_can_be_taken_off(at_counter: Counter, bench: Bench) -> None:
    dear = bench.put("T1", 3, flag="red")
    cheap = bench.put("T2", 1, buyer_note="快点")
    bench.put("T3", person=LIN._replace(province="广东省", city="广州市", phone="13700000001"))
    client = at_counter()
    assert numbers_on(client.get("/orders/?least=200")) == [dear.number]
    assert numbers_on(client.get("/orders/?most=68&province=湖北&noted=on")) == [cheap.number]
    assert numbers_on(client.get("/orders/?flag=any")) == [dear.number]
    assert set(numbers_on(client.get("/orders/?sku=gw-150-qy&placed=today"))) >= {dear.number, cheap.number}
    assert numbers_on(client.get("/orders/?time=shipped&span=today")) == []
    page = client.get("/orders/?least=200&flag=red&time=placed&span=7d").content.decode()
    chips = dict(re.findall(r'<a class="pick on" href="([^"]*)"[^>]*><span class="k">([^<]*)</span>', page))
    assert sorted(chips.values()) == ["下单", "旗帜", "金额从"]
    assert not any("least" in href for href, label in chips.items() if label == "金额从")
    # What nobody can read is left out rather than refused.
    assert client.get("/orders/?least=abc&shop=zzz&since=yesterday&cursor=%00").status_code == 200


@pytest.mark.capability("M-04")
def test_an_order_is_marked_new_until_somebody_opens_it(at_counter: Counter, bench: Bench) -> None:
    order = bench.put("T1")
    client = at_counter()
    assert '<tr class="new">' in client.get("/orders/").content.decode()
    client.get(f"/orders/{order.pk}/", headers={"HX-Request": "true", "HX-Target": "drawer"})
    page = client.get("/orders/").content.decode()
    assert '<tr class="new">' not in page
    assert order.number in page


def test_a_second_reason_is_named_where_there_is_room_for_it(at_counter: Counter, bench: Bench) -> None:
    short = bench.put("T1", 900, sku=bench.other, code="GDB-350")
    holds.hold([short.pk], by=SYSTEM, at=bench.at)
    bench.put("T2", sku=None, code="NOBODY", person=Person("", "", "", "", "", "CN", "湖北省", "武汉市", "洪山区"), due_h=30)
    page = at_counter().get("/orders/").content.decode()
    cells = [cell.partition('class="l2"')[2] for cell in re.findall(r'<td class="c-where">(.*?)</td>', page, re.DOTALL)]
    assert [re.findall(r'<span class="chip[^>]*>([^<]*)<', cell) for cell in cells] == [["缺货", "挂起"], ["收货信息异常"]]
    assert ["+1" in cell for cell in cells] == [False, True]


@pytest.mark.capability("M-09")
def test_what_came_meanwhile_waits_behind_a_word(at_counter: Counter, bench: Bench) -> None:
    first = bench.put("T1")
    client = at_counter()
    assert client.get(f"/orders/newer/?since={first.pk}").status_code == 204
    bench.put("T2")
    bench.put("T3")
    said = client.get(f"/orders/newer/?since={first.pk}&tab=approved")
    assert "载入 2 张新订单" in said.content.decode()
    assert client.get(f"/orders/newer/?since={first.pk}&tab=held").status_code == 204


@pytest.mark.capability("I-05")
def test_pages_turn_both_ways_and_miss_nothing(at_counter: Counter, bench: Bench) -> None:
    for nth in range(53):
        bench.put(f"P{nth:03}", 1, sku=bench.other, code="GDB-350", due_h=nth // 10, idle=False)
    client = at_counter()
    first = client.get("/orders/")
    after = re.search(r'href="([^"]*)" rel="next"', first.content.decode())
    assert after is not None
    second = client.get(f"/orders/{after[1].replace('&amp;', '&')}")
    seen = [*numbers_on(first), *numbers_on(second)]
    assert len(seen) == 53
    assert len(set(seen)) == 53
    back = re.search(r'href="([^"]*)" rel="prev"', second.content.decode())
    assert back is not None
    assert numbers_on(client.get(f"/orders/{back[1].replace('&amp;', '&')}")) == numbers_on(first)


@pytest.fixture
def few_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest id says how many orders there may be, and one database counts on from story to story."""
    monkeypatch.setattr("zhanggui.orders.reading.asked.CAP", 10**9)


@pytest.mark.capability("M-08")
@pytest.mark.usefixtures("few_there_are")
def test_a_page_is_so_many_statements_however_many_rows(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    bench.put("T0")
    client.get("/orders/")
    for nth in range(30):
        bench.put(f"T{nth + 1}", 1 + nth % 3, idle=nth % 10 == 9, buyer_note="x")
    holds.hold([Order.objects.order_by("-pk")[0].pk], by=SYSTEM, at=bench.at)
    # The bare address asks once more: what this person likes to begin with. One of them is what the merchant calls the ways in.
    for address, most in (("/orders/", 15), ("/orders/?tab=all&q=周", 15), ("/orders/?tab=held&time=placed&span=7d&view=1", 15)):
        assert statements(client, address, afresh=False) <= most, address


def test_nothing_of_a_person_is_on_any_page(at_counter: Counter, bench: Bench) -> None:
    held = bench.put("T1", 99, person=LIN, buyer_note="送人")
    bench.put("T2", person=LIN)
    client = at_counter()
    drawer = {"HX-Request": "true", "HX-Target": "drawer"}
    pages = [
        client.get("/orders/"),
        client.get("/orders/?q=7621"),
        client.get(f"/orders/{held.pk}/"),
        client.get(f"/orders/{held.pk}/", headers=drawer),
        client.get("/review/"),
        client.get(f"/review/?reason=duplicate-suspected&order={held.pk}"),
        client.get("/orders/export/"),
    ]
    for page in pages:
        assert page.status_code == 200
        for secret in SECRETS:
            assert secret.encode() not in page.content, secret
    assert "林**" in pages[0].content.decode()
    assert "138****7621" in pages[2].content.decode()


def test_each_role_sees_no_more_than_its_own(at_counter: Counter, bench: Bench) -> None:
    approved, waiting = bench.put("T1", person=LIN), bench.put("T2", 99)
    warehouse = at_counter("warehouse")
    page = warehouse.get("/orders/")
    assert numbers_on(page) == [approved.number]
    assert "¥" not in page.content.decode()
    assert warehouse.get(f"/orders/{waiting.pk}/").status_code == 404
    assert warehouse.get("/orders/export/").status_code == 403
    finance = at_counter("finance")
    assert "林**" not in finance.get("/orders/").content.decode()
    assert numbers_on(finance.get("/orders/?q=7621")) == []
    assert numbers_on(finance.get(f"/orders/?q={approved.number}")) == [approved.number]
    readonly = at_counter("readonly").get("/orders/").content.decode()
    assert 'value="approve"' not in readonly
    assert 'value="cancel"' not in readonly


def test_an_empty_shop_says_how_to_begin(at_counter: Counter, shop_id: int) -> None:
    assert "导入第一批订单" in at_counter().get("/orders/").content.decode()
    assert "导入第一批订单" not in at_counter("finance").get("/orders/").content.decode()


def test_the_columns_one_hid_stay_hidden(at_counter: Counter, bench: Bench) -> None:
    bench.put("T1", person=LIN)
    client = at_counter()
    assert 'class="wide c-who"' in client.get("/orders/").content.decode()
    client.cookies["cols_orders"] = "who.note"
    assert 'class="wide c-who"' not in client.get("/orders/").content.decode()


def test_the_export_is_text_that_no_spreadsheet_runs(at_counter: Counter, bench: Bench) -> None:
    order = bench.put("=1+1", person=LIN, buyer_note="=cmd|' /C calc'!A0")
    progress.cancel([order.pk], by=SYSTEM, at=bench.at)
    answer = at_counter().get("/orders/export/?tab=all")
    assert "attachment" in answer["Content-Disposition"]
    header, row = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    said = dict(zip(header, row, strict=True))
    assert (said["订单号"], said["平台单号"], said["收件人"], said["电话"]) == (order.number, "'=1+1", "林**", "138****7621")
    assert (said["应付"], said["阶段"]) == (68, "已取消")
    assert said["买家留言"].startswith("'=")
    as_text = at_counter().get("/orders/export/?tab=all&form=csv").content.decode("utf-8-sig")
    assert ",68.00,68.00,CNY," in as_text
    # Taken along masked, and not unnoticed.
    told = Entry.objects.filter(name="OrdersTaken").order_by("pk").values_list("facts__rows", "facts__file")
    assert [(rows, file.rpartition(".")[2]) for rows, file in told] == [(1, "xlsx"), (1, "csv")]


def test_an_empty_tab_leads_on(at_counter: Counter, bench: Bench) -> None:
    bench.put("T1", stage="completed")
    client = at_counter()
    assert "看全部订单" in client.get("/orders/").content.decode()
    for tab in ("held", "late", "shipped"):
        assert "看没发的单" in client.get(f"/orders/?tab={tab}").content.decode(), tab
    assert "清空，看全部" in client.get("/orders/?q=nothing").content.decode()


def test_no_clock_runs_before_the_buyer_has_paid(at_counter: Counter, bench: Bench) -> None:
    unpaid = bench.put("T1", payment="unpaid", paid_minor=0, paid_at=None, stage="pending_payment", due_h=1)
    client = at_counter()
    listed = client.get("/orders/?tab=pending_payment").content.decode()
    # What runs is the time to pay: it says so, and is not the hour to ship.
    assert "剩 23 时" in listed or "剩 1 天" in listed
    assert "剩 59 分" not in listed
    head = client.get(f"/orders/{unpaid.pk}/").content.decode().split('class="title"')[1].split('class="scroll')[0]
    assert "剩" not in head
    Account.objects.update(due_at=None)
    assert "付款后算" in client.get("/orders/?tab=pending_payment").content.decode()


def test_a_tab_the_list_does_not_have_leads_to_the_one_it_begins_with(at_counter: Callable[..., Client], bench: Bench) -> None:
    for path in ("/orders/", "/stock/", "/tracking/", "/warehouse/waves/"):
        answer = at_counter().get(f"{path}?tab=review&q=a&cursor=x")
        assert (answer.status_code, answer.headers.get("Location")) == (302, f"{path}?q=a"), path
    assert at_counter().get("/orders/?tab=draft").status_code == 200
    assert at_counter("warehouse").get("/orders/?tab=pending_review").headers["Location"] == "/orders/"


@pytest.mark.capability("M-05", "M-08")
def test_among_very_many_a_wide_filter_is_counted_after_its_page(
    at_counter: Counter, bench: Bench, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    browser = at_counter("owner")
    Order.objects.filter(pk=bench.put("T1").pk).update(buyer_note="请尽快")
    query = "?tab=unshipped&noted=on"
    at_once = browser.get(f"/orders/{query}")
    monkeypatch.setattr(listing, "COUNTED_AT_ONCE", 0)
    monkeypatch.setattr(listing, "kept", listing.Kept(newest=1))
    later = browser.get(f"/orders/{query}")
    assert at_once.context["listing"].tabs[0].count == 1
    assert later.context["listing"].tabs[0].count is None
    assert numbers_on(later) == numbers_on(at_once) != []
    assert f'hx-get="/orders/tabs/{query.replace("&", "&amp;")}"' in later.content.decode()
    browser.get("/orders/tabs/")
    with django_assert_max_num_queries(8):
        counted = browser.get(f"/orders/tabs/{query}", headers={"HX-Request": "true"})
    assert [tab.count for tab in counted.context["listing"].tabs] == [tab.count for tab in at_once.context["listing"].tabs]
    assert "hx-get" not in counted.content.decode()
    # A refresh of the page by itself brings them along, so that they never vanish again.
    fresh = browser.get(f"/orders/{query}", headers={"X-Live": "1", "HX-Request": "true"})
    assert fresh.context["listing"].tabs[0].count == 1


@pytest.mark.capability("L-09")
def test_among_very_many_the_figures_are_shown_as_they_were_until_they_are_counted(
    at_counter: Counter, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = at_counter("owner")
    bench.put("T1")
    monkeypatch.setattr(listing, "COUNTED_AT_ONCE", 0)
    monkeypatch.setattr(listing, "kept", listing.Kept(newest=1))
    first = browser.get("/orders/")
    assert first.context["listing"].tabs[0].count is None
    assert 'hx-get="/orders/tabs/' in first.content.decode()
    assert browser.get("/orders/tabs/", headers={"HX-Request": "true"}).context["listing"].tabs[0].count == 1
    # Counted a moment ago, and nothing changed by this person since: that is what there is.
    again = browser.get("/orders/")
    assert again.context["listing"].tabs[0].count == 1
    assert 'hx-get="/orders/tabs/' not in again.content.decode()
    bench.put("T2")
    monkeypatch.setattr(lately, "FRESH_S", 0.0)
    older = browser.get("/orders/")
    assert older.context["listing"].tabs[0].count == 1
    assert 'hx-get="/orders/tabs/' in older.content.decode()
    assert browser.get("/orders/tabs/", headers={"HX-Request": "true"}).context["listing"].tabs[0].count == 2
    # Other filters are another question, and what was long ago is not shown at all.
    assert browser.get("/orders/?noted=on").context["listing"].tabs[0].count is None
    monkeypatch.setattr(listing, "STALE_S", 0)
    assert browser.get("/orders/").context["listing"].tabs[0].count is None


@pytest.mark.usefixtures("few_there_are")
@pytest.mark.capability("M-03", "M-08")
def test_every_tab_is_counted_with_filters_and_words_too_as_long_as_that_is_cheap(
    at_counter: Counter, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.put("T1", person=LIN, buyer_note="急"), bench.put("T2", person=LIN, stage="shipped", buyer_note="急"), bench.put("T3", stage="completed")
    client = at_counter()

    def counted(query: str) -> dict[str, str]:
        page = client.get(f"/orders/?{query}")
        tabs, smart = page.context["listing"].tabs, page.context["smart"]
        return {one.key: "…" if one.count is None and one.open else str(one.count) for one in (*tabs, *smart)}

    for query in ("noted=any", "q=林"):
        said = counted(query)
        assert [said[tab] for tab in ("unshipped", "shipped", "completed", "cancelled", "all", "new")] == ["1", "1", "0", "0", "2", "1"], query
    monkeypatch.setattr("zhanggui.orders.reading.asked.CAP", 0)
    said = counted("noted=any")
    # Among very many only what is not yet sent is counted, and of the rest it says that it is not.
    assert [said[tab] for tab in ("unshipped", "shipped", "all", "new")] == ["1", "…", "…", "…"]
    assert ">…</span>" in client.get("/orders/?noted=any").content.decode()
    # Words that name few orders are counted however many there are.
    assert [counted("q=林")[tab] for tab in ("shipped", "all")] == ["1", "2"]


@pytest.mark.capability("M-08")
def test_a_row_on_a_phone_says_who_and_how_much(at_counter: Counter, bench: Bench) -> None:
    bench.put("T1", person=LIN)
    seen = at_counter().get("/orders/").content.decode()
    (line,) = re.findall(r'<span class="l2 on-phone">(.*?)</td>', seen)
    assert ("林**" in line, "¥68.00" in line, LIN.name in line) == (True, True, False)
    (line,) = re.findall(r'<span class="l2 on-phone">(.*?)</td>', at_counter("warehouse").get("/orders/?tab=all").content.decode())
    assert "¥" not in line
