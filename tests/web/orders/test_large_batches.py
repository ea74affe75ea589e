"""All that match at once, step by step; what was left out said with its fix, and tried again; numbers that were not found."""

import csv
import io
import json
import re
from collections.abc import Callable

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.web.orders.bench import LIN, Bench
from tests.web.orders.test_order_batches import batch, stage, toasts
from tests.web.orders.test_order_list import numbers_on
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import holds
from zhanggui.orders.models import Order
from zhanggui.web.orders import batches, outcome

pytestmark = pytest.mark.django_db
Counter = Callable[..., Client]
BESIDE = {"HX-Request": "true", "HX-Target": "drawer"}


@pytest.mark.capability("A-15", "M-08")
def test_all_that_match_are_done_step_by_step_and_undone_at_once(
    at_counter: Counter, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "STEP", 3)
    soft = [bench.put(f"S{nth}", paid_minor=100, idle=nth == 6) for nth in range(7)]
    short = bench.put("short", 99)
    bench.put("elsewhere", stage="completed")
    client = at_counter()
    facts = {"verb": "approve", "every": "1", "asked": "tab=pending_review", "ids": [soft[0].pk]}
    answer = client.post("/orders/batch/", facts, headers={"HX-Request": "true"})
    assert json.loads(answer["HX-Trigger"])["drawer"] == {"url": "/orders/result/"}
    seen = []
    for _turn in range(5):
        page = client.get("/orders/result/", headers=BESIDE).content.decode()
        step = re.search(r'name="step" value="(\d+)"', page)
        if step is None:
            break
        seen.append(re.search(r'value="(\d+)" aria-label', page)[1])  # type: ignore[index]
        last = client.post("/orders/run/", {"step": step[1]}, headers=BESIDE)
        # The same step sent twice is done once.
        if len(seen) == 1:
            client.post("/orders/run/", {"step": step[1]}, headers=BESIDE)
    assert seen == ["0", "3", "6"]
    assert {stage(order) for order in soft} == {"approved"}
    told = toasts(last)[0]
    assert (told["text"], told["note"]) == ("审核通过 7 单", "1 单没有，看原因和办法")
    assert short.number in page
    client.post(told["undo"], headers={"HX-Request": "true"})
    assert {stage(order) for order in soft} == {"pending_review"}


@pytest.mark.capability("A-15")
def test_all_that_match_are_those_that_were_there_when_they_were_counted(at_counter: Counter, bench: Bench) -> None:
    first = [bench.put(f"S{nth}", paid_minor=100) for nth in range(2)]
    client = at_counter()
    upto = re.search(r'name="upto" value="(\d+)"', client.get("/orders/?tab=pending_review").content.decode())
    assert upto is not None
    late = bench.put("late", paid_minor=100)
    client.post("/orders/batch/", {"verb": "approve", "every": "1", "asked": "tab=pending_review", "upto": upto[1]})
    assert ([stage(order) for order in first], stage(late)) == (["approved", "approved"], "pending_review")


def test_a_large_batch_stops_where_one_says_so(at_counter: Counter, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "STEP", 2)
    orders = [bench.put(f"T{nth}", idle=nth == 4) for nth in range(5)]
    client = at_counter()
    # Without scripts the batch that goes on is a page.
    answer = client.post("/orders/batch/", {"verb": "hold", "ids": [order.pk for order in orders]})
    assert answer["Location"] == "/orders/result/"
    client.post("/orders/run/", {"step": "0"})
    stopped = client.post("/orders/run/", {"step": "1", "stop": "1"})
    assert stopped["Location"] == "/orders/result/"
    assert Order.objects.filter(holds__gt=0).count() == 2
    assert "挂起 2 单" in client.get("/orders/").content.decode()


@pytest.mark.capability("A-16")
def test_what_was_left_out_is_tried_again_once_it_is_mended(at_counter: Counter, bench: Bench) -> None:
    soft, other = bench.put("soft", paid_minor=100), bench.put("other", 40)
    client = at_counter()
    batch(client, "plan", soft, other)
    page = client.get("/orders/result/", headers=BESIDE).content.decode()
    ids = re.findall(r'name="ids" value="(\d+)"', page)
    assert ids == [str(soft.pk), str(other.pk)]
    assert 'name="verb" value="plan"' in page
    batch(client, "approve", soft)
    client.post("/orders/batch/", {"verb": "plan", "ids": ids}, headers={"HX-Request": "true"})
    assert (stage(soft), stage(other)) == ("fulfilling", "pending_review")


@pytest.mark.capability("M-05", "M-08")
def test_of_pasted_numbers_those_not_found_are_named(at_counter: Counter, bench: Bench) -> None:
    one, two = bench.put("T100A1"), bench.put("T100A2", stage="shipped", waybill="SF1437221087650")
    client = at_counter()
    page = client.get("/orders/", {"q": f"{one.number}\nsf1437221087650\nNO-SUCH-1\nT100A2,NO-SUCH-2"})
    said = page.content.decode()
    assert set(numbers_on(page)) == {one.number, two.number}
    assert "粘贴了 5 项，找到 3 项" in said
    assert re.findall(r'<span class="mono">(NO-SUCH-\d)</span>', said) == ["NO-SUCH-1", "NO-SUCH-2"]
    # What one may not see is not found either.
    hidden = at_counter("warehouse").get("/orders/", {"q": f"{one.number}\nNO-SUCH-1"}).content.decode()
    assert "粘贴了 2 项，找到 1 项" in hidden
    assert "项，找到" not in client.get("/orders/?q=林").content.decode()


@pytest.mark.capability("M-02")
def test_a_file_holds_the_columns_that_are_shown_in_their_order_masked(at_counter: Counter, bench: Bench) -> None:
    order = bench.put("T1", person=LIN, buyer_note="=1+1", payment_method="支付宝")
    client = at_counter()
    client.cookies["cols_orders"] = "!no.method.who.goods.note"
    answer = client.get("/orders/export/?form=csv&tab=all")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["订单号", "店铺", "平台单号", "付款方式", "收件人", "电话", "省", "市", "区县", "商品", "商品编码", "件数", "旗标",
                       "买家留言", "卖家备注", "内部备注", "下单时间", "发货时限", "阶段", "拦截原因", "发货时间"]  # fmt: skip
    said = dict(zip(*rows, strict=True))
    assert (said["订单号"], said["付款方式"], said["收件人"], said["电话"], said["买家留言"]) == (
        order.number, "支付宝", "林**", "138****7621", "'=1+1",
    )  # fmt: skip
    whole = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/orders/export/?columns=all&tab=all").content))
    header = whole.get_sheet_by_index(0).to_python()[0]
    assert {"来源", "分类", "仓库", "买家", "应付", "付款时间"} <= set(header)
    assert at_counter("warehouse").get("/orders/export/?form=csv").status_code == 403


@pytest.mark.capability("M-02", "M-05")
def test_columns_are_chosen_and_moved_and_the_first_stays_first(at_counter: Counter, bench: Bench) -> None:
    bench.put("T1", person=LIN)
    client = at_counter()
    every = [column.key for column in client.get("/orders/").context["listing"].every_column]
    asks = {"all": every, "show": ["who", "source"], "fixed": ["no", "goods", "due", "where"], "next": "/orders/"}
    client.post("/columns/orders/", {**asks, "up": "source"})

    def shown() -> list[str]:
        return [column.key for column in client.get("/orders/").context["listing"].columns]

    assert shown() == ["no", "goods", "who", "due", "source", "where"]
    client.post("/columns/orders/", {**asks, "all": shown(), "up": "no"})
    assert shown()[0] == "no"
    page = client.get("/orders/").content.decode()
    assert "c-source" in page
    assert "c-carrier" not in page
    client.post("/columns/orders/", {**asks, "as_it_was": "1"})
    assert "source" not in shown()


def test_the_menu_of_a_row_offers_what_its_stage_and_the_role_allow(at_counter: Counter, bench: Bench) -> None:
    order, sent = bench.put("T1", paid_minor=100), bench.put("T2", stage="shipped")
    client = at_counter()
    menu = client.get(f"/orders/{order.pk}/menu/").content.decode()
    assert re.findall(r'name="verb" value="(approve|hold|cancel|plan|flag:red)"', menu) == [
        "approve",
        "hold",
        "cancel",
        "flag:red",
    ]
    assert 'value="approve"' not in client.get(f"/orders/{sent.pk}/menu/").content.decode()
    readonly = at_counter("readonly").get(f"/orders/{order.pk}/menu/").content.decode()
    assert 'name="verb"' not in readonly
    assert at_counter("warehouse").get(f"/orders/{order.pk}/menu/").status_code == 404


@pytest.mark.capability("A-16")
def test_a_result_tells_of_every_order_what_became_of_it_page_by_page(
    at_counter: Counter, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcome, "PAGE", 3)
    soft, approved, held = bench.put("soft", paid_minor=100), bench.put("ready"), bench.put("held")
    holds.hold([held.pk], by=SYSTEM, at=bench.at)
    gone, draft, short = bench.put("gone", stage="shipped"), bench.put("draft", stage="draft"), bench.put("short", 99)
    client = at_counter()
    batch(client, "approve", soft, approved, held, gone, draft, short)
    pages = [client.get(f"/orders/result/?from={at}", headers=BESIDE).content.decode() for at in (0, 3)]
    said = {number: rest for page in pages for number, rest in re.findall(r">([A-Z0-9-]+)</a>(.*?)</li>", page, re.DOTALL)}
    assert list(said) == [short.number, approved.number, held.number, *[gone.number, draft.number], soft.number]
    for order, why, fix in (
        (short, "缺货：GW-150-QY 只剩", "补货后会自动再审；也可以改数量或换商品。"),
        (approved, "早就审核通过了", "不用再做，可以排波次了。"),
        (held, "早就审核通过了，现在被拦下：挂起", "解挂，就能排波次。"),
        (gone, "现在是「已发货」", "早就审核过了，不用再做。"),
        (draft, "现在是「草稿」", "先提交草稿，再审核。"),
        (soft, "做成了", ""),
    ):
        assert why in said[order.number]
        assert fix in said[order.number]
    assert ("from=3" in pages[0], "from=0" in pages[1]) == (True, True)
    # Tried again is what may go otherwise the next time.
    assert re.findall(r'name="ids" value="(\d+)"', pages[0]) == [str(short.pk)]


def test_a_result_of_hundreds_stops_nowhere(at_counter: Counter, bench: Bench) -> None:
    left = [bench.put(f"S{nth}", stage="shipped", idle=nth == 29) for nth in range(30)]
    client = at_counter()
    batch(client, "approve", *left)
    page = client.get("/orders/result/", headers=BESIDE).content.decode()
    assert all(order.number in page for order in left)
    assert "没有列出来" not in page


@pytest.mark.capability("M-05")
def test_the_menu_of_a_row_leads_to_whatever_is_filled_in_elsewhere(at_counter: Counter, bench: Bench) -> None:
    held, ready, sent = bench.put("T1", 99), bench.put("T2"), bench.put("T3", stage="shipped")

    def leads(order: Order, role: str = "owner") -> list[str]:
        menu = at_counter(role).get(f"/orders/{order.pk}/menu/").content.decode()
        return re.findall(rf'<a class="item" href="(?:/orders/{order.pk}/)?([^"]*?)"(?! data-drawer)', menu)

    copy = ["/orders/copies/?ids={}", "template/", "#log"]
    assert leads(held) == ["edit/", "#notes", copy[0].format(held.pk), *copy[1:]]
    assert leads(ready) == ["#buyer", "#notes", copy[0].format(ready.pk), *copy[1:]]
    assert leads(sent) == ["#notes", copy[0].format(sent.pk), *copy[1:]]
    assert leads(held, "readonly") == ["#log"]
    page = at_counter().get(f"/orders/{ready.pk}/").content.decode()
    assert all(f'id="{place}"' in page for place in ("buyer", "notes", "log"))
