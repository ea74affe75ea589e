"""A person at the counter, whatever was counted for the last story forgotten."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from zhanggui.accounts.models import User
from zhanggui.web.frame import counts, health, notices

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(autouse=True)
def _fresh_figures() -> None:
    counts.forget()
    notices.forget()
    health.forget()


@pytest.fixture
def at_counter(person: Callable[[str], User]) -> Callable[..., Client]:
    """``at_counter("warehouse")`` → a browser in which that person is signed in."""

    def make(role: str = "owner", **headers: Any) -> Client:
        return signed_in(person(role), **headers)

    return make


def signed_in(someone: User, **headers: Any) -> Client:
    client = Client(headers=headers)
    client.force_login(someone, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("ZHANGGUI_BROWSER") or shutil.which("chromium")
    # The driver keeps an event loop in this thread; the stories' own queries are as safe as without it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, person: Callable[[str], User], settings: Any) -> Iterator[Page]:
    """The owner, signed in; how one comes through the door is a story of its own. Anything the browser complains of fails the story."""
    # A story empties the tables of models alone: the tries at the door of all stories before were counted together.
    cache.clear()
    name = settings.SESSION_COOKIE_NAME
    session = signed_in(person("owner")).cookies[name].value
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=live_server.url)
    context.add_cookies([{"name": name, "value": session, "url": live_server.url}])
    found = context.new_page()
    complaints: list[str] = []
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    found.goto("/ui/")
    expect(found.locator("h1")).to_have_text("掌柜的零件")
    yield found
    context.close()
    assert not complaints
