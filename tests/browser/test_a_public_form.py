"""A stranger's order, by a form that stands in the merchant's own site, and in nobody else's."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from tests.browser.foreign import sites
from tests.browser.openings import stock_it

pytestmark = [pytest.mark.browser, pytest.mark.one_leg]


@pytest.fixture
def stranger(chromium: Browser) -> Iterator[Page]:
    """Somebody on a telephone who never was here; their browser believes the sites of this walk."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", ignore_https_errors=True)
    yield context.new_page()
    context.close()


@pytest.mark.capability("I-10", "I-12")
def test_a_stranger_orders_by_a_form_in_the_shops_own_site_and_no_other_site_shows_it(
    window: BrowserContext, stranger: Page, tmp_path: Path
) -> None:
    page = window.new_page()
    stock_it(page)
    with sites(tmp_path) as (port, framed):
        framed["src"] = make_the_form(page, f"https://shop.example.com:{port}")
        # In any other site the browser itself shows nothing of it.
        stranger.goto(f"https://other.example.com:{port}/")
        expect(stranger.locator("h1")).to_have_text("别人的网站")
        expect(stranger.frame_locator("iframe").locator(".stall-main")).to_have_count(0)
        assert "chrome-error" in stranger.frames[1].url
        stranger.goto(f"https://shop.example.com:{port}/")
        number = order_by_it(stranger, stranger.frame_locator("iframe"))
    page.goto("/orders/?tab=all&source=web")
    row = page.locator("tbody tr", has_text=number)
    expect(row).to_contain_text("林*")
    row.locator("a.no").click()
    expect(page.locator(".drawer")).to_contain_text("¥120.00")
    expect(page.locator(".drawer")).to_contain_text("网页表单")


def make_the_form(page: Page, site: str) -> str:
    """A form with a price of its own, open, and shown in that site. Returns its link."""
    page.goto("/settings/forms/")
    page.get_by_role("link", name="建第一张表单").click()
    page.fill("[name=name]", "中秋礼盒")
    page.get_by_role("button", name="建这张表单").click()
    expect(page.locator("h2", has_text="中秋礼盒")).to_be_visible()
    page.fill("[name=add]", "GW-150-QY HU-1")
    page.fill("[name=origins]", "http://nowhere")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".error").first).to_contain_text("不是网站的地址")
    expect(page.locator("[name=add]")).to_have_value("GW-150-QY HU-1")
    page.fill("[name=origins]", site)
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".stalls-edit tbody tr")).to_have_count(2)
    page.locator(".stalls-edit tbody tr", has_text="青釉盖碗").get_by_label("的价格").fill("60")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".toast").last).to_contain_text("改好了")
    page.get_by_role("button", name="开始收").click()
    expect(page.get_by_role("button", name="停收")).to_be_visible()
    expect(page.get_by_label("嵌入代码")).to_contain_text("<iframe")
    return page.locator(".stalls-link a").inner_text()


def order_by_it(stranger: Page, form: FrameLocator) -> str:
    """Two of what is there; what is out of stock cannot be chosen. Returns the number they are told."""
    expect(form.locator("h1")).to_have_text("中秋礼盒")
    expect(form.locator("li", has_text="断货壶").locator("input")).to_be_disabled()
    bowls = form.locator("li", has_text="青釉盖碗")
    for _ in range(2):
        bowls.locator("[data-more]").click()
    expect(form.locator("[data-sum-says]")).to_contain_text("120")
    for name, text in (("name", "林晓"), ("phone", "138"), ("street", "珞喻路 12 号")):
        form.locator(f"[name={name}]").fill(text)
    where(form)
    form.locator("[name=agree]").check()
    stranger.wait_for_timeout(2_000)
    form.locator("[data-send]").click()
    expect(form.locator("#buyer-phone-error")).to_contain_text("号码不对")
    expect(form.locator("select[name=district]")).to_have_value("洪山区")
    form.locator("[name=phone]").fill("13800137621")
    stranger.wait_for_timeout(1_500)
    form.locator("[data-send]").click()
    expect(form.locator("h1")).to_have_text("收到了，谢谢")
    return form.locator("dd b").inner_text()


def where(form: FrameLocator) -> None:
    """Chosen one inside the other."""
    city, district = form.locator("select[name=city]"), form.locator("select[name=district]")
    expect(district).to_be_disabled()
    form.locator("select[name=province]").select_option("上海市")
    expect(city).to_have_value("上海市")
    form.locator("select[name=province]").select_option("湖北省")
    city.select_option("武汉市")
    district.select_option("洪山区")
