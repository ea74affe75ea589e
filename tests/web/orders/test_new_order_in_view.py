"""A new order on a small screen: what was just added can be seen, and so can the list one chooses from."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.keys import press
from tests.web.frame.conftest import chromium, page
from tests.web.orders.bench import Bench
from tests.web.orders.test_new_order_browser import counter

__all__ = ["chromium", "counter", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.one_leg, pytest.mark.django_db(transaction=True)]
# Nothing of it lies under the footer, above the top of what scrolls, or beside the window.
SEEN = """at => { const box = (one) => one.getBoundingClientRect(), it = box(at);
const foot = box(document.querySelector(".entry-foot")), { top } = box(document.querySelector("#entry"));
return it.height > 0 && it.bottom <= foot.top + 1 && it.top >= top - 1; }"""


def seen(at: Locator) -> bool:
    return bool(at.evaluate(SEEN))


@pytest.mark.capability("N-02", "N-04")
def test_what_was_added_and_the_list_it_is_chosen_from_are_not_under_the_footer(page: Page, counter: Bench) -> None:
    page.goto("/orders/new/")
    press(page, "Alt+v")
    page.fill("#e-paste", "林晓晓，13800137621\n湖北省武汉市洪山区珞喻路 12 号\n青釉盖碗 2个\n不知道什么 2 个\n一共 130 元")
    press(page, "Control+Enter")
    expect(page.locator("[data-line]")).to_have_count(1)
    assert seen(page.locator("[data-line]"))
    assert seen(page.locator(".entry-heard"))
    page.locator("#e-find").press_sequentially("G")
    expect(page.locator("#skus [role=option]")).to_have_count(2)
    assert seen(page.locator("#skus"))
    assert seen(page.locator("#e-find"))
    page.fill("#e-find", "GDB-350")
    press(page, "Enter")
    expect(page.locator("[data-line]")).to_have_count(2)
    assert seen(page.locator("[data-line]").last)
    assert seen(page.locator("#e-find"))
