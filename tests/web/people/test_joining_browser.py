"""What only a real browser shows: it says where a form comes from, and is believed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.web.frame.conftest import chromium, page
from zhanggui.accounts.commands import inviting
from zhanggui.accounts.models import User
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM

__all__ = ["chromium", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.one_leg, pytest.mark.django_db(transaction=True)]


def test_whoever_was_invited_comes_in_by_the_link(
    page: Page, chromium: Browser, live_server: LiveServer, person: Callable[[str], User]
) -> None:
    made = inviting.invite("reviewer", name="小李", by=SYSTEM, at=clock.now())
    link = inviting.link_for(made, by=SYSTEM, at=clock.now())
    context = chromium.new_context(viewport={"width": 390, "height": 844}, base_url=live_server.url)
    hers = context.new_page()
    hers.goto(link)
    hers.fill("[name=name]", "小李")
    hers.fill("[name=email]", "li@example.com")
    hers.fill("[name=password]", "green-door-17")
    hers.click("form button.primary")
    expect(hers).to_have_url(f"{live_server.url}/welcome/joined/")
    assert User.objects.get(email="li@example.com").role.code == "reviewer"
    context.close()


def test_on_a_page_that_shows_a_key_once_every_other_form_still_works(page: Page) -> None:
    page.goto("/settings/tokens/new/")
    page.fill("[name=name]", "收银")
    page.locator("[name=scopes]").first.check()
    page.click("[form=token-form]")
    expect(page.get_by_text("zg_").first).to_be_visible()
    page.locator("form[action='/language/'] button").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
