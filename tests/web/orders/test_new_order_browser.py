"""A new order under a quick hand: what leaves one after the other never takes itself for a second window."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.keys import press
from tests.web.frame.conftest import chromium, page
from tests.web.orders.bench import Bench
from zhanggui.catalog.models import Sku
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import shops
from zhanggui.stock.commands import warehouses

__all__ = ["chromium", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.one_leg, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def counter(page: Page) -> Bench:
    at = clock.now()
    warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=at)
    shops.open_one("second", "山野小店", platform="offline", by=SYSTEM, at=at)
    return Bench(shops.open_one("shanye", "山野杂货", platform="taobao", by=SYSTEM, at=at), at)


@pytest.fixture
def slowly(page: Page) -> None:
    """Every answer of the sheet takes a moment, so that the hand is quicker."""

    def wait(route: Route) -> None:
        page.wait_for_timeout(250)
        route.continue_()

    page.route("**/orders/new/*/", lambda route: wait(route) if route.request.method == "POST" else route.continue_())


@pytest.mark.capability("N-08")
@pytest.mark.usefixtures("slowly")
def test_choosing_and_clicking_at_once_is_one_window(page: Page, counter: Bench) -> None:
    page.goto("/orders/new/")
    press(page, "Alt+v")
    page.fill("#e-paste", "林晓晓，13800137621\n湖北省武汉市洪山区珞喻路 12 号\n不知道什么 2 个")
    page.get_by_role("button", name="识别", exact=True).click()
    expect(page.locator("#e-name")).to_have_value("林晓晓")
    page.select_option("#e-shop", str(counter.shop_id))
    page.get_by_role("button", name="都看过了").click()
    page.get_by_role("button", name="看一遍再提交").click()
    page.wait_for_url("**/preview/")
    expect(page.get_by_text("另一个窗口")).to_have_count(0)


@pytest.mark.capability("N-04")
@pytest.mark.usefixtures("slowly")
def test_a_scanner_that_does_not_wait_for_the_page_loses_no_scan(page: Page, counter: Bench) -> None:
    codes = dict(Sku.objects.values_list("pk", "code"))
    page.goto("/orders/new/")
    for sku in (counter.sku, counter.sku, counter.other):
        page.locator("#e-find").press_sequentially(codes[sku])
        press(page, "Enter")
    expect(page.locator("[data-line]")).to_have_count(2)
    expect(page.locator("[name=l0_quantity]")).to_have_value("2")
    expect(page.locator("[name=l1_quantity]")).to_have_value("1")
    page.fill("#e-seller_note", "轻放")
    page.locator("[data-line='1'] [data-remove]").dblclick()
    page.locator("#e-name").press_sequentially("林晓晓")
    expect(page.locator("[data-line]")).to_have_count(1)
    expect(page.locator("#e-name")).to_have_value("林晓晓")
    expect(page.locator("#e-seller_note")).to_have_value("轻放")
    expect(page.get_by_text("另一个窗口")).to_have_count(0)


@pytest.mark.capability("N-04")
def test_a_list_found_for_the_first_letter_is_not_what_the_whole_code_means(page: Page, counter: Bench) -> None:
    codes = dict(Sku.objects.values_list("pk", "code"))
    page.goto("/orders/new/")
    for nth, sku in enumerate((counter.sku, counter.other), 1):
        page.locator("#e-find").press_sequentially(codes[sku][0])
        expect(page.locator("#skus [role=option]")).to_have_count(2)
        page.locator("#e-find").press_sequentially(codes[sku][1:])
        press(page, "Enter")
        expect(page.locator("[data-line]")).to_have_count(nth)
    page.locator("#e-find").press_sequentially("G")
    expect(page.locator("#skus [role=option]")).to_have_count(2)
    press(page, "ArrowDown")
    chosen = page.locator("#skus [aria-selected=true]").inner_text()
    press(page, "Enter")
    nth = 0 if codes[counter.sku] in chosen else 1
    expect(page.locator(f"[name=l{nth}_quantity]")).to_have_value("2")
    expect(page.locator(f"[name=l{1 - nth}_quantity]")).to_have_value("1")
