"""One order under two real hands, and the question why beside the page."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.keys import press
from tests.web.frame.conftest import chromium, page
from tests.web.orders.bench import LIN, Bench
from zhanggui.accounts.models import User
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import shops
from zhanggui.orders.models import Line, Order
from zhanggui.stock.commands import warehouses

__all__ = ["chromium", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def counter(page: Page) -> Bench:
    at = clock.now()
    warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=at)
    return Bench(shops.open_one("shanye", "山野杂货", platform="taobao", by=SYSTEM, at=at), at)


@pytest.fixture
def colleague(page: Page, chromium: Browser, live_server: LiveServer, person: Callable[[str], User]) -> Iterator[Page]:
    """Somebody who reviews, signed in on a screen of their own."""
    person("reviewer")
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=live_server.url)
    found = context.new_page()
    found.goto("/orders/")
    found.fill("[name=login]", "reviewer@example.com")
    found.fill("[name=password]", "kettle-lamp-42")
    found.click("button.primary")
    found.wait_for_url("**/orders/")
    yield found
    context.close()


@pytest.mark.capability("M-10", "M-07", "N-05", "N-07")
def test_two_at_one_order_see_each_other_and_lose_nothing(page: Page, colleague: Page, counter: Bench) -> None:
    order = counter.put("T1", 20, person=LIN)
    line = Line.objects.get(order=order)
    page.goto(f"/orders/{order.pk}/")
    press(page, "e")
    expect(page.locator("h1")).to_contain_text("改订单")
    colleague.goto(f"/orders/{order.pk}/edit/")
    colleague.fill(f"[name=line-{line.pk}-note]", "要青色的")
    colleague.fill("[name=internal_note]", "同事写的：晚点发")
    colleague.get_by_role("button", name="存好，再审一次").click()
    expect(colleague.locator("#work")).to_contain_text("改了：")
    # She is told while she types, and nothing moves under her hand.
    page.fill("[name=internal_note]", "老板写的：今天发")
    page.fill("[name=seller_note]", "送一张卡片")
    expect(page.locator("#order-edit-last")).to_contain_text("reviewer 改过", timeout=25_000)
    expect(page.locator("[name=internal_note]")).to_have_value("老板写的：今天发")
    page.get_by_role("button", name="存好，再审一次").click()
    expect(page.locator(".order-edit-clash")).to_have_count(1)
    expect(page.locator(".order-edit-merge")).to_contain_text("对方另外改的，都留着：GW-150-QY 商品备注")
    page.get_by_label("您写的").check()
    page.get_by_role("button", name="按选的存").click()
    expect(page.locator(".toast")).to_contain_text("改好了")
    order = Order.objects.get(pk=order.pk)
    assert (order.internal_note, order.seller_note, Line.objects.get(pk=line.pk).note) == ("老板写的：今天发", "送一张卡片", "要青色的")
    # The colleague's page says so by itself.
    expect(colleague.locator("#order-who [name=internal]")).to_have_value("老板写的：今天发", timeout=40_000)


@pytest.mark.capability("B-02")
def test_why_is_asked_beside_the_page_and_esc_sends_nothing(colleague: Page, counter: Bench) -> None:
    order = counter.put("T1")
    colleague.goto("/orders/")
    colleague.locator("tbody tr td input[type=checkbox]").check()
    colleague.locator(".batch details.menu > summary").click()
    colleague.locator(".batch [value=cancel]").click()
    dialog = colleague.locator("dialog.ask-dialog[open]")
    expect(dialog).to_contain_text("写一句为什么")
    expect(dialog.locator("textarea")).to_be_focused()
    press(colleague, "Escape")
    expect(dialog).to_have_count(0)
    assert Order.objects.get(pk=order.pk).stage == "approved"
    expect(colleague.locator("tbody tr td input[type=checkbox]")).to_be_checked()
    colleague.locator(".batch details.menu[open], .batch details.menu > summary").first.click()
    colleague.goto(f"/orders/{order.pk}/")
    colleague.locator("footer details.menu > summary").click()
    colleague.locator("footer [value=cancel]").click()
    dialog.locator("textarea").fill("。")
    dialog.get_by_role("button", name="接着做").click()
    expect(dialog.locator(".error")).to_contain_text("再写清楚一点")
    dialog.get_by_role("button", name="买家不要了").click()
    # Elsewhere on the page the word may stand from the beginning: what can be cancelled no more is.
    expect(colleague.locator("footer [value=cancel]")).to_have_count(0)
    expect(colleague.locator("#work")).to_contain_text("已取消")
    assert Order.objects.get(pk=order.pk).stage == "cancelled"
