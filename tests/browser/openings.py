"""What a walk begins with: a shop that is open, its warehouse, and goods that lie there."""

import re

from playwright.sync_api import Page, expect

from tests.keys import press

OWNER = ("wangmin@example.com", "kettle-lamp-42")
GOODS = (("青釉盖碗", "GW-150-QY", "68", "10"), ("茶杯", "CB-6", "15", "4"), ("断货壶", "HU-1", "99", ""))


def open_the_shop(page: Page) -> None:
    """Up to its first step, which opens by itself."""
    page.goto("/")
    expect(page).to_have_url(re.compile("/welcome/"))
    for name, text in (("shop", "山野杂货"), ("name", "王敏"), ("email", OWNER[0]), ("password", OWNER[1])):
        page.fill(f"[name={name}]", text)
    page.get_by_role("button", name="开张").click()
    expect(page.locator("h1")).to_have_text("开张的第一步")


def stock_it(page: Page) -> None:
    """An open shop with a warehouse, ten bowls, four cups and no pot, by its first steps."""
    open_the_shop(page)
    page.goto("/start/warehouse/")
    page.fill("[name=name]", "杭州一仓")
    go_on(page)
    expect(page.locator(".start section h2")).to_have_text("快递")
    page.goto("/start/goods/")
    for nth, row in enumerate(GOODS):
        for name, text in zip(("name", "code", "price", "pieces"), row, strict=True):
            page.fill(f"[name=g-{nth}-{name}]", text)
    go_on(page)
    expect(page.locator(".toast").last).to_contain_text("录了 3 种商品")


def go_on(page: Page) -> None:
    page.get_by_role("button", name="记下，往下走").click()


def order_by_hand(page: Page, message: str) -> str:
    """A pasted message becomes an order. Returns its number."""
    page.goto("/orders/new/")
    paste_and_place(page, message)
    return page.locator(".entry-number b").inner_text()


def paste_and_place(page: Page, message: str, quantity: str = "2") -> None:
    """On the page of a new order: the message comes apart, is looked at and confirmed."""
    expect(page.locator("h1")).to_have_text("新建订单")
    press(page, "Alt+v")
    page.fill("#e-paste", message)
    press(page, "Control+Enter")
    expect(page.locator("[name=l0_quantity]")).to_have_value(quantity)
    press(page, "Control+Enter")
    expect(page.locator("h1")).to_have_text("提交前看一遍")
    page.get_by_role("button", name="确认提交").click()
    expect(page.locator("h1")).to_have_text("订单建好了")
