"""The frame in a real browser: the keyboard, the drawer, the batch bar, a bench whose network goes away."""

import gzip

import pytest
from playwright.sync_api import Page, expect

from tests.keys import press

pytestmark = [pytest.mark.browser, pytest.mark.one_leg, pytest.mark.django_db(transaction=True)]


@pytest.mark.capability("H-03")
def test_a_list_is_worked_without_a_mouse(page: Page) -> None:
    press(page, "k")
    press(page, "k")
    expect(page.locator("tr[data-cursor] .no")).to_have_text("1122-04207")
    press(page, "x")
    bar = page.locator(".batch[data-batch]")
    expect(bar.locator(".primary .says")).to_have_text("审核通过 2 单")
    expect(bar.locator("[data-sum=pieces]")).to_have_text("13 件")
    expect(bar.locator("[data-sum=minor]")).to_have_text("¥884.00")
    press(page, "Escape")
    expect(bar).to_be_hidden()
    press(page, "?")
    expect(page.locator("dialog#keys")).to_be_visible()
    press(page, "Escape")
    press(page, "/")
    expect(page.locator("#q")).to_be_focused()
    press(page, "Escape")
    press(page, "g")
    press(page, "t")
    expect(page.locator("h1")).to_contain_text("今天")


def test_a_phone_shows_no_keys_it_does_not_have(page: Page) -> None:
    expect(page.locator(".batch kbd").first).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    for key in page.locator("kbd").all():
        expect(key).to_be_hidden()


def test_shift_chooses_a_run_and_the_bar_says_what_cannot_be_done(page: Page) -> None:
    boxes = page.locator("table[data-rows] tbody input[type=checkbox]")
    boxes.nth(2).uncheck()
    boxes.nth(0).click()
    boxes.nth(3).click(modifiers=["Shift"])
    expect(page.locator(".batch [data-sum]").first).to_have_text("已选 4 单")
    expect(page.locator(".batch .primary .says")).to_have_text("审核通过 3 单")
    expect(page.locator("[data-why-not]")).to_have_text("1 单暂不能通过：缺货")


def test_the_drawer_is_an_address_and_back_closes_it(page: Page) -> None:
    page.locator("a[data-drawer]", has_text="1122-04031").click()
    drawer = page.locator("#drawer")
    expect(drawer.locator("header h2")).to_have_text("1122-04031")
    assert page.url.endswith("/ui/drawer/1122-04031/")
    press(page, "j")
    expect(drawer.locator("header h2")).to_have_text("1122-04207")
    page.go_back()
    expect(drawer).to_be_hidden()
    assert page.url.endswith("/ui/")
    page.locator("a[data-drawer]", has_text="1122-04180").click()
    expect(drawer.locator("header h2")).to_have_text("1122-04180")
    press(page, "Escape")
    expect(drawer).to_be_hidden()
    page.goto("/ui/drawer/1122-04180/")
    expect(page.locator("#drawer header h2")).to_have_text("1122-04180")


def test_a_toast_offers_undo_and_a_refusal_says_what_to_do(page: Page) -> None:
    page.locator("button[hx-vals*=undo]").click()
    toasts = page.locator("#toasts")
    expect(toasts).to_contain_text("2 单审核通过")
    press(page, "u")
    expect(toasts).to_contain_text("已撤回，一单没动")
    page.locator("button[hx-vals*=refused]").click()
    expect(toasts).to_contain_text("1122-04173 刚被别人改过。")
    expect(toasts).to_contain_text("刷新后再试")


def test_a_bench_answers_at_once_and_forgets_nothing_offline(page: Page) -> None:
    page.goto("/ui/station/")
    left = page.locator("[data-left-all]")
    page.context.set_offline(True)
    page.locator("body").click(position={"x": 700, "y": 650})
    page.keyboard.type("1")
    press(page, "Enter")
    expect(left).to_have_text("2")
    expect(page.locator("[data-link]")).to_have_text("网断了，1 扫等着传")
    page.keyboard.type("7")
    press(page, "Enter")
    expect(page.locator("[data-cover=wrong]")).to_be_visible()
    expect(page.locator("[data-cover=wrong] [data-scanned]")).to_have_text("7")
    page.keyboard.type("2")
    press(page, "Enter")
    expect(page.locator("[data-cover=wrong]")).to_be_hidden()
    queued = page.evaluate("JSON.parse(localStorage.getItem('station:sample')).map((scan) => scan.code)")
    assert queued == ["1", "7", "2"]
    page.context.set_offline(False)
    expect(page.locator("[data-link]")).to_have_text("连着", timeout=10_000)
    for _ in range(50):
        if page.evaluate("localStorage.getItem('station:sample')") is None:
            break
        page.wait_for_timeout(100)
    else:
        pytest.fail("scans made offline were never told")
    page.keyboard.type("1")
    press(page, "Enter")
    expect(page.locator("[data-cover=done]")).to_be_visible()


def test_the_first_answer_of_a_bench_takes_less_than_a_blink(page: Page) -> None:
    page.goto("/ui/station/")
    took = page.evaluate(
        """() => {
          const from = performance.now();
          const press = (key) => new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
          for (const key of ["1", "Enter"]) document.body.dispatchEvent(press(key));
          const shown = document.querySelector("[data-left-all]").textContent;
          return [performance.now() - from, shown];
        }"""
    )
    assert took[1] == "2"
    assert took[0] < 150


@pytest.mark.parametrize("width", [390, 1366])
@pytest.mark.parametrize("where", ["/", "/ui/", "/ui/station/", "/ui/phone/", "/ui/drawer/1/", "/welcome/password/", "/nope/"])
def test_nothing_sticks_out_sideways(page: Page, where: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(where)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_scripts_stay_small(page: Page) -> None:
    """Sixty kilobytes gzip a page, htmx included."""
    names = page.evaluate(
        "performance.getEntriesByType('resource').map((one) => one.name).filter((name) => name.endsWith('.js'))"
    )
    sizes = [len(gzip.compress(page.request.get(name).body())) for name in names]
    assert 5 < len(names) < 18
    assert sum(sizes) < 60_000
