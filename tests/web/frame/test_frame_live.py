"""Pages that look again by themselves, forms that outlive a bad network: as the server answers them, and under a real hand."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page, Route, expect

from tests.keys import press
from tests.web.frame.conftest import chromium, page
from tests.web.orders.bench import Bench
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import shops
from zhanggui.stock.commands import warehouses
from zhanggui.stock.models import Ledger

__all__ = ["chromium", "page"]
LIVE = {"X-Live": "1", "HX-Request": "true"}


def open_shop() -> Bench:
    at = clock.now()
    warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=at)
    return Bench(shops.open_one("shanye", "山野杂货", platform="taobao", by=SYSTEM, at=at), at)


@pytest.mark.django_db
@pytest.mark.capability("M-09")
@pytest.mark.parametrize("where", ["/", "/orders/", "/review/", "/warehouse/waves/", "/tracking/"])
def test_a_page_that_is_still_true_costs_one_statement_beside_who_asks(
    at_counter: Callable[..., Client], monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    open_shop()
    browser = at_counter("owner")
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    first = browser.get(where, headers=LIVE)
    with CaptureQueriesContext(connection) as asked:
        again = browser.get(where, headers={**LIVE, "If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    # The session, the person with their role, what they were granted, where the book stands.
    assert len(asked) <= 5, [one["sql"] for one in asked]
    assert "journal_entry" in asked[-1]["sql"]


@pytest.mark.django_db
def test_what_others_did_elsewhere_sends_nothing_and_what_shows_here_is_sent(at_counter: Callable[..., Client]) -> None:
    bench = open_shop()
    bench.put("T1")
    browser = at_counter("owner")
    tag = browser.get("/tracking/", headers=LIVE).headers["ETag"]
    listed = browser.get("/orders/?tab=all", headers=LIVE).headers["ETag"]
    shops.open_one("shanye", "山野好物", platform="taobao", by=SYSTEM, at=clock.now())
    elsewhere = browser.get("/tracking/", headers={**LIVE, "If-None-Match": tag})
    here = browser.get("/orders/?tab=all", headers={**LIVE, "If-None-Match": listed})
    assert (elsewhere.status_code, here.status_code) == (304, 200)
    assert elsewhere.headers["ETag"] != tag


@pytest.mark.django_db
def test_asking_by_itself_is_nobodys_presence_and_swallows_no_message(at_counter: Callable[..., Client]) -> None:
    browser = at_counter("owner")
    browser.get("/")
    session = browser.session
    session["seen_at"] = was = session["seen_at"] - 120
    session["orders.result"] = {"says": "通过 1 单", "left": [], "more": 0}
    session.save()
    browser.get("/orders/", headers=LIVE)
    assert browser.session["seen_at"] == was
    assert "orders.result" in browser.session
    assert "通过 1 单" in browser.get("/orders/").content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.capability("L-09", "B-02")
def test_a_form_that_arrives_twice_is_done_once(at_counter: Callable[..., Client]) -> None:
    bench = open_shop()
    browser = at_counter("owner")
    form = {"warehouse": _warehouse(), "bin": "A-01", "pieces": "5", "note": "补货"}
    before = Ledger.objects.count()
    for _ in range(2):
        answer = browser.post(
            f"/stock/{bench.sku}/receive/", {**form, "once": "ab" * 12}, headers={"Referer": "http://testserver/stock/"}
        )
    assert Ledger.objects.count() == before + 1, answer.content.decode()[:3000]
    assert answer.status_code == 302
    assert "没有再做一遍" in browser.get("/stock/").content.decode()
    browser.post(f"/stock/{bench.sku}/receive/", {**form, "pieces": "6", "once": "ab" * 12})
    assert Ledger.objects.count() == before + 2


def _warehouse() -> str:
    from_ = warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=clock.now())
    return str(from_)


STORY = [pytest.mark.browser, pytest.mark.one_leg, pytest.mark.django_db(transaction=True)]


def story(test: Any) -> Any:
    for mark in STORY:
        test = mark(test)
    return test


def until(page: Page, true: str) -> None:
    """The page's own policy lets nobody wait inside it: ask from outside, five seconds at most."""
    for _ in range(50):
        if page.evaluate(true):
            return
        page.wait_for_timeout(100)
    raise AssertionError(true)


def receive(page: Page, sku_id: int, pieces: str) -> None:
    page.goto(f"/stock/{sku_id}/receive/")
    page.fill("#stock-form [name=pieces]", pieces)
    page.fill("#stock-form [name=note]", "老周送来的")


@story
@pytest.mark.capability("M-09")
def test_a_list_says_by_itself_what_another_person_changed(page: Page) -> None:
    bench = open_shop()
    bench.put("T1")
    page.clock.install()
    page.goto("/orders/?tab=all")
    expect(page.locator("#synced time")).to_have_text(re.compile(r"\d\d:\d\d:\d\d"))
    page.locator("tbody input[name=ids]").check()
    shops.open_one("shanye", "山野好物", platform="taobao", by=SYSTEM, at=clock.now())
    with page.expect_response(lambda answer: "X-Live".lower() in answer.request.headers and "pulse" not in answer.url) as heard:
        page.clock.run_for(12_000)
    assert heard.value.status == 200
    expect(page.locator("tbody tr").first).to_contain_text("山野好物")
    expect(page.locator("tbody input[name=ids]")).to_be_checked()
    with page.expect_response(lambda answer: "x-live" in answer.request.headers and "pulse" not in answer.url) as quiet:
        page.clock.run_for(12_000)
    assert quiet.value.status == 304
    # Rows that would jump wait behind a word.
    bench.put("T2")
    with page.expect_response(
        lambda answer: "x-live" in answer.request.headers and answer.status == 200 and "pulse" not in answer.url
    ):
        page.clock.run_for(12_000)
    expect(page.locator("#synced [data-waits]")).to_have_text("1 条新的，点这里看")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("#synced").click()
    expect(page.locator("tbody tr")).to_have_count(2)


@story
@pytest.mark.capability("L-09", "B-02")
def test_what_was_typed_outlives_a_dead_network_and_is_done_once(page: Page) -> None:
    bench = open_shop()
    before = Ledger.objects.count()
    receive(page, bench.sku, "7")
    page.context.set_offline(True)
    page.get_by_role("button", name="入库").click()
    bar = page.locator("#trouble-bar")
    expect(bar).to_contain_text("没有送出去")
    expect(page.locator("#stock-form [name=pieces]")).to_have_value("7")
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("#stock-form [name=note]")).to_have_value("老周送来的")
    expect(page.locator(".restored")).to_contain_text("填回来了")
    page.context.set_offline(True)
    page.get_by_role("button", name="入库").click()
    expect(bar).to_contain_text("没有送出去")
    page.context.set_offline(False)
    bar.get_by_role("button", name="再送一次").click()
    expect(page.locator(".toast").first).to_be_visible()
    assert Ledger.objects.count() == before + 1
    # Taken in: nothing of it comes back.
    page.goto(f"/stock/{bench.sku}/receive/")
    expect(page.locator("#stock-form [name=note]")).to_have_value("")


@story
@pytest.mark.capability("L-09")
def test_without_a_network_nothing_at_the_top_says_that_all_is_well(page: Page) -> None:
    bench = open_shop()
    bench.put("T1")
    page.goto("/orders/?tab=all")
    expect(page.locator("#light .tone")).to_be_visible()
    expect(page.locator("#unheard")).to_be_hidden()
    page.context.set_offline(True)
    expect(page.locator("#unheard")).to_have_text("没连上")
    expect(page.locator("#light")).to_be_hidden()
    expect(page.locator("#synced")).to_have_attribute("data-lost", "")
    page.context.set_offline(False)
    expect(page.locator("#light .tone")).to_be_visible()
    expect(page.locator("#unheard")).to_be_hidden()


@story
@pytest.mark.capability("L-09")
def test_two_things_that_did_not_arrive_have_a_button_each_and_cover_nothing(page: Page) -> None:
    bench = open_shop()
    page.set_viewport_size({"width": 390, "height": 844})
    receive(page, bench.sku, "7")
    page.context.set_offline(True)
    page.get_by_role("button", name="入库").click()
    page.locator("summary[aria-label^=我]").click()
    page.get_by_role("button", name="English").click()
    bar = page.locator("#trouble-bar")
    expect(bar).to_contain_text("2 件没有送到")
    expect(bar.get_by_role("button", name="再送「English」")).to_be_visible()
    for part in (".search", "#drawer header", ".thumbs-bar"):
        box, over = page.locator(part).bounding_box(), bar.bounding_box()
        assert box is not None
        assert over is not None
        assert box["y"] + box["height"] <= over["y"] or over["y"] + over["height"] <= box["y"], part
    page.context.set_offline(False)
    before = Ledger.objects.count()
    bar.get_by_role("button", name="再送「入库").click()
    expect(page.locator(".toast").first).to_be_visible()
    assert Ledger.objects.count() == before + 1


@story
def test_the_door_asks_the_house_nothing(page: Page) -> None:
    page.context.clear_cookies()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/accounts/login/")
    page.fill("[name=login]", "owner@example.com")
    page.fill("[name=password]", "kettle-lamp-42")
    page.click("button.primary")
    expect(page.locator("#light .tone")).to_be_visible()
    assert not [url for url in asked if "/here/" in url]


@story
@pytest.mark.capability("L-09")
def test_an_answer_that_never_came_is_asked_for_again_and_nothing_is_done_twice(page: Page) -> None:
    bench = open_shop()
    before = Ledger.objects.count()
    receive(page, bench.sku, "3")

    def swallow(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort("connectionreset")

    page.route("**/receive/", lambda route: swallow(route) if route.request.method == "POST" else route.continue_(), times=1)
    page.get_by_role("button", name="入库").click()
    page.wait_for_timeout(1500)
    assert Ledger.objects.count() == before + 1
    page.goto(f"/stock/{bench.sku}/receive/")
    # Nobody knows whether it arrived, so it is all there to be sent again.
    expect(page.locator("#stock-form [name=pieces]")).to_have_value("3")
    page.get_by_role("button", name="入库").click()
    expect(page.locator(".toast").first).to_contain_text("没有再做一遍")
    assert Ledger.objects.count() == before + 1


@story
def test_a_double_click_is_one_click(page: Page) -> None:
    bench = open_shop()
    before = Ledger.objects.count()
    receive(page, bench.sku, "4")
    page.get_by_role("button", name="入库").dblclick()
    expect(page.locator(".toast").first).to_be_visible()
    assert Ledger.objects.count() == before + 1


@story
@pytest.mark.capability("L-09")
def test_a_session_that_ended_costs_a_password_and_not_a_word(page: Page) -> None:
    bench = open_shop()
    before = Ledger.objects.count()
    receive(page, bench.sku, "9")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="入库").click()
    bar = page.locator("#trouble-bar")
    expect(bar).to_contain_text("登录到时间了")
    bar.get_by_role("link", name="去登录").click()
    page.fill("[name=login]", "owner@example.com")
    page.fill("[name=password]", "kettle-lamp-42")
    page.click("button.primary")
    expect(page.locator("#stock-form [name=pieces]")).to_have_value("9")
    expect(page.locator("#stock-form [name=note]")).to_have_value("老周送来的")
    page.get_by_role("button", name="入库").click()
    expect(page.locator(".toast").first).to_be_visible()
    assert Ledger.objects.count() == before + 1


@story
def test_what_was_typed_ends_with_signing_out(page: Page) -> None:
    bench = open_shop()
    receive(page, bench.sku, "8")
    until(page, "Object.keys(sessionStorage).some((key) => key.startsWith('draft:'))")
    page.locator("summary:has(.who)").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.locator("[name=login]")).to_be_visible()
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('draft:')).length") == 0


@story
@pytest.mark.capability("L-09")
def test_a_scan_made_while_the_session_was_over_is_told_after_signing_in(page: Page) -> None:
    page.goto("/ui/station/")
    page.context.clear_cookies(name="sessionid")
    page.keyboard.type("1")
    press(page, "Enter")
    page.wait_for_url("**/accounts/login/**")
    assert page.evaluate("JSON.parse(localStorage.getItem('station:sample')).length") == 1
    page.fill("[name=login]", "owner@example.com")
    page.fill("[name=password]", "kettle-lamp-42")
    page.click("button.primary")
    expect(page.locator("[data-station]")).to_be_visible(timeout=20_000)
    until(page, "localStorage.getItem('station:sample') === null")
