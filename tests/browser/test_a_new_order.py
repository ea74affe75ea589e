"""A new order in a real browser: pasted, looked at, gone back to, placed once; and what is typed while there is no server."""

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.openings import stock_it
from tests.keys import press

pytestmark = [pytest.mark.browser, pytest.mark.one_leg]
MESSAGE = "周芳芳，13900137622\n湖北省武汉市洪山区珞喻路 12 号\n青釉盖碗 2个"


@pytest.mark.capability("N-01", "N-02", "N-04", "N-10", "N-12", "N-13", "I-01", "I-11", "L-09")
def test_an_order_is_pasted_looked_at_mended_and_placed_once(window: BrowserContext) -> None:
    page = window.new_page()
    stock_it(page)
    page.goto("/orders/")
    press(page, "n")
    expect(page.locator("h1")).to_have_text("新建订单")
    press(page, "Alt+v")
    page.fill("#e-paste", MESSAGE)
    press(page, "Control+Enter")
    expect(page.locator("[name=name]")).to_have_value("周芳芳")
    expect(page.locator("[name=phone]")).to_have_value("13900137622")
    expect(page.locator("[name=district]")).to_have_value("洪山区")
    expect(page.locator("[name=l0_quantity]")).to_have_value("2")
    # By its initials, from the keyboard alone; the same once more is one piece more.
    page.fill("#e-find", "qygw")
    expect(page.locator("#skus [role=option]")).to_have_count(1)
    press(page, "Enter")
    expect(page.locator("[name=l0_quantity]")).to_have_value("3")
    press(page, "Control+Enter")
    expect(page.locator("h1")).to_have_text("提交前看一遍")
    expect(page.locator("#work")).to_contain_text("¥204.00")
    press(page, "Escape")
    expect(page.locator("[name=l0_quantity]")).to_have_value("3")
    expect(page.locator("[name=street]")).to_have_value("珞喻路 12 号")
    page.fill("[name=l0_quantity]", "1")
    expect(page.locator("[data-total]")).to_have_text("¥68.00")
    # Without a server: what is typed stays, and is kept as soon as there is one again.
    window.set_offline(True)
    page.fill("[name=buyer_note]", "送人，别放价签")
    expect(page.locator("#entry-state")).to_contain_text("没有连上", timeout=10_000)
    window.set_offline(False)
    expect(page.locator("#entry-state")).to_contain_text("已存", timeout=15_000)
    page.reload()
    expect(page.locator("[name=buyer_note]")).to_have_value("送人，别放价签")
    press(page, "Control+Enter")
    expect(page.locator("h1")).to_have_text("提交前看一遍")
    where = page.url
    page.get_by_role("button", name="确认提交").dblclick()
    expect(page.locator("h1")).to_have_text("订单建好了")
    number = page.locator(".entry-number b").inner_text()
    # Back, and once more: it is the same order.
    page.go_back()
    page.goto(where)
    expect(page.locator("h1")).to_have_text("订单建好了")
    expect(page.locator(".entry-number b")).to_have_text(number)
    page.goto("/orders/?q=13900137622&tab=all")
    expect(page.locator("table tbody tr").filter(has_text=number)).to_have_count(1)
    assert len(re.findall(r"\d{6}-\d{5}", page.locator("table tbody").inner_text())) <= 2
    page.goto("/orders/drafts/")
    expect(page.locator("#work")).to_contain_text("没有草稿")
