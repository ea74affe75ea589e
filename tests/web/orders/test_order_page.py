"""One order: what it says, how each reason to stop is mended there, and who may look behind the mask."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.web.orders.bench import LIN, PRICE, Bench
from zhanggui.catalog.models import Sku
from zhanggui.customers import queries as customers
from zhanggui.journal import jobs
from zhanggui.journal.events import EVENTS
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import holds
from zhanggui.orders.models import Hold, Line, Order
from zhanggui.web.orders import history

pytestmark = pytest.mark.django_db
Counter = Callable[..., Client]
DRAWER = {"HX-Request": "true", "HX-Target": "drawer"}
SEEN = re.compile(r'name="(was-[a-z]+)" value="([^"]*)"')


def open_codes(order: Order) -> set[str]:
    return set(Hold.objects.filter(order=order, cleared_at=None).values_list("code", flat=True))


def stage(order: Order) -> str:
    return str(Order.objects.values_list("stage", flat=True).get(pk=order.pk))


def mend(client: Client, order: Order, do: str, **facts: Any) -> Any:
    return client.post(f"/orders/{order.pk}/mend/", {"do": do, **facts}, headers=DRAWER)


@pytest.mark.capability("M-06", "M-07", "A-14")
def test_the_drawer_and_the_page_say_everything_of_an_order(at_counter: Counter, bench: Bench) -> None:
    order = bench.put("2683", 99, person=LIN, buyer_note="别放价签")
    client = at_counter()
    drawer = client.get(f"/orders/{order.pk}/", headers=DRAWER).content.decode()
    assert "<html" not in drawer
    page = client.get(f"/orders/{order.pk}/").content.decode()
    for text in (drawer, page):
        for said in (
            "待审核",
            "缺货：GW-150-QY 只剩 10 件，本单要 99 件",
            "GW-150-QY 改成现有 10 件",
            "¥6,732.00",
            "138****7621",
            "别放价签",
            "第一次买",
            "进了系统",
            "拦下：缺货",
        ):
            assert said in text, said
    assert "先处理 1 项拦截" in drawer
    assert client.get("/orders/999999/").status_code == 404


@pytest.mark.capability("A-07", "A-10")
def test_too_few_pieces_are_mended_by_fewer_or_by_other_goods(at_counter: Counter, bench: Bench) -> None:
    fewer, other = bench.put("T1", 12), bench.put("T2", 15)
    client = at_counter()
    line = Line.objects.get(order=fewer)
    answer = mend(client, fewer, "quantity", line=line.pk, value="10")
    assert "<html" not in answer.content.decode()
    fresh = Order.objects.get(pk=fewer.pk)
    assert (fresh.pieces, fresh.goods_minor, fresh.total_minor) == (10, 10 * PRICE, 10 * PRICE)
    assert fresh.stage == "approved"
    assert "已自动通过" in json.loads(answer["HX-Trigger"])["toast"]["toasts"][0]["note"]
    mend(client, other, "swap", line=Line.objects.get(order=other).pk, sku="gdb-350")
    swapped = Line.objects.get(order=other)
    assert (swapped.sku_id, swapped.sku_code, swapped.total_minor, stage(other)) == (
        bench.other,
        "GDB-350",
        15 * PRICE,
        "approved",
    )
    assert Entry.objects.filter(name="OrderChanged", subject_id=other.pk).get().facts == {
        "order_id": other.pk, "fields": ["goods"], "currency": "CNY",
            "changes": [{"field": "goods", "old": "GW-150-QY", "new": "GDB-350"}],
    }  # fmt: skip


@pytest.mark.capability("A-02", "A-07")
def test_a_strange_code_is_matched_once_for_all_that_wait(at_counter: Counter, bench: Bench) -> None:
    one, two = bench.put("T1", sku=None, code="MUG-OLD-7"), bench.put("T2", sku=None, code="MUG-OLD-7")
    done = bench.put("T3", sku=None, code="MUG-OLD-7", stage="completed")
    client = at_counter()
    line = Line.objects.get(order=one)
    refused = mend(client, one, "match", line=line.pk, sku="nothing")
    assert refused.status_code == 422
    assert "没有「nothing」" in json.loads(refused["HX-Trigger"])["toast"]["toasts"][0]["text"]
    answer = mend(client, one, "match", line=line.pk, sku=" gw-150-qy ", everywhere="1")
    assert json.loads(answer["HX-Trigger"])["toast"]["toasts"][0]["text"] == "对应好了 2 单"
    assert (stage(one), stage(two)) == ("approved", "approved")
    assert Line.objects.get(order=done).sku_id is None
    picker = client.get("/orders/skus/?sku=盖碗").content.decode()
    assert '<option value="GW-150-QY">' in picker


@pytest.mark.capability("A-01", "A-07")
def test_an_address_is_completed_and_what_is_left_blank_stays(at_counter: Counter, bench: Bench) -> None:
    order = bench.put("T1", person=LIN._replace(street=""))
    assert open_codes(order) == {"address-incomplete"}
    mend(at_counter(), order, "address", street="珞喻路 15 号", name="")
    fresh = Order.objects.select_related("recipient").get(pk=order.pk)
    assert (fresh.stage, fresh.recipient.masked_name, fresh.recipient.masked_street) == ("approved", "林**", "珞喻路 ***")
    told = Entry.objects.get(name="OrderChanged", subject_id=order.pk)
    assert told.facts["fields"] == ["street"]
    assert "15 号" not in json.dumps(told.facts, ensure_ascii=False)


@pytest.mark.capability("A-11", "A-12")
def test_money_that_is_not_there_is_waited_for_or_agreed_otherwise(at_counter: Counter, bench: Bench) -> None:
    cod, paid = (bench.put(no, payment="partial", paid_minor=1) for no in ("T1", "T2"))
    client = at_counter()
    mend(client, cod, "payment", value="cod")
    mend(client, paid, "payment", value="paid")
    assert (stage(cod), stage(paid)) == ("approved", "approved")
    assert Order.objects.get(pk=paid.pk).paid_minor == paid.total_minor
    assert mend(client, cod, "payment", value="paid").status_code == 409


@pytest.mark.capability("A-06")
def test_a_suspected_double_leads_to_the_other_and_to_the_comparison(at_counter: Counter, bench: Bench) -> None:
    first, second = bench.put("T1", person=LIN), bench.put("T2", person=LIN)
    client = at_counter()
    text = client.get(f"/orders/{second.pk}/", headers=DRAWER).content.decode()
    assert f"和 {first.number} 同一收件人、有同款" in text
    assert f"/review/compare/{second.pk}/{first.pk}/" in text
    client.post(f"/orders/{second.pk}/act/", {"verb": "approve"}, headers=DRAWER)
    assert stage(second) == "approved"


@pytest.mark.capability("M-07", "M-10")
def test_notes_are_kept_and_two_who_write_lose_nothing(at_counter: Counter, bench: Bench) -> None:
    order = bench.put("T1")
    client, other = at_counter(), at_counter("reviewer")
    seen = dict(SEEN.findall(client.get(f"/orders/{order.pk}/").content.decode()))
    url, headers = f"/orders/{order.pk}/notes/", {"HX-Request": "true", "HX-Target": "notes"}
    mine = {**seen, "internal": "易碎，加气泡", "seller": "", "flag": "yellow"}
    assert "存好了" in client.post(url, mine, headers=headers).content.decode()
    late = other.post(url, {**mine, "internal": "送人"}, headers=headers)
    assert late.status_code == 422
    text = late.content.decode()
    assert "刚被别人改过" in text
    assert "易碎，加气泡" in text
    assert ">送人</textarea>" in text
    fresh = Order.objects.get(pk=order.pk)
    assert (fresh.internal_note, fresh.flag, fresh.version) == ("易碎，加气泡", "yellow", 3)
    again = dict(SEEN.findall(text))
    assert again["was-internal"] == "易碎，加气泡"
    other.post(url, {**mine, **again, "internal": "送人"}, headers=headers)
    assert Order.objects.get(pk=order.pk).internal_note == "送人"
    assert at_counter("readonly").post(url, {**mine, **again}, headers=headers).status_code == 403


@pytest.mark.capability("M-10")
def test_of_two_who_write_in_different_fields_each_keeps_what_they_wrote(at_counter: Counter, bench: Bench) -> None:
    order = bench.put("T1")
    client, other = at_counter(), at_counter("reviewer")
    url, headers = f"/orders/{order.pk}/notes/", {"HX-Request": "true", "HX-Target": "notes"}
    page = client.get(f"/orders/{order.pk}/").content.decode()
    seen = dict(SEEN.findall(page))
    assert set(seen) == {"was-flag", "was-internal", "was-seller"}
    client.post(url, {**seen, "internal": "先发这单\r\n易碎", "seller": "", "flag": "red"}, headers=headers)
    told = other.post(url, {**seen, "internal": "", "seller": "送贺卡", "flag": ""}, headers=headers).content.decode()
    assert "存好了" in told
    assert 'value="red" checked' in told
    fresh = Order.objects.get(pk=order.pk)
    assert (fresh.internal_note.split(), fresh.seller_note, fresh.flag) == (["先发这单", "易碎"], "送贺卡", "red")
    # Of one field both changed, both are shown; nothing is sent by itself then, and theirs may stay.
    late = {**seen, "internal": "我也写", "seller": "", "flag": "blue"}
    told = other.post(url, late, headers=headers).content.decode()
    assert "内部备注现在是：先发这单" in told
    assert "旗标现在是：红" in told
    assert "卖家备注现在是" not in told
    assert "change delay" not in told
    assert ">送贺卡</textarea>" in told
    again = dict(SEEN.findall(told))
    kept = other.post(url, {**late, **again, "theirs": "1"}, headers=headers).content.decode()
    assert 'value="red" checked' in kept
    assert Order.objects.get(pk=order.pk).internal_note.startswith("先发这单")


def test_looking_behind_the_mask_needs_a_right_and_a_reason_and_is_written_down(at_counter: Counter, bench: Bench) -> None:
    order = bench.put("T1", person=LIN)
    url, headers = f"/orders/{order.pk}/reveal/", {"HX-Request": "true"}
    reviewer = at_counter("reviewer")
    assert reviewer.post(url, {"part": "phone"}, headers=headers).status_code == 422
    answer = reviewer.post(url, {"part": "phone", "why": "联系买家"}, headers=headers)
    assert "13800137621" in answer.content.decode()
    assert "林晓晓" not in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    told = Entry.objects.get(name="RecipientRevealed", subject_id=order.recipient_id)
    assert (told.actor_name, told.facts["why"]) == ("reviewer", "联系买家")
    customers.opened([order.recipient_id], by=SYSTEM, at=bench.at, why="waybill")
    history = reviewer.get(f"/orders/{order.pk}/").content.decode()
    for words in ("看了收件人明文", "联系买家", "取面单号"):
        assert words in history
    for role in ("readonly", "finance", "warehouse"):
        assert at_counter(role).post(url, {"part": "phone", "why": "x"}, headers=headers).status_code == 403
        assert 'class="menu eye"' not in at_counter(role).get(f"/orders/{order.pk}/").content.decode()


def test_what_is_approved_is_no_longer_edited(at_counter: Counter, bench: Bench) -> None:
    order = bench.put("T1")
    client = at_counter()
    answer = mend(client, order, "quantity", line=Line.objects.get(order=order).pk, value="2")
    assert answer.status_code == 409
    assert "先反审核" in json.loads(answer["HX-Trigger"])["toast"]["toasts"][0]["note"]
    assert mend(client, order, "address", street="x").status_code == 409
    assert mend(client, order, "nonsense").status_code == 400
    foreign = bench.put("T2", 99)
    assert mend(client, foreign, "quantity", line=Line.objects.get(order=order).pk, value="2").status_code == 404


@pytest.mark.capability("A-16", "M-07")
def test_the_story_of_an_order_is_told_in_sentences(at_counter: Counter, bench: Bench) -> None:
    order = bench.put("T1")
    holds.hold([order.pk], by=SYSTEM, at=bench.at)
    client = at_counter()
    client.post(f"/orders/{order.pk}/act/", {"verb": "clear"}, headers=DRAWER)
    client.post(f"/orders/{order.pk}/act/", {"verb": "unapprove", "why": "地址要改"}, headers=DRAWER)
    client.post(f"/orders/{order.pk}/act/", {"verb": "cancel", "why": "不要了"}, headers=DRAWER)
    jobs.run_until_idle()
    text = client.get(f"/orders/{order.pk}/", headers=DRAWER).content.decode()
    story = re.findall(r"<li><time[^>]*>[^<]*</time><div>([^<]*)", text)
    assert story == ["取消，占住的货放回", "反审核，占住的货放回", "解除：挂起", "拦下：挂起", "审核通过，货占住了", "进了系统"]
    assert "Order" not in "".join(story)
    assert "恢复订单" in text


def test_every_event_of_the_path_has_its_sentence() -> None:
    ours = {name for name, kind in EVENTS.items() if kind.subject in ("order", "parcel", "recipient")} - {"OrderEvent"}
    assert ours <= set(history.PLAIN) | set(history.SAYS)


def test_an_order_with_nothing_left_to_do_has_no_bar_to_do_it_with(at_counter: Counter, bench: Bench) -> None:
    done, waiting = bench.put("T1", stage="completed"), bench.put("T2", 99)
    client = at_counter()
    assert 'class="one-foot"' not in at_counter("finance").get(f"/orders/{done.pk}/").content.decode()
    # Whoever may create orders copies it, or keeps it as a template; there is no verb left.
    page = client.get(f"/orders/{done.pk}/").content.decode()
    assert ("存为模板" in page, 'name="verb"' in page) == (True, False)
    assert 'class="one-foot"' in client.get(f"/orders/{waiting.pk}/").content.decode()


@pytest.mark.capability("M-07")
def test_where_the_goods_are_what_is_promised_and_what_is_left_to_pay(at_counter: Counter, bench: Bench) -> None:
    Sku.objects.filter(pk=bench.sku).update(cost_minor=5000)
    waits = bench.put("T1", 20, payment="partial", paid_minor=100_00)
    text = at_counter().get(f"/orders/{waits.pk}/").content.decode()
    for said in ("货在哪", "杭州一仓", "还差", "¥1,260.00", "毛利 ¥360.00"):
        assert said in text, said
    fine = bench.put("T2", 2)
    assert "占用 2" in at_counter().get(f"/orders/{fine.pk}/").content.decode()
    others = at_counter("reviewer").get(f"/orders/{waits.pk}/").content.decode()
    assert "毛利" not in others
    assert "¥" not in at_counter("warehouse").get(f"/orders/{fine.pk}/").content.decode()


@pytest.mark.capability("M-10")
def test_who_may_changes_the_address_of_an_approved_order_on_its_page(at_counter: Counter, bench: Bench) -> None:
    order = bench.put("T-door")
    assert order.stage == "approved"
    assert 'value="readdress"' not in at_counter("warehouse").get(f"/orders/{order.pk}/").content.decode()
    client = at_counter("reviewer")
    assert 'value="readdress"' in client.get(f"/orders/{order.pk}/").content.decode()
    said = {"do": "readdress", "version": str(order.version), "street": "中山路 1 号", "why": "买家写错了门牌"}
    assert client.post(f"/orders/{order.pk}/mend/", said).status_code == 302
    assert Order.objects.get(pk=order.pk).version == order.version + 1
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert "买家写错了门牌" in page
    assert client.post(f"/orders/{order.pk}/mend/", {**said, "street": "解放路 2 号"}).status_code == 409, "somebody changed it since"
