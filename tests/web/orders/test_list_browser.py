"""The list under a real hand: a view is kept and opened again, all that match are done with their progress beside them."""

import pytest
from playwright.sync_api import Page, expect

from tests.keys import press
from tests.web.frame.conftest import chromium, page
from tests.web.orders.bench import Bench
from tests.web.orders.test_orders_browser import counter
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import categories
from zhanggui.orders.models import Order, View
from zhanggui.web.orders import batches

__all__ = ["chromium", "counter", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.one_leg
@pytest.mark.capability("M-05", "M-08", "G-03")
def test_a_view_is_kept_and_a_row_is_sorted_by_keys(page: Page, counter: Bench) -> None:
    categories.make("礼品", "red", by=SYSTEM, at=counter.at)
    first = counter.put("T1", flag="red")
    counter.put("T2")
    page.goto("/orders/?tab=unshipped&flag=red")
    press(page, "v")
    page.fill(".view-keep [name=name]", "红旗的")
    page.click(".view-keep button")
    expect(page.locator(".views-menu > summary")).to_contain_text("红旗的")
    assert View.objects.get().query == "flag=red&tab=unshipped"
    press(page, "j")
    press(page, ".")
    page.click(".row-menu[open] [value^='sort:'] >> text=礼品")
    expect(page.locator(".toast").last).to_contain_text("1 单分好了类")
    expect(page.locator("tbody .sorted")).to_have_text("礼品")
    press(page, "u")
    expect(page.locator("tbody .sorted")).to_have_count(0)
    # With nothing chosen the key means the row the cursor is on.
    page.goto("/orders/?tab=unshipped&flag=red")
    press(page, "j")
    press(page, "h")
    dialog = page.locator("dialog.ask-dialog[open]")
    expect(dialog).to_contain_text("挂起这 1 单")
    dialog.get_by_role("button", name="等买家回话").click()
    expect(page.locator(".toast").last).to_contain_text("挂起 1 单")
    expect(page.locator("tbody .chip").first).to_have_text("挂起：等买家回话")
    assert Order.objects.get(pk=first.pk).holds == 1


@pytest.mark.capability("A-15")
def test_all_that_match_go_step_by_step_and_those_left_out_are_tried_again(
    page: Page, counter: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "STEP", 20)
    for nth in range(55):
        counter.put(f"T{nth}", 1, sku=counter.other, code="GDB-350", idle=nth == 54)
    page.goto("/orders/?tab=unshipped")
    page.click("[data-select-page]")
    page.click("[data-choose-every]")
    expect(page.locator(".batch .sum b")).to_have_text("已选 55 单")
    page.click(".batch [value=plan]")
    expect(page.locator("#drawer")).to_contain_text("单没有", timeout=15_000)
    expect(page.locator("#drawer .left-out li").first).to_be_visible()
    expect(page.locator("#drawer footer button")).to_contain_text("再试一次")


@pytest.mark.one_leg
@pytest.mark.capability("M-06")
def test_the_menu_of_a_row_is_within_reach_of_a_thumb(page: Page, counter: Bench) -> None:
    order = counter.put("T1")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/orders/?tab=unshipped")
    page.click(".row-menu > summary")
    expect(page.locator(".row-menu[open] [value=hold]")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click(".row-menu[open] [value=hold]")
    go_on = page.locator("dialog.ask-dialog[open] .btn.primary")
    expect(go_on).to_be_in_viewport(ratio=1)
    go_on.click()
    expect(page.locator(".toast").last).to_contain_text("挂起 1 单")
    expect(page.locator("tbody .chip").first).to_have_text("挂起")
    assert Order.objects.get(pk=order.pk).holds == 1


@pytest.mark.one_leg
@pytest.mark.capability("A-16")
def test_chosen_orders_are_cancelled_from_the_list_once_the_dialog_has_its_reason(page: Page, counter: Bench) -> None:
    paid = [counter.put(f"T{nth}", idle=nth == 1) for nth in range(2)]
    page.goto("/orders/?tab=unshipped")
    page.click("[data-select-page]")
    page.click(".batch details.menu > summary")
    page.click(".batch [value=cancel]")
    dialog = page.locator("dialog.ask-dialog[open]")
    expect(dialog).to_contain_text("其中 2 单已经付了款，收了 ¥136.00")
    dialog.locator("textarea").fill("买家不要了")
    dialog.locator(".btn.primary").click()
    expect(page.locator(".toast").last).to_contain_text("取消 2 单")
    assert set(Order.objects.values_list("stage", flat=True)) == {"cancelled"}
    press(page, "u")
    expect(page.locator(".toast").last).to_contain_text("已撤回")
    expect(page.locator("tbody tr")).to_have_count(2)
    assert "cancelled" not in {Order.objects.get(pk=order.pk).stage for order in paid}
