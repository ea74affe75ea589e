"""A new order by hand: written on one page, kept as it is typed, looked at whole, placed once."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.orders.bench import LIN, PRICE, SECRETS, Bench
from zhanggui.accounts.models import User
from zhanggui.carriers.commands import contracts
from zhanggui.catalog.models import Sku
from zhanggui.journal import jobs
from zhanggui.journal.models import Entry
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops.commands import privacy
from zhanggui.ops.privacy import holdings
from zhanggui.orders.commands import entry
from zhanggui.orders.models import Draft, Line, Order, Source
from zhanggui.stock.models import Claim

pytestmark = pytest.mark.django_db
Counter = Callable[..., Client]
PART = {"HX-Request": "true"}
KEY = "0123456789abcdef0123456789abcdef"
URL = f"/orders/new/{KEY}/"
MESSAGE = "林晓晓，13800137621\n湖北省武汉市洪山区珞喻路 12 号 3 栋 402\n青釉盖碗 2个"


@pytest.fixture
def counter(bench: Bench) -> Bench:
    Sku.objects.filter(pk=bench.sku).update(price_minor=PRICE, cost_minor=3100)
    Sku.objects.filter(pk=bench.other).update(price_minor=3990)
    return bench


def whole(bench: Bench, **more: str) -> dict[str, str]:
    """A sheet with everything a plain order needs."""
    return {
        "version": "0", "shop": str(bench.shop_id), "source": "phone", "kind": "normal", "name": "林晓晓", "phone": "13800137621",
        "province": "湖北省", "city": "武汉市", "district": "洪山区", "street": "珞喻路 12 号 3 栋 402", "method": "支付宝", "payment": "paid",
        "l0_sku": str(bench.sku), "l0_quantity": "2", "l0_unit": "", "l0_off": "", "l0_note": "要礼盒", "buyer_note": "送人", **more,
    }  # fmt: skip


def send(client: Client, facts: dict[str, str], do: str = "save", **headers: Any) -> Any:
    return client.post(URL, {**facts, "do": do}, headers=headers.get("headers"))


def placed(client: Client, facts: dict[str, str], **confirming: str) -> Order:
    assert send(client, facts, "preview")["Location"] == f"{URL}preview/"
    page = client.get(f"{URL}preview/").content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    answer = client.post(f"{URL}confirm/", {"version": version[1], "as": "order", **confirming})
    assert answer.status_code == 302, answer.content.decode()
    return Order.objects.select_related("recipient").get(drafts__key=KEY)


@pytest.mark.capability("I-01", "N-02", "N-04", "N-05", "N-06", "N-07", "N-08", "N-09", "N-13")
def test_what_was_written_becomes_one_order_with_everything_in_it(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()
    page = client.get("/orders/new/").content.decode()
    assert f'<option value="{counter.shop_id}" selected>' in page
    more = {"freight": "10", "seller_note": "老客户", "flag": "red", "internal_note": "电话里说的", "ship_by": "2027-01-05"}
    today = clock.day_of(clock.now())
    more["ships_from"] = today.isoformat()
    order = placed(client, whole(counter, **more))
    line = Line.objects.get(order=order)
    assert (order.source, order.kind, order.stage, order.payment, order.payment_method) == (
        "phone", "normal", "pending_review", "paid", "支付宝",
    )  # fmt: skip
    assert (order.total_minor, order.paid_minor, order.pieces) == (2 * PRICE + 1000, 2 * PRICE + 1000, 2)
    assert (line.quantity, line.unit_minor, line.note, line.ships_from) == (2, PRICE, "要礼盒", clock.day_bounds(today)[0])
    assert (order.buyer_note, order.seller_note, order.flag, order.internal_note) == ("送人", "老客户", "red", "电话里说的")
    assert (order.recipient.masked_name, order.recipient.masked_phone) == ("林**", "138****7621")
    assert clock.day_of(order.ship_by).isoformat() == "2027-01-05" if order.ship_by else False
    assert order.platform_no == order.number
    done = client.get(f"{URL}done/").content.decode()
    assert order.number in done
    assert "再开一单" in done
    jobs.run_until_idle()
    assert Order.objects.get(pk=order.pk).stage == "approved"
    assert sum(Claim.objects.values_list("pieces", flat=True)) == 2


@pytest.mark.capability("N-08")
def test_a_draft_order_waits_outside_the_flow_and_holds_no_stock(at_counter: Counter, counter: Bench) -> None:
    order = placed(at_counter(), whole(counter), **{"as": "draft"})
    jobs.run_until_idle()
    assert Order.objects.get(pk=order.pk).stage == "draft"
    assert not Claim.objects.exists()


@pytest.mark.capability("N-06")
def test_money_that_is_still_to_come_keeps_the_order_waiting(at_counter: Counter, counter: Bench) -> None:
    assert placed(at_counter(), whole(counter, payment="unpaid")).stage == "pending_payment"
    Draft.objects.all().delete()
    assert placed(at_counter(), whole(counter, payment="cod", method="货到付款", phone="13900000001")).stage == "pending_review"


@pytest.mark.capability("N-12", "L-09")
def test_nothing_typed_is_lost_on_the_way_to_the_preview_and_back(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()
    facts = whole(counter, discount="abc", l0_quantity="zwei", ship_by="morgen", ships_from="bald", freight="1.234")
    assert send(client, facts, "preview").status_code == 302
    preview = client.get(f"{URL}preview/").content.decode()
    assert "改好才能提交" in preview
    assert "确认提交" not in preview
    back = client.get(URL).content.decode()
    for text in ("abc", "zwei", "morgen", "bald", "1.234", "林晓晓", "珞喻路 12 号 3 栋 402", "要礼盒"):
        assert f'value="{text}"' in back, text
    assert not Order.objects.exists()


@pytest.mark.capability("N-10", "N-11", "N-03")
def test_the_preview_says_what_should_be_looked_at(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()
    twin = counter.put("T0", person=LIN)
    send(client, whole(counter, l0_quantity="99", l0_unit="20", payment="paid", paid="1"), "preview")
    page = client.get(f"{URL}preview/").content.decode()
    for said in ("只剩 9 件，这里要 99 件", "低于成本", twin.number, "少付", "改价原因"):
        assert said in page, said
    send(client, whole(counter, version="1", phone="", street="", l0_unit="0"), "preview")
    page = client.get(f"{URL}preview/").content.decode()
    for said in ("收货信息：", "没有电话", "的单价是 0"):
        assert said in page, said


@pytest.mark.capability("N-03")
def test_a_place_the_carrier_does_not_go_to_is_said(at_counter: Counter, counter: Bench, at: datetime) -> None:
    client = at_counter()
    contracts.enrol("yto", "圆通", no_service="西藏\n新疆 和田", by=SYSTEM, at=at)
    send(client, whole(counter, province="西藏自治区", city="拉萨市", district="城关区"), "preview")
    page = client.get(f"{URL}preview/").content.decode()
    assert "圆通 不到 西藏，换一家快递" in page
    assert "这里 中通" not in page
    contracts.enrol("zto", "中通", no_service="西藏", by=SYSTEM, at=at)
    page = client.get(f"{URL}preview/").content.decode()
    assert "圆通 不到 西藏，换一家快递" in page
    assert "这里 中通 不到" in page, "nor does the one somebody would take instead"


@pytest.mark.capability("I-12")
def test_a_way_in_that_was_switched_off_is_not_offered_and_takes_nothing(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()
    Source.objects.create(code="phone", kind="phone", name="电话", enabled=False, position=1, made_at=clock.now())
    assert '<option value="phone"' not in client.get("/orders/new/").content.decode()
    send(client, whole(counter), "preview")
    assert client.post(f"{URL}confirm/", {"version": "1", "as": "order"}).status_code == 409
    assert not Order.objects.exists()


@pytest.mark.capability("N-10", "N-03")
def test_the_preview_looks_at_where_an_address_lies(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()
    send(client, whole(counter, city="宜昌市"), "preview")
    assert "洪山区属于武汉市，不属于宜昌市" in client.get(f"{URL}preview/").content.decode()
    former = whole(counter, version="1", province="北京市", city="北京市", district="宣武区")
    send(client, former, "preview")
    page = client.get(f"{URL}preview/").content.decode()
    assert "宣武区现在叫西城区" in page
    assert "不属于" not in page


@pytest.mark.capability("N-11", "L-04")
def test_cost_is_said_only_to_who_may_see_it(at_counter: Counter, counter: Bench) -> None:
    Sku.objects.filter(pk=counter.sku).update(price_minor=2000)
    client = at_counter("reviewer")
    send(client, whole(counter), "preview")
    page = client.get(f"{URL}preview/").content.decode()
    assert "成本" not in page
    assert "31.00" not in page


@pytest.mark.capability("N-13", "L-09")
def test_sent_again_and_from_two_tabs_it_is_the_same_order(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()
    order = placed(client, whole(counter))
    for _ in range(3):
        assert client.post(f"{URL}confirm/", {"version": "1", "as": "order"})["Location"] == f"{URL}done/"
    assert client.get(URL)["Location"] == f"{URL}done/"
    assert client.get(f"{URL}preview/")["Location"] == f"{URL}done/"
    # The tab that still writes is told where it has gone.
    assert send(client, whole(counter, name="别人"), headers=PART).status_code == 409
    assert Order.objects.get() == order
    draft = Draft.objects.get()
    assert draft.sealed is None
    assert draft.masked_name == ""


def test_what_was_confirmed_is_what_was_looked_at(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()
    send(client, whole(counter), "preview")
    send(client, whole(counter, version="1", l0_quantity="5"))
    answer = client.post(f"{URL}confirm/", {"version": "1", "as": "order"})
    assert answer.status_code == 409
    assert "×5" in answer.content.decode()
    assert not Order.objects.exists()


@pytest.mark.capability("L-09")
def test_a_draft_is_kept_sealed_and_found_again_by_its_writer_alone(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()
    told = json.loads(send(client, whole(counter), headers=PART).content)
    assert told["version"] == 1
    assert told["total"] == "¥136.00"
    draft = Draft.objects.get()
    assert draft.masked_name == "林**"
    assert not any(secret.encode() in bytes(draft.sealed or b"") for secret in SECRETS)
    assert not Entry.objects.filter(name__contains="entry").exists()
    listed = client.get("/orders/drafts/").content.decode()
    assert KEY in listed
    assert "13800137621" not in listed
    assert "13800137621" in client.get(URL).content.decode()
    other = at_counter("reviewer")
    assert other.get(URL).status_code == 404
    assert other.post(f"{URL}confirm/", {"version": "1"}).status_code == 404
    assert KEY not in other.get("/orders/drafts/").content.decode()
    assert client.post(f"{URL}drop/").status_code == 302
    assert not Draft.objects.exists()


def test_two_windows_on_one_draft_do_not_write_over_each_other_unasked(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()
    send(client, whole(counter))
    assert send(client, whole(counter, version="1", name="甲"), headers=PART).status_code == 200
    answer = send(client, whole(counter, version="1", name="乙"), headers=PART)
    assert answer.status_code == 409
    page = send(client, whole(counter, version="1", name="乙"), "add").content.decode()
    assert "另一个窗口也在写" in page
    assert 'value="乙"' in page
    assert send(client, whole(counter, version="1", name="乙", mine="1"), headers=PART).status_code == 200
    assert 'value="乙"' in client.get(URL).content.decode()


@pytest.mark.capability("L-09")
def test_who_asks_to_be_erased_goes_from_drafts_too(at_counter: Counter, counter: Bench) -> None:
    order = counter.put("T0", person=LIN, stage="cancelled")
    send(at_counter(), whole(counter))
    held = holdings.found("13800137621")
    assert [row.key for row in held.drafts] == [KEY]
    privacy.erase(held.ids, found=privacy.sign(held, by=SYSTEM), by=SYSTEM, at=clock.now())
    assert not Draft.objects.exists()
    assert Order.objects.get(pk=order.pk).recipient.erased_at is not None


def test_drafts_nobody_touches_are_forgotten_after_a_month(at_counter: Counter, counter: Bench) -> None:
    send(at_counter(), whole(counter))
    assert entry.forget(at=clock.now() + timedelta(days=29)) == 0
    assert entry.forget(at=clock.now() + timedelta(days=31)) == 1


@pytest.mark.capability("N-02", "I-09")
def test_a_buyer_of_before_is_found_and_sent_to_without_being_shown(at_counter: Counter, counter: Bench) -> None:
    before = counter.put("T0", 3, person=LIN)
    client = at_counter("sales")
    User.objects.filter(email="sales@example.com").update(shop_ids=[counter.shop_id])
    for who in ("13800137621", "7621", "林晓晓"):
        found = client.post("/orders/new/buyers/", {"who": who}).content.decode()
        assert f"recipient:{before.recipient_id}" in found, who
        assert not any(secret in found for secret in SECRETS)
    assert "recipient:" not in client.post("/orders/new/buyers/", {"who": "林"}).content.decode()
    facts = whole(counter, name="", phone="7621", street="", province="", city="", district="", l0_sku="")
    page = send(client, facts, f"recipient:{before.recipient_id}").content.decode()
    assert "138****7621" in page
    assert not any(secret in page for secret in SECRETS)
    page = send(client, whole(counter, version="1", name="", phone="", street="", province="", city="", district="", l0_sku="",
                              recipient=str(before.recipient_id)), f"again:{before.pk}").content.decode()  # fmt: skip
    assert 'name="l0_quantity" value="3"' in page
    facts = {
        **facts,
        "version": "2",
        "phone": "",
        "recipient": str(before.recipient_id),
        "l0_sku": str(counter.sku),
        "l0_quantity": "3",
    }
    order = placed(client, facts)
    assert order.recipient_id != before.recipient_id
    assert (order.recipient.masked_name, order.recipient.masked_phone) == ("林**", "138****7621")
    assert order.recipient.person_token == before.recipient.person_token
    assert Entry.objects.filter(name="RecipientsOpened", subject_id=before.recipient_id).count() == 1


@pytest.mark.capability("L-04")
def test_nobody_is_found_or_sent_to_beyond_ones_own_shops(at_counter: Counter, counter: Bench) -> None:
    before = counter.put("T0", person=LIN)
    client = at_counter("sales")
    User.objects.filter(email="sales@example.com").update(shop_ids=[counter.shop_id + 1000])
    assert "recipient:" not in client.post("/orders/new/buyers/", {"who": "13800137621"}).content.decode()
    send(client, whole(counter, recipient=str(before.recipient_id)), "preview")
    assert client.post(f"{URL}confirm/", {"version": "1", "as": "order"}).status_code in (404, 422)
    assert Order.objects.count() == 1


@pytest.mark.capability("I-11", "N-02")
def test_a_pasted_message_fills_what_is_empty_and_writes_over_nothing(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()
    empty = {"version": "0", "shop": str(counter.shop_id), "source": "wechat", "payment": "paid", "name": "王五"}
    page = send(client, {**empty, "paste": MESSAGE}, "paste").content.decode()
    assert 'name="name" value="王五"' in page
    assert "消息里是「林晓晓」，没有改您填的" in page
    assert 'name="phone" value="13800137621"' in page
    assert '<option value="洪山区" selected>' in page
    assert f'name="l0_sku" value="{counter.sku}"' in page
    assert 'name="l0_quantity" value="2"' in page
    draft = entry.opened(Draft.objects.get())
    taken = {**draft.fields, "version": "1", **{f"l0_{cell}": text for cell, text in draft.lines[0].items()}}
    page = send(client, taken, "take:name").content.decode()
    assert 'name="name" value="林晓晓"' in page
    assert "没有改您填的" not in page


@pytest.mark.capability("N-02")
def test_a_sum_the_buyer_names_is_shown_where_ours_is_another(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()
    empty = {"version": "0", "shop": str(counter.shop_id), "source": "wechat", "payment": "paid"}
    assert "消息里说一共 130.00" in send(client, {**empty, "paste": f"{MESSAGE}\n一共 130 元"}, "paste").content.decode()
    same = f"{MESSAGE}\n一共 {PRICE * 2 // 100} 元"
    assert "消息里说一共" not in send(client, {**empty, "version": "1", "paste": same}, "paste").content.decode()


@pytest.mark.capability("N-04")
def test_a_scanner_adds_a_line_and_then_counts_up(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()
    facts = {"version": "0", "shop": str(counter.shop_id), "find": "6901234567892"}
    page = send(client, facts, "add").content.decode()
    assert 'name="l0_quantity" value="1"' in page
    page = send(client, {**facts, "version": "1", "l0_sku": str(counter.sku), "l0_quantity": "1"}, "add").content.decode()
    assert 'name="l0_quantity" value="2"' in page
    assert "可用 10" in page
    page = send(
        client, {**facts, "version": "2", "find": "blgdb", "l0_sku": str(counter.sku), "l0_quantity": "2"}, "add"
    ).content.decode()
    assert f'name="l1_sku" value="{counter.other}"' in page
    facts = {"version": "3", "l0_sku": str(counter.sku), "l0_quantity": "2", "l1_sku": str(counter.other), "l1_quantity": "1"}
    page = send(client, facts, "remove:0").content.decode()
    assert f'name="l0_sku" value="{counter.other}"' in page
    assert "l1_sku" not in page


def test_an_order_copied_is_a_sheet_and_no_order(at_counter: Counter, counter: Bench) -> None:
    order = counter.put("T0", 3, person=LIN)
    client = at_counter()
    page = client.get(client.post(f"/orders/{order.pk}/copy/")["Location"]).content.decode()
    assert 'name="l0_quantity" value="3"' in page
    assert "138****7621" in page
    assert not any(secret in page for secret in SECRETS)
    assert Order.objects.count() == 1


def test_the_page_asks_the_database_as_often_however_many_lines(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()

    def statements(many: int) -> int:
        lines = {
            f"l{nth}_{cell}": text
            for nth in range(many)
            for cell, text in (("sku", str(counter.sku if nth % 2 else counter.other)), ("quantity", "1"))
        }
        Draft.objects.all().delete()
        send(client, {**whole(counter), **lines})
        client.get(URL)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(URL).status_code == 200
        return len(asked)

    assert statements(1) == statements(30)


def test_places_are_chosen_from_the_table(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()
    assert "武汉市" in client.get("/orders/new/places/", {"province": "湖北省"}).json()["cities"]
    assert "洪山区" in client.get("/orders/new/places/", {"province": "湖北省", "city": "武汉市"}).json()["districts"]


def test_a_mark_no_database_keeps_is_left_out_wherever_it_was_pasted(at_counter: Counter, counter: Bench) -> None:
    """Some programs end what they copy with a zero byte; PostgreSQL refuses it in any text."""
    facts = {name: f"{text[:1]}\0{text[1:]}" for name, text in whole(counter, seller_note="急", street="珞喻路 12 号").items() if text}
    order = placed(at_counter("sales"), facts | {"version": "0", "l0_unit": "\0", "internal_note": "a\0b"})
    assert (order.buyer_note, order.internal_note, order.lines.get().note) == ("送人", "ab", "要礼盒")
    assert "\0" not in repr(list(Order.objects.values())) + repr(order.recipient.masked_street)
