"""A shop nobody has used: led from its opening to the first order, leaving and coming back on the way."""

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.openings import go_on, open_the_shop, paste_and_place

pytestmark = [pytest.mark.browser, pytest.mark.one_leg]


@pytest.mark.capability("G-01", "N-01")
def test_an_empty_house_is_led_to_its_first_order_and_never_asks_who_it_is(window: BrowserContext) -> None:
    page = window.new_page()
    open_the_shop(page)
    # It opens by itself, at the first step that is not done.
    expect(page).to_have_url(re.compile("/start/company/$"))
    page.fill("[name=name]", "杭州山野商贸")
    go_on(page)
    expect(page.locator(".start section h2")).to_have_text("仓库")
    # What is missing is said beside it.
    go_on(page)
    expect(page.locator(".error")).to_contain_text("这一项要填")
    page.fill("[name=name]", "杭州一仓")
    go_on(page)
    # Away in the middle: today's page knows how far it went, and leads back to where it stopped.
    expect(page.locator(".start section h2")).to_have_text("快递")
    page.get_by_role("link", name="以后再做").click()
    todo = page.locator("ul.todo")
    expect(todo.locator("li", has_text="建仓库")).to_contain_text("做过了")
    expect(todo.locator("li", has_text="接上快递")).not_to_contain_text("做过了")
    page.get_by_role("link", name="一步一步做").click()
    expect(page.locator(".start section h2")).to_have_text("快递")
    page.get_by_role("button", name="先跳过").click()
    expect(page.locator(".start section h2")).to_have_text("商品")
    page.fill("[name=g-0-name]", "青釉盖碗")
    page.fill("[name=g-0-price]", "68")
    page.fill("[name=g-0-pieces]", "10")
    go_on(page)
    expect(page.locator(".start section h2")).to_have_text("第一批订单")
    page.get_by_role("link", name="手工录一单").click()
    paste_and_place(page, "林晓晓，13800137621\n湖北省武汉市洪山区珞喻路 12 号\n青釉盖碗 2个")
    page.goto("/start/")
    expect(page.locator(".start section h2")).to_have_text("订单分类")
    page.get_by_label("礼品").check()
    go_on(page)
    expect(page.locator(".start section h2")).to_have_text("订单模板")
    page.get_by_role("button", name="先跳过").click()
    expect(page.locator(".start section h2")).to_have_text("走到头了，有几步跳过了")
    page.get_by_role("link", name="去「今天」").click()
    for done in ("建第一家店", "建仓库", "录入商品", "给商品入库", "第一批订单"):
        expect(todo.locator("li", has_text=done)).to_contain_text("做过了")
    page.get_by_role("button", name="收起来").click()
    expect(todo).to_have_count(0)
