"""What stops orders, and the ways on: goods that are missing, wishes that look alike, parcels put together, money still to come."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.openings import stock_it
from tests.browser.test_the_whole_way import take_in, until
from tests.keys import press

pytestmark = [pytest.mark.browser, pytest.mark.one_leg]
HEADER = "订单号,下单时间,付款时间,付款方式,付款状态,收件人,手机,省,市,区县,详细地址,商品编码,商品名称,数量,单价\n"
BOWL, CUP, POT = "GW-150-QY,青釉盖碗", "CB-6,茶杯", "HU-1,断货壶"
# Ten bowls lie there, four cups, no pot. The two of a letter go to one receiver.
WISHES = (
    ("SHORT", "A", BOWL, True), ("SHORT", "A", POT, True), ("KEEP-1", "B", BOWL, True), ("KEEP-2", "B", BOWL, True),
    ("DROP-1", "C", BOWL, True), ("DROP-2", "C", BOWL, True), ("JOIN-1", "D", BOWL, True), ("JOIN-2", "D", BOWL, True),
    ("BOX-1", "E", BOWL, True), ("BOX-2", "E", CUP, True), ("OWED", "F", CUP, False),
)  # fmt: skip


def row(no: str, who: str, goods: str, paid: bool) -> str:
    money = "2026-10-20 10:21:00,支付宝,已付款" if paid else ",支付宝,未付款"
    return f"{no},2026-10-20 10:19:00,{money},林{who},1380013762{ord(who) - 65},湖北省,武汉市,洪山区,珞喻路 12 号,{goods},1,68.00\n"


@pytest.mark.capability("A-06", "A-09", "A-10", "P-01", "P-03", "P-04", "P-05")
def test_what_stops_an_order_is_seen_and_there_is_a_way_on(window: BrowserContext, tmp_path: Path) -> None:
    page = window.new_page()
    stock_it(page)
    take_in(page, "orders", "orders.csv", HEADER + "".join(row(*each) for each in WISHES), tmp_path)
    page.goto("/orders/?tab=all")
    until(page, lambda: page.locator("tbody tr", has_text="已审核").count() == 2)
    what_is_there_goes_first(page)
    two_that_look_alike(page)
    one_parcel_and_its_way_back(page)
    money_still_to_come(page)


def orders(page: Page, *nos: str) -> Locator:
    page.goto(f"/orders/?tab=all&q={'+'.join(nos)}")
    return page.locator("tbody tr")


def what_is_there_goes_first(page: Page) -> None:
    """On the desk the pot is split off; the bowl is approved, and the pot waits by itself."""
    page.goto("/review/?reason=out-of-stock")
    page.get_by_label("有货的先发，缺的拆成另一单等").check()
    expect(page.locator("#decide-says")).to_have_text("拆单并通过有货的，看下一单")
    press(page, "Enter")
    expect(page.locator(".desk-foot")).to_contain_text("上一单")
    rows = orders(page, "SHORT")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="已审核")).to_contain_text("青釉盖碗")
    expect(rows.filter(has_text="缺货")).to_contain_text("断货壶")


def compared(page: Page, no: str) -> None:
    """From what is said of an order on the desk to both of them side by side."""
    address = orders(page, no).first.locator("a.no").get_attribute("href") or ""
    page.goto(f"/review/?order={address.strip('/').split('/')[-1]}")
    page.get_by_role("link", name="整单并排比较").click()
    expect(page.locator("h1")).to_have_text("并排比较")
    expect(page.locator("table.compare")).to_contain_text("相同")


def two_that_look_alike(page: Page) -> None:
    """Kept, cancelled, put together: each from where they are compared."""
    compared(page, "KEEP-1")
    press(page, "Enter")
    expect(page.locator(".toast")).to_contain_text("各发各的，以后不再问")
    expect(orders(page, "KEEP-1", "KEEP-2").filter(has_text="已审核")).to_have_count(2)
    compared(page, "DROP-1")
    page.get_by_role("button", name="取消").last.click()
    page.locator("#ask-why").fill("同一个人拍了两次")
    page.get_by_role("button", name="接着做").click()
    expect(page.locator(".toast")).to_contain_text("取消 1 单")
    expect(orders(page, "DROP-1", "DROP-2").filter(has_text="已取消")).to_have_count(1)
    compared(page, "JOIN-1")
    page.get_by_role("button", name="合成一个包裹").click()
    expect(page.locator(".toast")).to_contain_text("2 单合好了")
    # What was merged is no repeat: the rules look again by themselves.
    rows = orders(page, "JOIN-1", "JOIN-2")
    until(page, lambda: rows.filter(has_text="已审核").count() == 2)


def one_parcel_and_its_way_back(page: Page) -> None:
    page.goto("/orders/together/")
    door = page.locator(".one-door").filter(has_text="7624").filter(has=page.get_by_role("button", name="合成一个包裹"))
    expect(door).to_have_count(1)
    door.get_by_role("button", name="合成一个包裹").click()
    expect(page.locator(".toast")).to_contain_text("2 单合好了")
    expect(page.get_by_role("button", name="拆开")).to_have_count(2)
    page.locator(".toast").get_by_role("button", name="撤回").click()
    expect(page.locator(".toast").last).to_contain_text("已撤回")
    expect(page.get_by_role("button", name="拆开")).to_have_count(1)


def money_still_to_come(page: Page) -> None:
    """Waited for longer, tried in vain, paid another way: the order goes on by itself."""
    page.goto("/payments/")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody [name=ids]").check()
    page.locator(".batch summary", has_text="延长期限").click()
    page.get_by_label("为什么").fill("买家周末才发工资")
    page.get_by_role("button", name="延长付款期限").click()
    expect(page.locator("tbody tr")).to_contain_text("延过 1 次")
    page.locator("tbody a.no").click()
    money = page.locator(".drawer #money")
    money.get_by_text("没付成，或换付款方式").click()
    money.get_by_label("为什么没付成").select_option("balance")
    money.get_by_role("button", name="记下没付成").click()
    expect(money).to_contain_text("余额不足：请买家充值，或换一张卡、换一种付款方式")
    page.wait_for_load_state()
    money.get_by_text("没付成，或换付款方式").click()
    money.get_by_label("换成").select_option("微信支付")
    money.get_by_role("button", name="换付款方式").click()
    # The drawer is a new one, with this at the top of its story.
    expect(page.locator(".drawer")).to_contain_text("付款方式换成了微信支付")
    page.wait_for_load_state()
    money.get_by_text("记一笔收款").click()
    expect(money.get_by_label("方式")).to_have_value("微信支付")
    expect(money.get_by_label("金额")).to_have_value("68.00")
    money.get_by_role("button", name="记下收款").click()
    expect(money).to_contain_text("收款 · 微信支付")
    rows = orders(page, "OWED")
    until(page, lambda: "已审核" in rows.first.inner_text())
