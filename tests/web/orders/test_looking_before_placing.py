"""What the page of a new order says before anything is placed: beside its fields, and on the preview."""

import pytest

from tests.web.orders.bench import Bench
from tests.web.orders.test_new_order import URL, Counter, counter, placed, send, whole
from zhanggui.orders.models import Order

__all__ = ["counter"]
pytestmark = pytest.mark.django_db


@pytest.mark.capability("N-02", "N-10")
def test_the_preview_says_what_a_message_left_open(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()
    facts = whole(counter, unsure=f"name sku:{counter.sku} sku:{counter.other}", rest="买了×2；毛巾", told="158.50")
    send(client, facts, "preview")
    page = client.get(f"{URL}preview/").content.decode()
    for said in ("识别得没把握：收件人", "识别得没把握：青釉盖碗 150ml。", "消息里还没用上：买了×2；毛巾", "消息里说一共 158.50，这里应付 136.00"):
        assert said in page, said
    assert "没有发现问题" not in page
    assert "确认提交" in page, "it is a warning: who has looked may place it"
    send(client, {**facts, "version": "1", "freight": "22.50"}, "preview")
    assert "消息里说一共" not in client.get(f"{URL}preview/").content.decode(), "now it comes to what the message said"
    send(client, {**facts, "version": "2"}, "sure")
    page = client.get(f"{URL}preview/").content.decode()
    assert "没有发现问题" in page
    assert "识别得没把握" not in page


@pytest.mark.capability("N-10", "N-12")
def test_the_first_look_says_everything_and_beside_each_field(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()
    facts = {"version": "0", "shop": "", "phone": "1381234", "freight": "-5", "payment": "unpaid"}
    send(client, facts, "preview")
    page = client.get(f"{URL}preview/").content.decode()
    for said in ("店铺", "还没有商品", "没有收件人", "电话不对", "没有详细地址", "没有省市", "运费：不能是负数"):
        assert said in page, said
    beside = "不像电话号码"
    assert beside in client.get(URL).content.decode(), "what was typed is told wrong at once"
    assert "没有收件人姓名" not in client.get(URL).content.decode(), "nobody has come to it yet"
    page = client.get(f"{URL}?looked=1").content.decode()
    for said in ("没有收件人姓名", beside, "没有详细地址", "省和市都要选", "先选一家店", "还没有商品"):
        assert said in page, said
    told = send(client, {**facts, "version": "1"}, headers={"HX-Request": "true"}).json()
    assert list(told["doubts"]) == ["phone"]
    assert told["wrong"] == {"freight": "不能是负数。"}


@pytest.mark.capability("N-13", "L-09")
def test_what_another_window_changed_is_shown_and_may_be_placed_as_it_stands(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()
    send(client, whole(counter), "preview")
    send(client, whole(counter, version="1", l0_quantity="5"))
    for _reload in range(2):
        answer = client.post(f"{URL}confirm/", {"version": "1", "as": "order"})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "这张草稿刚在另一个窗口里改过" in page
        assert "×5" in page
        assert "刚被别人改过" not in page, "it was oneself, and a draft has no name"
        assert 'name="version" value="2"' in page
        assert "确认提交" in page
    assert client.get(f"{URL}confirm/")["Location"] == f"{URL}preview/"
    assert not Order.objects.exists()
    assert client.post(f"{URL}confirm/", {"version": "2", "as": "order"})["Location"] == f"{URL}done/"
    assert client.get(f"{URL}confirm/", follow=True).request["PATH_INFO"] == f"{URL}done/"
    assert Order.objects.count() == 1


@pytest.mark.capability("N-06", "N-10")
def test_unpaid_with_money_received_is_asked_about(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()
    send(client, whole(counter, payment="unpaid", paid="50"), "preview")
    page = client.get(f"{URL}preview/").content.decode()
    assert "写着未付款，实收却有钱" in page
    assert "没有发现问题" not in page
    assert client.post(f"{URL}confirm/", {"version": "1", "as": "order"}).status_code == 422
    assert "写着未付款，实收却有钱" in client.get(URL).content.decode()
    for nth, (paid, said) in enumerate((("", "实收却空着"), ("136", "实收已经够了")), 1):
        send(client, whole(counter, version=str(nth), payment="partial", paid=paid), "preview")
        assert said in client.get(f"{URL}preview/").content.decode()
    order = placed(client, whole(counter, version="3", payment="partial", paid="50"))
    assert (order.payment, order.paid_minor, order.stage) == ("partial", 5000, "pending_payment")
