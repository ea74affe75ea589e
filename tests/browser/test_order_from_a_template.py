"""An order that comes again and again: kept once, used for many, shared, and at last left to come by itself."""

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.openings import order_by_hand, stock_it

pytestmark = [pytest.mark.browser, pytest.mark.one_leg]


@pytest.mark.capability("N-14", "I-14")
def test_an_order_becomes_a_template_then_three_orders_then_one_every_week(window: BrowserContext) -> None:
    page = window.new_page()
    stock_it(page)
    order_by_hand(page, "周芳芳，13900137622\n湖北省武汉市洪山区珞喻路 12 号\n青釉盖碗 2个")
    page.goto("/orders/?tab=all")
    page.locator("tbody a.no").first.click()
    page.locator(".drawer footer details.menu > summary").click()
    page.locator(".drawer").get_by_role("link", name="存为模板").click()
    page.fill("[name=name]", "每周茶样")
    page.check("[name=customer][value=kept]")
    page.get_by_role("button", name="存为模板").click()
    expect(page.locator("h1")).to_have_text("每周茶样")
    # A gap in a note is filled in when it is used; colleagues may use it, too.
    page.fill("[name=buyer_note]", "{班级} 收")
    page.check("[name=shared]")
    page.get_by_role("button", name="存好").click()
    expect(page.locator(".toast").last).to_contain_text("存好了")
    page.goto("/orders/templates/")
    expect(page.locator("tbody tr", has_text="每周茶样")).to_contain_text("共享")
    page.get_by_role("link", name="做单", exact=True).click()
    page.get_by_label("班级").fill("三班")
    page.fill("[name=many]", "3")
    page.get_by_role("button", name="先看一看，还不做").click()
    expect(page.locator(".look-rows tbody tr")).to_have_count(3)
    expect(page.locator(".look-rows tbody tr").first).to_contain_text("三班 收")
    page.get_by_role("button", name="返回修改").click()
    expect(page.get_by_label("班级")).to_have_value("三班")
    page.get_by_role("button", name="先看一看，还不做").click()
    page.get_by_role("button", name="做这 3 单").dblclick()
    expect(page.locator("h1")).to_have_text(re.compile(r"\d"))
    expect(page.locator("tbody a.no")).to_have_count(3)
    page.goto("/orders/?tab=all&source=template")
    expect(page.locator("tbody a.no")).to_have_count(3)
    # From now on it comes by itself.
    page.goto("/orders/templates/")
    page.get_by_role("link", name="每周茶样").click()
    page.get_by_role("link", name="让它自动下单").click()
    page.check("[name=every][value=week]")
    page.get_by_role("button", name="定下来，到时自动下单").click()
    expect(page.locator(".error").first).to_contain_text("至少选一天")
    page.check("[name=weekdays][value='0']")
    page.fill("[name=clock_time]", "09:30")
    page.get_by_role("button", name="定下来，到时自动下单").click()
    # Nobody is there to fill in a gap: it says so before it promises anything.
    expect(page.locator(".trouble")).to_contain_text("「班级」，自动下单时没有人来填")
    rhythm = page.url
    page.get_by_role("link", name="回去").click()
    page.fill("[name=buyer_note]", "{日期} 三班收")
    page.get_by_role("button", name="存好").click()
    expect(page.locator(".toast").last).to_contain_text("存好了")
    page.goto(rhythm)
    page.check("[name=every][value=week]")
    page.check("[name=weekdays][value='0']")
    page.fill("[name=clock_time]", "09:30")
    page.get_by_role("button", name="定下来，到时自动下单").click()
    expect(page.locator(".template-page aside")).to_contain_text("每周一 09:30")
    page.get_by_role("button", name="现在下一单").click()
    expect(page.locator(".past li")).to_have_count(1)
    page.get_by_role("button", name="暂停").click()
    expect(page.locator(".toast").last).to_contain_text("暂停了")
    page.goto("/orders/recurring/")
    expect(page.locator("tbody tr", has_text="每周茶样")).to_contain_text("已暂停")
