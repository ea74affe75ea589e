"""The list of orders as somebody works it all day: narrowed, kept as a view, its columns chosen, many done at once, taken along."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from python_calamine import CalamineWorkbook

from tests.browser.openings import go_on, stock_it
from tests.browser.test_the_whole_way import take_in, until
from tests.keys import press

pytestmark = [pytest.mark.browser, pytest.mark.one_leg]
HEADER = "订单号,下单时间,付款时间,付款方式,付款状态,收件人,手机,省,市,区县,详细地址,商品编码,商品名称,数量,单价,买家留言\n"
ROWS = (("A1", "林晓", "13800137621", "GW-150-QY", "青釉盖碗"), ("A2", "周芳", "13900137622", "CB-6", "茶杯"),
        ("A3", "王安", "13700137623", "HU-1", "断货壶"))  # fmt: skip
ORDERS = HEADER + "".join(
    f"LIST-{no},2026-10-20 10:19:00,2026-10-20 10:21:00,支付宝,已付款,{who},{phone},湖北省,武汉市,洪山区,珞喻路 12 号,{code},{name},1,68.00,\n"
    for no, who, phone, code, name in ROWS
)


@pytest.mark.capability("M-01", "M-02", "M-05", "M-06", "M-08", "A-15", "L-09")
def test_the_list_is_narrowed_kept_worked_and_taken_along(window: BrowserContext, tmp_path: Path) -> None:
    page = window.new_page()
    stock_it(page)
    take_in(page, "orders", "orders.csv", ORDERS, tmp_path)
    narrow_and_keep(page)
    choose_columns(page)
    work_many(page)
    take_along(page, tmp_path)


def narrow_and_keep(page: Page) -> None:
    """Filters become a view for oneself, then one for everybody; a click away from any other list."""
    page.goto("/orders/?tab=all")
    expect(page.locator("tbody tr")).to_have_count(3)
    press(page, "f")
    page.fill(".filter-sheet [name=sku]", "GW-150-QY")
    page.get_by_role("button", name="就看这些").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    for name, shared in (("只看盖碗", False), ("大家的盖碗", True)):
        press(page, "v")
        page.fill(".view-keep [name=name]", name)
        if shared:
            page.check(".view-keep [name=shared]")
        page.locator(".view-keep").get_by_role("button", name="存").click()
        expect(page.locator(".views-menu > summary")).to_contain_text(name)
        page.wait_for_load_state()
    page.goto("/orders/?tab=all")
    press(page, "v")
    views = page.locator(".views-sheet a.item")
    expect(views.filter(has_text="大家的盖碗")).to_contain_text("大家的")
    views.filter(has_text="只看盖碗").click()
    expect(page.locator(".views-menu > summary")).to_contain_text("只看盖碗")
    expect(page.locator("tbody tr")).to_have_count(1)


def choose_columns(page: Page) -> None:
    page.goto("/orders/?tab=all")
    for shown in (True, False):
        press(page, "c")
        box = page.locator(".column-form [name=show][value=source]")
        box.check() if shown else box.uncheck()
        page.locator(".column-form").get_by_role("button", name="就这些列").last.click()
        expect(page.locator("thead th", has_text="来源")).to_have_count(1 if shown else 0)
        page.wait_for_load_state()


def work_many(page: Page) -> None:
    """Two go into a wave; the third says why it did not, and goes once there are goods for it."""
    row = page.locator("tbody tr", has_text="断货壶")
    until(page, lambda: "已审核" in page.locator("tbody").inner_text() and "缺货" in row.inner_text())
    page.click("[data-select-page]")
    expect(page.locator(".batch .sum b")).to_have_text("已选 3 单")
    page.click(".batch [value=plan]")
    drawer = page.locator("#drawer")
    expect(drawer).to_contain_text("1 单没有")
    # Every order is told of, the one that was left out first, with what to do about it.
    expect(drawer.locator(".left-out li")).to_have_count(3)
    expect(drawer.locator(".left-out li").filter(has_text="做成了")).to_have_count(2)
    expect(drawer.locator(".left-out li").first.locator(".note")).not_to_have_text("")
    other = page.context.new_page()
    other.goto("/start/goods/")
    for name, text in (("name", "断货壶"), ("code", "HU-1"), ("price", "99"), ("pieces", "5")):
        other.fill(f"[name=g-0-{name}]", text)
    go_on(other)
    expect(other.locator(".toast").last).to_contain_text("录了 1 种商品")
    other.goto("/orders/?tab=all")
    until(other, lambda: "已审核" in other.locator("tbody tr", has_text="断货壶").inner_text())
    other.close()
    drawer.get_by_role("button", name="1 单再试一次").click()
    expect(page.get_by_text("都做成了")).to_be_visible()
    page.wait_for_load_state()
    page.goto("/orders/?tab=all")
    expect(page.locator("tbody tr").filter(has_text=re.compile("配货|波次"))).to_have_count(3)


def take_along(page: Page, folder: Path) -> None:
    """What is shown, as a workbook, with nobody's number in it."""
    press(page, "c")
    with page.expect_download() as coming:
        page.locator(".list-menu a[download]").first.click()
    file = folder / "orders.xlsx"
    coming.value.save_as(file)
    rows = [[str(cell) for cell in row] for row in CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()]
    text = "\n".join(" ".join(row) for row in rows)
    assert all(f"LIST-{no}" in text for no, *_rest in ROWS)
    assert "13800137621" not in text
    assert "珞喻路 12 号" not in text
