"""The house as a person meets it: `zhanggui run` in a process of its own, and a real browser before it."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.serving import served
from zhanggui.couriers.sandbox.running import SandboxServer

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The merchant's own sites, which stand on this machine as well.
    "--host-resolver-rules=MAP *.example.com 127.0.0.1",
)


@pytest.fixture(scope="module")
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty shop, served by the product's own command on a database of its own: each walk begins in one."""
    name = request.module.__name__.rsplit(".", 1)[-1].removeprefix("test_")
    with served(tmp_path_factory.mktemp("house"), name, bare="empty_house" in name) as address:
        yield address


@pytest.fixture(scope="session")
def road() -> Iterator[SandboxServer]:
    """A carrier to practise with; its parcels move when told to."""
    with SandboxServer() as courier:
        yield courier


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("ZHANGGUI_BROWSER") or shutil.which("chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def window(chromium: Browser, house: str) -> Iterator[BrowserContext]:
    """An office screen, in Chinese. Whatever the pages complain of fails the walk."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=house, accept_downloads=True)
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    yield context
    context.close()
    assert not complaints
