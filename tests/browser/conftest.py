"""The house as a person meets it: `zhanggui run` in a process of its own, and a real browser before it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from zhanggui.couriers.sandbox.running import SandboxServer

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ANSWERS_WITHIN_S = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty shop, served by the product's own command on a database of its own."""
    url = os.environ.get("ZHANGGUI_DATABASE_URL", "")
    merchant = f"walk_{os.getpid()}"
    port = free_port()
    where = {**os.environ, "ZHANGGUI_DATA": str(tmp_path_factory.mktemp("house")), "ZHANGGUI_MERCHANT": merchant}
    where |= {"DJANGO_SETTINGS_MODULE": "config.settings"}
    log = Path(where["ZHANGGUI_DATA"]) / "house.log"
    with log.open("wb") as out:
        served = subprocess.Popen(
            [sys.executable, "-m", "zhanggui", "run", "--port", str(port)], env=where, stdout=out, stderr=subprocess.STDOUT
        )
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(address, served, log)
            yield address
        finally:
            served.terminate()
            served.wait(30)
    if url.startswith("postgres"):
        with psycopg.connect(url, autocommit=True) as line:
            line.execute(f'DROP SCHEMA IF EXISTS "m_{merchant}" CASCADE')  # type: ignore[arg-type]


def _wait_for(address: str, served: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + ANSWERS_WITHIN_S
    while time.monotonic() < until:
        if served.poll() is not None:
            raise RuntimeError(f"the house ended with {served.returncode}: {log.read_text()[-2000:]}")
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the house did not open: {log.read_text()[-2000:]}")


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
