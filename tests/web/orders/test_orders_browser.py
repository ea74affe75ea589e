"""The list, the drawer and the desk under a real hand: keys, undo, what stays where it was."""

import pytest
from playwright.sync_api import Page, expect

from tests.keys import press
from tests.web.frame.conftest import chromium, page
from tests.web.frame.test_frame_access import LOOK
from tests.web.orders.bench import LIN, Bench
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import shops
from zhanggui.orders.models import Order
from zhanggui.stock.commands import warehouses

__all__ = ["chromium", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def counter(page: Page) -> Bench:
    """The shop of these stories, opened after the owner came in."""
    at = clock.now()
    warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=at)
    return Bench(shops.open_one("shanye", "山野杂货", platform="taobao", by=SYSTEM, at=at), at)


@pytest.mark.capability("A-15", "M-06", "M-08")
def test_choosing_approving_and_undoing_by_keys_leaves_the_list_where_it_was(page: Page, counter: Bench) -> None:
    for nth in range(3):
        counter.put(f"T{nth}", paid_minor=1)
    page.goto("/orders/?tab=pending_review")
    expect(page.locator("tbody tr")).to_have_count(3)
    for key in ("j", "x", "j", "x"):
        press(page, key)
    expect(page.locator(".batch [value=approve] .says")).to_have_text("审核通过 2 单")
    press(page, "a")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator(".toast")).to_contain_text("审核通过 2 单")
    press(page, "u")
    expect(page.locator("tbody tr")).to_have_count(3)
    press(page, "j")
    press(page, "Enter")
    expect(page.locator("#drawer.open h1")).to_have_text(Order.objects.order_by("ship_by", "id")[0].number)
    page.fill("#drawer [name=internal]", "加气泡")
    page.locator("#drawer [name=internal]").blur()
    expect(page.locator("#drawer .note-state")).to_contain_text("存好了")
    press(page, "Escape")
    expect(page.locator("#drawer")).not_to_have_class("drawer open")
    expect(page).to_have_url(page.url.split("/orders/")[0] + "/orders/?tab=pending_review")


@pytest.mark.one_leg
def test_the_mask_opens_one_part_at_a_time(page: Page, counter: Bench) -> None:
    order = counter.put("T1", person=LIN)
    page.goto(f"/orders/{order.pk}/")
    expect(page.locator("#work")).not_to_contain_text("13800137621")
    page.click("dd:has(#part-phone) summary")
    page.click("dd:has(#part-phone) button >> nth=1")
    expect(page.locator(".in-clear")).to_have_text("13800137621")
    expect(page.locator("#work")).not_to_contain_text("林晓晓")


@pytest.mark.one_leg
@pytest.mark.capability("A-10", "A-14")
def test_the_desk_is_worked_by_number_enter_and_space(page: Page, counter: Bench) -> None:
    first, second = counter.put("T1", 12, due_h=1), counter.put("T2", 15, due_h=2)
    page.goto("/review/")
    expect(page.locator("#r-no")).to_have_text(first.number)
    press(page, "2")
    expect(page.locator("#decide-says")).to_have_text("拆单并通过有货的，看下一单")
    press(page, "3")
    expect(page.locator("#decide-says")).to_have_text("改件数并通过，看下一单")
    press(page, "Enter")
    expect(page.locator("#r-no")).to_have_text(second.number)
    # The number is on the screen before the page's own keys are.
    page.wait_for_load_state()
    press(page, " ")
    expect(page.locator(".desk-foot")).to_contain_text(f"{second.number} 已挂起")
    # Enter on a link follows the link: it belongs to what has the focus.
    page.focus("a[href*='tab=pending_review']")
    press(page, "Enter")
    expect(page.locator("tbody tr")).to_have_count(1)


@pytest.mark.one_leg
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_screen_of_orders_can_be_read_and_named(page: Page, counter: Bench, theme: str) -> None:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    sent, short = counter.put("T1", person=LIN, flag="red"), counter.put("T2", 99, person=LIN, buyer_note="送人")
    strange = counter.put("T3", sku=None, code="OLD")
    nowhere = counter.put("T4", person=counter.somebody()._replace(street=""))
    pages = [f"/orders/{order.pk}/" for order in (sent, short, strange, nowhere)]
    reasons = [f"/review/?order={order.pk}" for order in (short, strange, nowhere)]
    for where in ("/orders/", "/orders/?tab=held&least=1", "/orders/?q=nothing", *pages, *reasons, "/imports/", "/imports/new/"):
        page.goto(where)
        assert page.evaluate(LOOK) == [], f"{where} in {theme}"
    page.set_viewport_size({"width": 390, "height": 844})
    for where in ("/orders/", *pages, *reasons, "/imports/new/"):
        page.goto(where)
        assert page.evaluate("document.documentElement.scrollWidth") == 390, where
