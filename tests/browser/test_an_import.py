"""Files a person has to help with: one asks before it is read, one is stopped on its way."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.openings import stock_it

pytestmark = [pytest.mark.browser, pytest.mark.one_leg]
HEADER = "订单号,下单时间,付款时间,收件人,手机,省,市,区县,详细地址,商品编码,商品名称,数量,单价\n"


def table(days: list[str]) -> bytes:
    where = "林晓,13800137621,湖北省,武汉市,洪山区,珞喻路 12 号,GW-150-QY,青釉盖碗,1,68.00"
    return (HEADER + "".join(f"ASK-{nth},{day},{day},{where}\n" for nth, day in enumerate(days, start=1))).encode("gb18030")


@pytest.mark.capability("I-04", "I-05", "I-06", "I-07", "I-08")
def test_a_question_is_answered_before_anything_comes_in_and_a_long_import_is_stopped(window: BrowserContext, tmp_path: Path) -> None:
    page = window.new_page()
    stock_it(page)
    doubtful, long = tmp_path / "days.csv", tmp_path / "long.csv"
    doubtful.write_bytes(table(["03/04/2026 10:00", "05/06/2026 11:00"]))
    long.write_bytes(table([f"2026-05-{1 + nth % 28:02} 10:00:00" for nth in range(6_000)]))
    page.goto("/imports/new/")
    page.check("[name=kind][value=orders]")
    page.set_input_files("[name=file]", doubtful)
    page.get_by_role("button", name="先看一看").click()
    expect(page.locator("#work")).to_contain_text("分不清月和日")
    expect(page.locator("button[name=go]")).to_have_count(0)
    page.get_by_label(re.compile("先日后月|日/月|日在前")).check()
    page.get_by_role("button", name="按这样看").click()
    expect(page.locator("button[name=go]")).to_contain_text("导入 2 单")
    page.locator("button[name=go]").click()
    expect(page.get_by_role("heading", name="完成")).to_be_visible(timeout=30_000)
    page.locator(".import-came a", has_text="新建 2 单").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.goto("/imports/new/")
    page.check("[name=kind][value=orders]")
    page.set_input_files("[name=file]", long)
    page.get_by_role("button", name="先看一看").click()
    page.locator("button[name=go]").click(timeout=30_000)
    page.get_by_role("button", name="停下，剩下的不导了").click()
    expect(page.get_by_text("停下以前")).to_be_visible()
    page.goto("/imports/")
    expect(page.locator("tbody tr").filter(has_text="long.csv")).to_contain_text("已取消")

    # What is here is updated only when somebody says so: the tick looks again, and the button says what it will do.
    once, day = tmp_path / "once.csv", "2026-03-08 14:31:12"
    first = table([day]).replace(b"ASK-", b"UPD-")
    for content, ticks in ((first, False), (first.replace(b"68.00", b"78.00"), True)):
        once.write_bytes(content)
        page.goto("/imports/new/")
        page.check("[name=kind][value=orders]")
        page.set_input_files("[name=file]", once)
        page.get_by_role("button", name="先看一看").click()
        if ticks:
            expect(page.get_by_text("没有可导入的")).to_be_visible()
            page.get_by_label("已有的订单按文件更新").check()
            expect(page.locator("#work")).to_contain_text("要更新的 1 单")
            expect(page.get_by_label("已有的订单按文件更新")).to_be_checked()
        page.locator("button[name=go]").click(timeout=30_000)
        expect(page.get_by_role("heading", name="完成")).to_be_visible(timeout=30_000)
    expect(page.locator("#work")).to_contain_text("更新 1 单")
