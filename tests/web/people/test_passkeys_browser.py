"""A passkey in a real browser: added, signed in with alone, shown again, renamed and removed."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.frame.conftest import chromium, page
from tests.web.frame.test_frame_access import LOOK

__all__ = ["chromium", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.one_leg, pytest.mark.django_db(transaction=True)]
# A machine with a finger on it that always agrees.
FINGER = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
    "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.mark.capability("L-02", "L-05")
def test_a_passkey_is_added_and_then_signs_in_alone(page: Page) -> None:
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    line.send("WebAuthn.addVirtualAuthenticator", {"options": FINGER})
    page.goto("/accounts/security/")
    page.get_by_role("link", name="加一把通行密钥").click()
    page.fill("[name=name]", "办公室电脑")
    page.get_by_role("button", name="加这一把").click()
    expect(page.locator("h1")).to_have_text("恢复码")
    expect(page.locator(".door-codes li")).to_have_count(10)
    assert page.evaluate(LOOK) == []
    page.get_by_role("link", name="记下了").click()
    expect(page.locator(".secure")).to_contain_text("办公室电脑")

    page.goto("/accounts/logout/")
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name="退出登录").click()
    page.goto("/orders/")
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page).to_have_url(re.compile(r"/orders/$"))

    page.goto("/accounts/logout/")
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name="退出登录").click()
    page.fill("[name=login]", "owner@example.com")
    page.fill("[name=password]", "kettle-lamp-42")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.locator("h1")).to_have_text("用通行密钥证明是您")
    assert page.evaluate(LOOK) == []
    page.get_by_role("button", name="用通行密钥").click()
    expect(page.locator("h1")).to_contain_text("今天")

    page.goto("/accounts/confirm/passkey/?next=/accounts/security/")
    page.get_by_role("button", name="用通行密钥").click()
    expect(page.locator(".toast")).to_contain_text("确认过是您了")
    page.get_by_role("link", name="改名").click()
    page.fill("[name=name]", "柜台电脑")
    page.get_by_role("button", name="改名").click()
    page.get_by_role("row", name="柜台电脑").get_by_role("link", name="删掉").click()
    page.get_by_role("button", name="删掉").click()
    expect(page.locator(".secure")).not_to_contain_text("柜台电脑")
    expect(page.locator(".secure")).not_to_contain_text("恢复码")


@pytest.mark.capability("L-04")
def test_a_password_says_how_hard_it_is_to_guess_without_being_sent(page: Page) -> None:
    page.goto("/accounts/password/change/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for password, says in (("short", "太短"), ("aaaaaaaaaaaa", "容易猜"), ("kettle lamp river 42", "很好")):
        page.fill("[name=password1]", password)
        expect(page.locator(".strength + .note")).to_have_text(says)
    assert not [url for url in asked if "pulse" not in url and "/static/" not in url]
