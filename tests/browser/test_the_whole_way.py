"""One order, from a file to its buyer's door, by the screens alone."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from tests.browser.openings import open_the_shop
from tests.keys import press
from zhanggui.couriers.sandbox.running import SandboxServer

WAREHOUSE = {
    "code": "HZ",
    "name": "杭州一仓",
    "sender_name": "山野仓",
    "sender_phone": "0571-88888888",
    "sender_province": "浙江省",
    "sender_city": "杭州市",
    "sender_district": "余杭区",
    "sender_street": "良渚街道 1 号",
}

pytestmark = pytest.mark.browser

GOODS = "商品编码,商品名称,规格,条码,重量(克),售价,成本价\nGW-150-QY,青釉盖碗,150ml,6901234567892,320,68.00,31.00\n"
STOCK = "商品编码,库位,数量\nGW-150-QY,A-01-02,10\n"
ORDERS = (
    "订单号,下单时间,付款时间,付款方式,付款状态,收件人,手机,省,市,区县,详细地址,商品编码,商品名称,数量,单价,买家留言\n"
    "WALK-0001,2026-10-20 10:19:00,2026-10-20 10:21:00,支付宝,已付款,"
    "林晓,13800137621,湖北省,武汉市,洪山区,珞喻路 12 号,GW-150-QY,青釉盖碗,2,68.00,送人\n"
    "WALK-0002,2026-10-20 10:29:00,2026-10-20 10:30:00,支付宝,已付款,"
    "周芳,13900137622,湖北省,武汉市,洪山区,,GW-150-QY,青釉盖碗,1,68.00,\n"
)


@pytest.mark.capability("L-01", "L-02", "L-06", "L-10", "I-07", "I-08", "F-01", "F-02", "F-05", "F-07", "F-15", "T-02", "T-06", "U-04")
def test_one_order_goes_from_a_file_to_the_buyers_door(window: BrowserContext, road: SandboxServer, tmp_path: Path) -> None:
    page = window.new_page()
    open_the_shop(page)
    take_the_carrier_on(page, road)
    take_in(page, "goods", "goods.csv", GOODS, tmp_path)
    take_in(page, "stock", "stock.csv", STOCK, tmp_path)
    take_in(page, "orders", "orders.csv", ORDERS, tmp_path)
    number = the_order_is_approved(page)
    the_other_is_held_and_mended(page)
    pick_it(page)
    pack_it(page, number)
    waybill = ship_it(page)
    bring_it(page, road, waybill, number)


def until(page: Page, seen: Callable[[], bool]) -> None:
    """What the worker does comes a moment later: look again until it is there, a minute at most."""
    for _ in range(120):
        if seen():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(f"not seen within a minute on {page.url}")


def take_the_carrier_on(page: Page, road: SandboxServer) -> None:
    """A warehouse with its sender, and a carrier that gives numbers."""
    page.goto("/settings/warehouses/new/")
    for name, text in WAREHOUSE.items():
        page.fill(f"[name={name}]", text)
    page.get_by_role("button", name="建这个仓库").click()
    expect(page.get_by_text("杭州一仓").first).to_be_visible()
    page.goto("/settings/carriers/new/")
    page.fill("[name=code]", "practice")
    page.fill("[name=name]", "练习快递")
    page.select_option("[name=plugin]", "sandbox")
    page.fill("[name=settings]", "\n".join(f"{name}={value}" for name, value in road.account().settings.items()))
    page.get_by_role("button", name="加这家快递").click()
    expect(page.get_by_text("练习快递").first).to_be_visible()


def take_in(page: Page, kind: str, name: str, text: str, folder: Path) -> None:
    """Upload, look, take in, and wait for the totals."""
    file = folder / name
    file.write_bytes(text.encode("gb18030"))
    page.goto(f"/imports/new/?kind={kind}")
    page.check(f"[name=kind][value={kind}]")
    page.set_input_files("[name=file]", file)
    page.get_by_role("button", name="先看一看").click()
    expect(page.locator("h1")).to_contain_text(name)
    page.locator("button[name=go]").click()
    expect(page.get_by_role("heading", name="完成")).to_be_visible(timeout=60_000)


def the_order_is_approved(page: Page) -> str:
    """The worker reviews by itself; the list shows where it stands. Returns our number."""
    page.goto("/orders/?q=WALK-0001")
    row = page.locator("table tbody tr").first
    until(page, lambda: "已审核" in row.inner_text())
    expect(row).to_contain_text("林**")
    expect(row).to_contain_text("已审核")
    found = re.search(r"\d{6}-\d{5}", row.inner_text())
    assert found
    number = found.group()
    row.locator("a.no").click()
    expect(page.locator(".drawer")).to_contain_text(number)
    assert "13800137621" not in page.content()
    page.go_back()
    expect(page.locator(".drawer")).to_be_hidden()
    return number


def the_other_is_held_and_mended(page: Page) -> None:
    """A parcel without a door comes back: the order waits, says why, and goes on once it is mended."""
    page.goto("/orders/?q=WALK-0002")
    row = page.locator("table tbody tr").first
    expect(row).to_contain_text("收货信息异常")
    row.locator("a.no").click()
    form = page.locator(".drawer form.address")
    form.locator("[name=street]").fill("珞喻路 88 号")
    form.get_by_role("button").click()
    expect(page.locator(".drawer .stop")).to_have_count(0)


def go(page: Page, path: str) -> None:
    """There, also where a paper or a form's own answer was just on its way into this window."""
    try:
        page.goto(path)
    except Error:
        page.wait_for_timeout(2_000)
        page.goto(path)


def pick_it(page: Page) -> None:
    page.goto("/warehouse/waves/")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("下 2 单")).first.click()
    go(page, "/warehouse/picking/")
    page.get_by_role("link", name=re.compile(r"W\d{6}")).first.click()
    expect(page.locator(".bin")).to_contain_text("A-01-02")
    page.wait_for_load_state()
    page.keyboard.type("6901234567892")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="拣齐了")).to_be_visible()


def pack_it(page: Page, number: str) -> None:
    page.goto("/warehouse/packing/")
    page.keyboard.type(number)
    press(page, "Enter")
    expect(page.get_by_role("heading", name="还差 2 件")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.type("6900000000000")
    press(page, "Enter")
    expect(page.get_by_text("不是这一件").first).to_be_visible()
    for _ in range(2):
        page.keyboard.type("6901234567892")
        press(page, "Enter")
        page.wait_for_timeout(300)
    expect(page.get_by_text(re.compile("都齐了")).first).to_be_visible()


def ship_it(page: Page) -> str:
    """A number from the carrier, a label that is a PDF, and out of the house."""
    page.goto("/warehouse/shipping/")
    page.get_by_role("link", name="取 1 个单号").click()
    page.get_by_role("button", name="取 1 个单号").click()
    expect(page.get_by_text("1 个单号都取到了")).to_be_visible()
    waybill = page.locator("table.results td.mono", has_text="SB").inner_text().strip()
    page.goto("/warehouse/shipping/")
    page.locator("tbody input[name=ids]").check()
    with page.expect_request("**/labels/paper/**") as asked:
        page.get_by_role("button", name="打印 1 张面单").click()
    answer = asked.value.response()
    assert answer is not None
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    go(page, "/warehouse/shipping/")
    page.get_by_role("button", name="交出 1 包").first.click()
    expect(page.locator("tbody tr", has_text=waybill)).to_have_count(0)
    return waybill


def bring_it(page: Page, road: SandboxServer, waybill: str, number: str) -> None:
    """The carrier hears of it, brings it, and the order says so."""
    for _ in range(40):
        if road.advance([waybill], to="delivered")["moved"]:
            break
        page.wait_for_timeout(500)
    page.goto("/tracking/?tab=all")
    link = page.get_by_role("link", name=waybill).first
    until(page, lambda: link.is_visible())
    link.click()
    page.get_by_role("button", name="现在问一次快递").click()
    expect(page.locator("tbody tr", has_text=waybill)).to_contain_text("已签收")
    page.goto(f"/orders/?q={number}")
    row = page.locator("table tbody tr").first
    until(page, lambda: "已签收" in row.inner_text())
