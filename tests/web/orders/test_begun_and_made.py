"""A new order begun with a template or a message, and the page of one that was made."""

import pytest

from tests.web.orders.bench import LIN, Bench
from tests.web.orders.test_new_order import MESSAGE, URL, Counter, counter, placed, send, whole
from zhanggui.catalog.models import Sku
from zhanggui.kernel import clock
from zhanggui.orders.commands import entry
from zhanggui.orders.models import Draft, Source, Template

__all__ = ["counter"]
pytestmark = pytest.mark.django_db


@pytest.mark.capability("N-14", "N-01")
def test_a_template_fills_a_sheet_and_writes_over_nothing(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()
    order = counter.put("T0", 20, person=LIN, seller_note="轻放", buyer_note="给妈妈的生日")
    client.post(f"/orders/{order.pk}/template/", {"name": "常做", "customer": "open"})
    template = Template.objects.get()
    assert "常做" in client.get("/orders/new/").content.decode()
    facts = {"version": "0", "shop": str(counter.shop_id), "name": "王五", "seller_note": "", "template": str(template.pk)}
    page = send(client, facts, "template").content.decode()
    said = entry.opened(Draft.objects.get())
    (line,) = said.lines
    assert (line["sku"], line["quantity"]) == (str(counter.sku), "20")
    assert (said.get("name"), said.get("seller_note"), said.get("buyer_note")) == ("王五", "轻放", "")
    assert 'name="l0_quantity" value="20"' in page
    Draft.objects.all().delete()
    Sku.objects.filter(pk=counter.sku).update(retired_at=clock.now())
    page = send(client, {**facts, "seller_note": "我写的"}, "template").content.decode()
    assert "模板里的" in page
    assert "不卖了" in page
    assert entry.opened(Draft.objects.get()).get("seller_note") == "我写的"
    Draft.objects.all().delete()
    assert send(client, {**facts, "template": "999"}, "template").status_code == 404


@pytest.mark.capability("N-02", "I-12")
def test_what_was_pasted_came_by_chat_unless_somebody_says_otherwise(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()

    def came(**more: str) -> str:
        Draft.objects.all().delete()
        send(client, {"version": "0", "shop": str(counter.shop_id), "source": "manual", "paste": MESSAGE, **more}, "paste")
        return entry.opened(Draft.objects.get()).get("source")

    assert came() == "wechat"
    assert came(source="phone") == "phone"
    assert came(rest="毛巾") == "manual", "it was set back after the first message"
    Source.objects.create(code="wechat", kind="wechat", name="微信", enabled=False, position=1, made_at=clock.now())
    assert came() == "manual"


@pytest.mark.capability("N-09")
def test_an_order_that_was_made_can_be_printed_with_what_is_in_it(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()
    order = placed(client, whole(counter, freight="10"))
    page = client.get(f"{URL}done/").content.decode()
    for said in ("data-print", order.number, "青釉盖碗", "×2", "¥146.00", "要礼盒", "138****7621"):
        assert said in page, said
    assert "13800137621" not in page
