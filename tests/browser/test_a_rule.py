"""A rule of automatic review, from the first example to what it did with an order and why."""

import os

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.openings import order_by_hand, stock_it

pytestmark = [pytest.mark.browser, pytest.mark.one_leg]


@pytest.mark.capability("A-16")
def test_a_rule_is_begun_from_an_example_tried_and_kept(window: BrowserContext) -> None:
    page = window.new_page()
    stock_it(page)
    page.goto("/settings/rules/")
    expect(page.locator(".empty h3")).to_have_text("还没有自动审单的规则")
    page.get_by_role("link", name="用它开始").last.click()
    name = page.get_by_label("规则叫什么")
    expect(name).to_have_value("送礼的单插蓝旗")
    # A condition more, and another question in it: what it is answered by comes at once, and what was typed stays.
    name.fill("送礼或大单插蓝旗")
    page.get_by_role("button", name="加一个条件").click()
    expect(page.get_by_label("条件 2 问什么")).to_be_visible()
    listening(page)
    page.get_by_label("条件 2 问什么").select_option("total")
    expect(page.get_by_label("条件 2 怎么比")).to_have_value("at_least")
    page.get_by_label("条件 2 的值").fill("一百")
    expect(name).to_have_value("送礼或大单插蓝旗")
    page.get_by_label("对上一个就算").check()
    page.get_by_role("button", name="试算近 30 天").click()
    expect(page.locator(".rules-row .error")).to_contain_text("不是金额")
    listening(page)
    page.get_by_label("条件 2 的值").fill("100")
    page.get_by_role("button", name="试算近 30 天").click()
    expect(page.locator(".rules-side [role=status]")).to_contain_text("会碰到 0 单")
    look(page, "written")
    listening(page)
    expect(page.get_by_label("条件 2 的值")).to_have_value("100")
    page.get_by_role("button", name="存好").click()
    expect(page.locator(".rules-list")).to_contain_text("买家留言 含有其中之一 送人、礼物、生日，或 应付 至少 ¥100.00")
    look(page, "listed")
    number = order_by_hand(page, "周芳芳，13900137622\n湖北省武汉市洪山区珞喻路 12 号\n青釉盖碗 2个")
    page.goto(f"/orders/?tab=all&q={number}")
    for _ in range(40):
        # The worker looks at it on its own: a busy machine lets it wait.
        if "待审核" not in page.locator("#rows tbody").inner_text():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.locator("tbody a.no").first.click()
    expect(page.locator(".drawer")).to_contain_text("规则「送礼或大单插蓝旗」第 1 版：插蓝旗。因为应付 ¥136.00（至少 ¥100.00）")
    page.goto("/settings/rules/")
    expect(page.locator(".rules-list .num").last).to_have_text("1")
    page.get_by_role("link", name="送礼或大单插蓝旗").click()
    page.get_by_role("button", name="试算近 30 天").click()
    expect(page.locator(".rules-side [role=status]")).to_contain_text("会碰到 1 单")
    look(page, "tried")
    page.goto("/settings/rules/")
    page.get_by_role("button", name="关掉送礼或大单插蓝旗").click()
    expect(page.locator(".rules-list")).to_contain_text("没用")


def listening(page: Page) -> None:
    """What has just come listens a moment later."""
    page.wait_for_load_state()
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")).to_have_count(0)


def look(page: Page, name: str) -> None:
    """Nothing is wider than the screen, on a desk or in a hand."""
    for width, height in ((1366, 768), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator("main :is(h2.face, a.face)").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, width)
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1366, "height": 768})
