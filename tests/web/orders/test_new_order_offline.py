"""A new order while the network is gone: nobody is led away from what they wrote, and it is placed once."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.keys import press
from tests.web.frame.conftest import chromium, page
from tests.web.orders.bench import Bench
from tests.web.orders.test_new_order_browser import counter
from zhanggui.catalog.models import Sku
from zhanggui.orders.models import Order

__all__ = ["chromium", "counter", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.one_leg, pytest.mark.django_db(transaction=True)]
BAR = "#trouble-bar"


def written(page: Page, counter: Bench) -> None:
    page.goto("/orders/new/")
    page.select_option("#e-shop", str(counter.shop_id))
    for name, text in (("name", "林晓晓"), ("phone", "13800137621"), ("street", "珞喻路 12 号 3 栋 402")):
        page.fill(f"#e-{name}", text)
    for place, text in (("province", "湖北省"), ("city", "武汉市"), ("district", "洪山区")):
        page.select_option(f"#e-{place}", text)
    page.fill("#e-find", "GW-150-QY")
    press(page, "Enter")
    expect(page.locator("[data-line]")).to_have_count(1)
    expect(page.locator("#entry-state")).to_contain_text("已存")


@pytest.mark.capability("L-09")
def test_offline_the_sheet_stays_says_so_and_goes_on_by_one_click(page: Page, counter: Bench) -> None:
    written(page, counter)
    page.context.set_offline(True)
    page.fill("#e-seller_note", "轻放")
    page.get_by_role("button", name="看一遍再提交").click()
    expect(page.locator(BAR)).to_contain_text("没有送出去")
    expect(page.locator("h1")).to_have_text("新建订单")
    expect(page.locator("#e-seller_note")).to_have_value("轻放")
    press(page, "Control+Enter")
    expect(page.locator("h1")).to_have_text("新建订单")
    page.context.set_offline(False)
    page.locator(BAR).get_by_role("button").first.click()
    page.wait_for_url("**/preview/")
    expect(page.get_by_text("轻放")).to_be_visible()


@pytest.mark.capability("L-09")
def test_what_was_typed_offline_is_there_after_a_reload(page: Page, counter: Bench) -> None:
    written(page, counter)
    page.route("**/orders/new/*/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.fill("#e-seller_note", "轻放")
    expect(page.locator("#entry-state")).to_contain_text("没有连上")
    page.unroute("**/orders/new/*/")
    page.reload()
    expect(page.locator("#e-seller_note")).to_have_value("轻放")
    expect(page.locator("#entry-state")).to_contain_text("已存")
    page.reload()
    expect(page.locator(".restored")).to_have_count(0)
    expect(page.locator("#e-seller_note")).to_have_value("轻放")


@pytest.mark.capability("L-09", "N-13")
def test_offline_nothing_is_placed_and_a_lost_answer_places_nothing_twice(page: Page, counter: Bench) -> None:
    written(page, counter)
    page.get_by_role("button", name="看一遍再提交").click()
    page.wait_for_url("**/preview/")
    page.context.set_offline(True)
    page.get_by_role("button", name="确认提交").click()
    expect(page.locator(BAR)).to_contain_text("没有送出去")
    expect(page.locator("h1")).to_have_text("提交前看一遍")
    page.context.set_offline(False)

    def lost(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/confirm/", lost)
    page.locator(BAR).get_by_role("button").first.click()
    expect(page.locator(BAR)).to_contain_text("没有等到回音")
    expect(page.locator("h1")).to_have_text("提交前看一遍")
    assert Order.objects.count() == 1
    page.unroute("**/confirm/")
    page.locator(BAR).get_by_role("button").first.click()
    page.wait_for_url(re.compile("/done/"))
    assert Order.objects.count() == 1


@pytest.mark.capability("L-09", "N-08")
def test_what_is_typed_while_an_answer_is_on_its_way_or_never_comes_is_kept(page: Page, counter: Bench) -> None:
    # Nobody waits out a hanging line in a story: patience is a twentieth here.
    page.add_init_script("const whole = AbortSignal.timeout.bind(AbortSignal); AbortSignal.timeout = (ms) => whole(ms / 20)")
    written(page, counter)
    other = Sku.objects.values_list("code", flat=True).get(pk=counter.other)
    state, hung = page.locator("#entry-state"), []

    def hang(route: Route) -> None:
        """The server has it, and its answer never comes."""
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            hung.append(route)
        else:
            route.continue_()

    page.route("**/orders/new/*/", hang)
    page.fill("#e-find", other)
    press(page, "Enter")
    page.fill("[name=l0_quantity]", "7")
    page.locator("[name=flag][value=red]").check(force=True)
    expect(state).to_contain_text("没有连上")
    page.fill("#e-seller_note", "轻放")
    page.wait_for_timeout(400)
    assert "轻放" in page.evaluate("Object.values(sessionStorage).join()")
    page.unroute("**/orders/new/*/", hang)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-line]")).to_have_count(2)
    expect(page.locator("[name=l0_quantity]")).to_have_value("7")
    expect(page.locator("[name=l1_quantity]")).to_have_value("1")
    expect(page.locator("[name=flag][value=red]")).to_be_checked()
    expect(page.locator("#e-seller_note")).to_be_focused()
    expect(state).to_contain_text("已存")

    # A line moves up while something is written on it: what was written goes with it.
    late: list[Route] = []

    def swallow(route: Route) -> None:
        """The first never arrives."""
        if late:
            route.continue_()
        else:
            late.append(route)

    page.route("**/orders/new/*/", swallow)
    page.locator("[data-line='0'] [data-remove]").click()
    page.locator("[name=l1_note]").press_sequentially("礼盒")
    page.locator("[name=flag][value=green]").check(force=True)
    expect(state).to_contain_text("没有连上")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-line]")).to_have_count(1)
    expect(page.locator("[name=l0_note]")).to_have_value("礼盒")
    page.get_by_role("button", name="看一遍再提交").click()
    page.wait_for_url("**/preview/")
    expect(page.get_by_text("礼盒")).to_be_visible()
    page.go_back()
    expect(page.locator("[name=flag][value=green]")).to_be_checked()
    expect(page.get_by_text("另一个窗口")).to_have_count(0)
    expect(page.locator(".restored")).to_have_count(0)
    assert hung
