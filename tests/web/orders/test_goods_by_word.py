"""Goods are found the same way wherever a field takes them, and every code that is none is named."""

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from tests.keys import press
from tests.web.frame.conftest import chromium, page
from tests.web.orders.bench import LIN, Bench
from tests.web.orders.test_new_order_browser import counter
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders import offering
from zhanggui.orders.commands import web_forms
from zhanggui.orders.commands.web_forms import Design
from zhanggui.orders.models import Choice, Order, OrderForm, Template

__all__ = ["chromium", "counter", "page"]


@pytest.mark.django_db
@pytest.mark.capability("N-04")
def test_goods_are_found_with_what_lies_on_the_shelf(at_counter: object, bench: Bench) -> None:
    client: Client = at_counter()  # type: ignore[operator]
    for said in ("GW-150", "盖碗", "qygw", "6901234567892"):
        found = client.get("/orders/skus/", {"q": said}).content.decode()
        assert 'data-code="GW-150-QY"' in found, said
        assert "可用 10" in found


@pytest.mark.django_db
@pytest.mark.capability("N-04", "N-06")
def test_every_unknown_code_is_named_and_the_ways_of_paying_are_the_house_s_own(at_counter: object, bench: Bench) -> None:
    client: Client = at_counter()  # type: ignore[operator]
    ways = [{"name": "对公转账", "way": "paid", "on": True}, {"name": "旧的", "way": "paid", "on": False}]
    Choice.objects.create(name="payment-methods", value=ways)
    order = bench.put("A1", 20, person=LIN)
    form = client.get(f"/orders/{order.pk}/edit/")
    was = form.context["was"]
    typed = {"seen": form.context["seen"], "was": was, "kind": "normal", "new-0-sku": "NEIN-1", "new-1-sku": "NEIN-2", "ship_by": "2030-01-01T00:00"}
    said = client.post(f"/orders/{order.pk}/edit/", typed).content.decode()
    assert "「NEIN-1」" in said
    assert "「NEIN-2」" in said
    client.post(f"/orders/{order.pk}/template/", {"name": "常做", "customer": "open"})
    template = Template.objects.get()
    said = client.post(f"/orders/templates/{template.pk}/", {
        "seen": template.version, "name": "常做", "sku": ["NEIN-1", "GW-150-QY", "NEIN-2"], "quantity": ["1", "1", "1"], "unit": ["", "", ""],
        "discount": ["", "", ""], "note": ["", "", ""], "says": ["", "", ""], "payment": "unpaid", "begins": "submit", "whose": "open",
    }).content.decode()  # fmt: skip
    assert "「NEIN-1、NEIN-2」" in said
    assert said.count("商品里没有这个编码") == 2
    for page_ in (f"/orders/{order.pk}/edit/", f"/orders/templates/{template.pk}/"):
        shown = client.get(page_).content.decode()
        assert "<option>对公转账</option>" in shown
        assert "旧的" not in shown
        assert 'data-finder="/orders/skus/"' in shown
    made = web_forms.design(None, Design("预订", "山野"), shop_id=bench.shop_id, by=SYSTEM, at=bench.at)
    shown = client.get(f"/settings/forms/{made}/")
    told = {"seen": "1", "name": "预订", "house": "山野", "shop": str(bench.shop_id), "add": "NEIN-1 GW-150-QY NEIN-2"}
    assert "商品里没有 NEIN-1、NEIN-2。" in client.post(f"/settings/forms/{made}/", told).content.decode()
    assert 'data-finder="/orders/skus/"' in shown.content.decode()


@pytest.mark.one_leg
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.capability("N-04")
def test_a_field_that_takes_a_code_finds_it_by_name(page: Page, counter: Bench) -> None:
    order: Order = counter.put("A1", 20)
    page.goto(f"/orders/{order.pk}/edit/")
    field = page.locator("[name=new-0-sku]")
    field.press_sequentially("gongd")
    field.fill("公道杯")
    expect(page.locator(".finder-list:popover-open [role=option]")).to_have_count(1)
    expect(page.locator(".finder-list:popover-open")).to_contain_text("可用 50")
    press(page, "Enter")
    expect(field).to_have_value("GDB-350")
    expect(page.locator("h1")).to_contain_text("改订单")
    page.get_by_role("button", name="存好").click()
    page.wait_for_url(f"**/orders/{order.pk}/")
    assert order.lines.count() == 2
    made = web_forms.design(None, Design("预订", "山野"), shop_id=counter.shop_id, by=SYSTEM, at=clock.now())
    assert not offering.offered(OrderForm.objects.get(pk=made))
    page.goto(f"/settings/forms/{made}/")
    field = page.locator("[name=add]")
    for name in ("盖碗", "公道杯"):
        field.press_sequentially(name)
        expect(page.locator(".finder-list:popover-open [role=option]")).to_have_count(1)
        page.locator(".finder-list:popover-open [role=option]").click()
    expect(field).to_have_value("GW-150-QY GDB-350 ")
