"""A till beside the shop's own screens: a key made for it, its receipts sent twice, and what the list says of them."""

import json
import urllib.request
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.openings import stock_it
from tests.keys import press

pytestmark = [pytest.mark.browser, pytest.mark.one_leg]


def call(house: str, path: str, key: str, said: Any = None, *, once: str = "") -> tuple[int, Any]:
    """As a till does, without a browser."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", **({"Idempotency-Key": once} if once else {})}
    asked = urllib.request.Request(f"{house}/api/v1{path}", data=json.dumps(said).encode() if said else None, headers=headers)
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return answer.status, json.load(answer)


def receipt(number: str, pieces: int) -> dict[str, Any]:
    line = {"sku_code": "GW-150-QY", "quantity": pieces, "unit_minor": 6800}
    sold = datetime.now(UTC).isoformat(timespec="seconds")
    return {"till": "T1", "receipt_no": number, "sold_at": sold, "payment_method": "现金", "total_minor": pieces * 6800, "lines": [line]}


@pytest.mark.capability("I-12", "I-09")
def test_a_till_sells_over_the_counter_and_each_receipt_is_one_order(window: BrowserContext, house: str) -> None:
    page = window.new_page()
    stock_it(page)
    page.goto("/settings/tokens/")
    page.get_by_role("link", name="做第一把密钥").click()
    page.fill("[name=name]", "门店收银机")
    page.check("[name=scopes][value='order.create']")
    page.check("[name=scopes][value='order.view']")
    page.get_by_role("button", name="做这把密钥").click()
    key = page.locator(".once-key").inner_text()
    page.get_by_role("link", name="我存好了").click()
    expect(page.locator("#work")).not_to_contain_text(key)
    shop = call(house, "/shops", key)[1]["items"][0]["id"]
    sent = {"shop_id": shop, "receipts": [receipt("000127", 2), receipt("000128", 20)]}
    # The line went dead before the answer came: the till sends the same again, then again as another call.
    for once in ("till-1-a", "till-1-a", "till-1-b"):
        status, told = call(house, "/pos/receipts", key, sent, once=once)
        assert status == 200
        outcomes = [each["outcome"] for each in told["result"]]
        assert outcomes == ["created" if once == "till-1-a" else "duplicate", "refused"]
    page.goto("/orders/?tab=all")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("已完成")
    press(page, "f")
    page.locator(".filter-sheet summary", has_text="更多条件").click()
    page.select_option(".filter-sheet [name=source]", label="门店收银")
    page.get_by_role("button", name="就看这些").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody a.no").click()
    expect(page.locator(".drawer")).to_contain_text("¥136.00")
    expect(page.locator(".drawer")).to_contain_text("现金")
    page.goto("/orders/?tab=all&source=manual")
    expect(page.locator("tbody a.no")).to_have_count(0)
    # What went over the counter is off the shelf.
    page.goto("/stock/?q=GW-150-QY")
    expect(page.locator("tbody tr").first).to_contain_text("8")
    page.goto("/settings/tokens/")
    expect(page.locator("tbody tr", has_text="门店收银机")).not_to_contain_text("还没用过")
