"""However an order came in, it stands in the one list and is found by the one search."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.api.caller import Caller, lent
from tests.orders.test_intake_and_review import new_order
from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.customers.sealing import Person
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders import sources as ways
from zhanggui.orders.commands import intake, sources
from zhanggui.orders.commands import receipts as till
from zhanggui.orders.commands.receipts import Receipt, SoldLine
from zhanggui.orders.commands.web_forms import Asked, Design, Good, design, set_open, submit
from zhanggui.orders.models import Order, OrderForm, Shop
from zhanggui.orders.offering import mark, offered

pytestmark = pytest.mark.django_db
GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "ways-in.md"


@pytest.mark.capability("I-13", "I-12", "I-09", "I-11")
def test_orders_of_every_way_in_are_in_one_list_and_one_search(shop_id: int, at: datetime, client: Client, person: Any) -> None:
    for nth, code in enumerate(("file", "sync", "manual", "phone", "wechat", "api")):
        intake.place([new_order(f"WAY-{nth}", None, at=at)], shop_id=shop_id, source=code, by=SYSTEM, at=at)
    sku = goods.define([Definition("GW-150", "青釉盖碗", price_minor=6800)], by=SYSTEM, at=at).ids["GW-150"]
    sold = Receipt("T1", "WAY-6", at, (SoldLine("GW-150", 1, 6800),), 6800, deliver=True, person=Person("林晓", "13800137621"))
    till.take([sold], shop_id=shop_id, by=SYSTEM, at=at)
    form_id = design(None, Design("预订", "山野杂货", shows_stock=False, goods=(Good(sku, 6800),)), shop_id=shop_id, by=SYSTEM, at=at)
    set_open(form_id, True, by=SYSTEM, at=at)
    form = OrderForm.objects.select_related("shop").get(pk=form_id)
    who = Person("林晓", "13800137621", "", "珞喻路 12 号", "", "CN", "湖北省", "武汉市", "洪山区")
    submit(form_id, Asked("ab12", mark(form, offered(form)), ((sku, 1),), who), by=SYSTEM, at=at)
    assert set(Order.objects.values_list("source", flat=True)) == {row.code for row in ways.listed()}
    client.force_login(person("owner"))
    listed = client.get("/orders/?tab=all").content.decode()
    found = client.get("/orders/?q=7621").content.decode()
    for order in Order.objects.all():
        assert order.number in listed
        assert order.number in found
        assert ways.names()[order.source] in client.get(f"/orders/{order.pk}/").content.decode()


def told_in_the_guide(address: str) -> dict[str, Any]:
    """The body of the example that calls ``address``, as the guide has it."""
    text = GUIDE.read_text("utf-8")
    after = text[text.index(f"{address} \\") :]
    body: dict[str, Any] = json.loads(after.split("-d '", 1)[1].split("'\n", 1)[0])
    return body


@pytest.mark.capability("I-10", "I-04")
def test_the_examples_of_the_guide_are_what_a_shop_of_ones_own_and_a_till_may_send(shop_id: int, person: Any, at: datetime) -> None:
    goods.define([Definition("GW-150", "青釉盖碗", barcode="6901234567892")], by=SYSTEM, at=at)
    caller = Caller(lent(person("owner"), ["order.create"]))
    for address in ("/orders/intake/place", "/pos/receipts"):
        body = told_in_the_guide(f"/api/v1{address}") | {"shop_id": str(shop_id)}
        status, told = caller.post(address, body)
        assert status == 200, told
    order = Order.objects.get(platform_no="W1001")
    assert (order.source, order.total_minor, order.recipient.city) == ("api", 7800, "武汉市")
    assert caller.post("/orders/intake/place", told_in_the_guide("/api/v1/orders/intake/place") | {"shop_id": str(shop_id)})[1]["result"][
        "known"
    ]["W1001"]["same"]
    # There is nothing on the shelf: the till is told so, and of which goods.
    assert told["result"][0]["facts"]["sku"] == "GW-150"


@pytest.mark.capability("I-12")
def test_a_shop_of_ones_own_is_told_when_its_way_in_is_closed(shop_id: int, person: Any, at: datetime) -> None:
    sources.change("api", name="官网", tone="info", enabled=False, by=SYSTEM, at=at)
    caller = Caller(lent(person("owner"), ["order.create"]), language="en")
    status, told = caller.post("/orders/intake/place", told_in_the_guide("/api/v1/orders/intake/place") | {"shop_id": str(shop_id)})
    assert (status, told["code"], told["title"]) == (409, "source-closed", "“官网” is switched off and takes no new orders.")
    assert not Order.objects.exists()


@pytest.mark.capability("I-13")
def test_a_shop_that_is_switched_off_takes_no_new_order_by_the_api_and_knows_the_old(shop_id: int, person: Any, at: datetime) -> None:
    caller = Caller(lent(person("owner"), ["order.create"]), language="en")
    body = told_in_the_guide("/api/v1/orders/intake/place") | {"shop_id": str(shop_id)}
    assert caller.post("/orders/intake/place", body)[0] == 200
    Shop.objects.filter(pk=shop_id).update(enabled=False)
    assert caller.post("/orders/intake/place", body)[1]["result"]["known"]["W1001"]["same"]
    orders = [{**body["orders"][0], "platform_no": "W1002"}]
    status, told = caller.post("/orders/intake/place", body | {"orders": orders})
    assert (status, told["code"]) == (409, "shop-closed")
    assert Order.objects.count() == 1
