"""A new order by the keyboard alone: where one arrives, the hand is where something is wanted."""

import pytest
from playwright.sync_api import Page, expect

from tests.keys import press
from tests.web.frame.conftest import chromium, page
from tests.web.orders.bench import Bench
from tests.web.orders.test_new_order_browser import counter
from tests.web.orders.test_new_order_offline import written
from zhanggui.orders.models import Order

__all__ = ["chromium", "counter", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.one_leg, pytest.mark.django_db(transaction=True)]


@pytest.mark.capability("N-01", "N-09")
def test_by_keys_from_the_list_to_the_order(page: Page, counter: Bench) -> None:
    page.goto("/orders/")
    press(page, "n")
    expect(page.locator("#e-shop")).to_be_focused()
    page.select_option("#e-shop", str(counter.shop_id))
    page.reload()
    expect(page.locator("#e-shop, #e-name").and_(page.locator(":focus"))).to_have_count(1)
    written(page, counter)
    press(page, "Control+Enter")
    page.wait_for_url("**/preview/")
    expect(page.get_by_role("button", name="确认提交")).to_be_focused()
    press(page, "Control+Enter")
    page.wait_for_url("**/done/")
    assert Order.objects.count() == 1


@pytest.mark.capability("N-12", "N-13")
def test_a_key_still_held_from_the_page_before_confirms_nothing(page: Page, counter: Bench) -> None:
    written(page, counter)
    page.keyboard.down("Control")
    page.keyboard.down("Enter")
    page.wait_for_url("**/preview/")
    expect(page.get_by_role("button", name="确认提交")).to_be_focused()
    page.wait_for_load_state()
    for key in ("Enter", "Enter"):
        page.keyboard.down(key)
    page.keyboard.up("Control")
    page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    page.wait_for_timeout(600)
    expect(page.locator("h1")).to_have_text("提交前看一遍")
    assert not Order.objects.exists()


@pytest.mark.capability("N-12")
def test_the_way_back_from_the_preview_leads_into_the_field(page: Page, counter: Bench) -> None:
    written(page, counter)
    page.fill("#e-phone", "1381234")
    press(page, "Control+Enter")
    page.wait_for_url("**/preview/")
    page.locator("a[href$='#e-phone']").click()
    expect(page.locator("#e-phone")).to_be_focused()
    expect(page.locator("[data-beside=phone]")).to_contain_text("不像电话号码")
    page.fill("#e-phone", "13800137621")
    press(page, "Tab")
    expect(page.locator("[data-beside=phone]")).to_be_hidden()
