"""What every answer carries, whatever it is: pages, files, redirects, refusals, downloads, programs' answers."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import Client, RequestFactory

from config import environment
from tests.web.test_every_address import EVERY
from zhanggui.accounts.models import User
from zhanggui.kernel import safety
from zhanggui.kernel.vault import new_ring, written
from zhanggui.web.frame import errors
from zhanggui.web.frame.middleware import POLICY

pytestmark = pytest.mark.one_leg

People = Callable[..., User]
CARRIED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Permitted-Cross-Domain-Policies": "none",
}
# Kinds of script that no browser runs: facts for ours.
DATA = ("application/json", "application/ld+json")


class Inline(HTMLParser):
    """What of a page would run or dress by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        for name, value in attrs:
            if name.startswith(("on", "hx-on")) or name == "style":
                self.found.append(f"<{tag} {name}>")
            if name in ("href", "src", "action", "formaction", "xlink:href") and re.match(r"\s*(javascript|vbscript|data:text)", value or "", re.I):
                self.found.append(f"<{tag} {name}={value}>")
        if tag == "style" or (tag == "script" and "src" not in named and named.get("type") not in DATA):
            self.found.append(f"<{tag}>")
        if tag in ("iframe", "object", "embed", "base"):
            self.found.append(f"<{tag}>")
        source = named.get("src") if tag == "script" else named.get("href") if tag == "link" else None
        if source and not source.startswith("/"):
            self.found.append(f"<{tag} {source}>")


def inline(text: str) -> list[str]:
    page = Inline()
    page.feed(text)
    return page.found


def lacks(answer: HttpResponse) -> list[str]:
    missing = [name for name, value in CARRIED.items() if answer.headers.get(name) != value]
    if answer.headers.get("Referrer-Policy") != "same-origin":
        missing.append("Referrer-Policy")
    if not answer.headers.get("X-Request-Id"):
        missing.append("X-Request-Id")
    return missing


@pytest.mark.django_db
def test_whoever_did_not_sign_in_gets_every_header_at_every_address_by_every_method(client: Client, person: People) -> None:
    """What somebody signed in gets is looked at where every page is full of what strangers typed."""
    client.raise_request_exception = False
    person("owner")
    wrong = []
    for name, path in EVERY:
        for method in ("get", "head", "post", "put"):
            answer = getattr(client, method)(path)
            missing = lacks(answer)
            found = inline(answer.content.decode()) if "html" in answer.headers.get("Content-Type", "") else []
            if missing or found:
                wrong.append((name, method, answer.status_code, missing, found))
    assert not wrong, wrong


@pytest.mark.django_db
def test_files_errors_and_what_leads_elsewhere_carry_them_too(client: Client, person: People) -> None:
    client.raise_request_exception = False
    answers: dict[str, Any] = {path: client.get(f"/static/{path}") for path in ("zhanggui/js/app.js", "zhanggui/css/frame.css", "zhanggui/seal.svg")}
    answers |= {
        "no file": client.get("/static/none.js"),
        "no page": client.get("/no/such/page"),
        "no slash": client.get("/orders"),
        "another host": client.get("/", headers={"host": "evil.example.com"}),
        "no token": Client(enforce_csrf_checks=True).post("/accounts/login/"),
        "a broken address": client.get("/orders/%ff%00/"),
    }
    for name, answer in answers.items():
        assert not lacks(answer), (name, answer.status_code, lacks(answer))
        assert name.endswith((".js", ".css", ".svg")) == (answer.status_code == 200), (name, answer.status_code)
    assert answers["another host"].status_code == 400
    request = RequestFactory().get("/")
    assert not inline(errors.broken(request).content.decode())


def test_no_file_of_ours_makes_code_of_text() -> None:
    """What the policy forbids in a page, our own scripts do not do either."""
    folder = Path(str(finders.find("zhanggui/js")))
    found = []
    for path in [*folder.glob("*.js")]:
        text = path.read_text("utf-8")
        live = re.findall(r"\beval\(|new Function|document\.write|setTimeout\(\s*[\"'`]|\.setAttribute\(\"on", text)
        found += [f"{path.name}: {each}" for each in live]
    assert not found, found


# Over https


@pytest.fixture
def over_https(settings: Any) -> None:
    """The settings as a house behind a proxy has them."""
    settings.HTTPS, settings.PROXIES = True, 1
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT, settings.SECURE_REDIRECT_EXEMPT = True, [r"^healthz$", r"^readyz$", r"^metrics$"]
    settings.SECURE_HSTS_SECONDS = 365 * 86400
    settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE = "__Host-session", True
    settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_SECURE = "__Host-csrf", True


@pytest.mark.django_db
def test_behind_a_proxy_cookies_are_its_own_alone_and_plain_requests_are_sent_on(over_https: None, person: People) -> None:
    person("owner")
    plain = Client().get("/accounts/login/")
    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/accounts/login/")
    assert "Strict-Transport-Security" not in plain
    assert not plain.cookies
    assert Client().get("/healthz").status_code == 200
    client = Client(headers={"x-forwarded-proto": "https"})
    page = client.get("/accounts/login/")
    assert page["Strict-Transport-Security"] == "max-age=31536000"
    client.post("/accounts/login/", {"login": "owner@example.com", "password": "kettle-lamp-42"}, headers={"referer": "https://testserver/"})
    assert client.cookies["__Host-session"].value
    for name in ("__Host-session", "__Host-csrf"):
        cookie = {**page.cookies, **client.cookies}[name]
        assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"], cookie["samesite"]) == (True, True, "/", "", "Lax"), name


@pytest.mark.django_db
def test_on_a_plain_loopback_address_nobody_is_kept_out_and_no_strangers_word_is_believed(client: Client, person: People) -> None:
    person("owner")
    answer = client.post("/accounts/login/", {"login": "owner@example.com", "password": "kettle-lamp-42"}, headers={"x-forwarded-proto": "https"})
    assert client.cookies["sessionid"].value
    assert not client.cookies["sessionid"]["secure"]
    assert "Strict-Transport-Security" not in answer
    assert client.cookies["sessionid"]["httponly"]


def house(data: Path, *command: str, **said: str) -> "subprocess.CompletedProcess[str]":
    """A command in a house with these settings and a data folder of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZHANGGUI_", "DJANGO_"))}
    where = {**kept, "ZHANGGUI_DATA": str(data), "DJANGO_SETTINGS_MODULE": "config.settings", **said}
    return subprocess.run([sys.executable, "-m", *command], env=where, capture_output=True, text=True, check=False, timeout=120)


CHECK = ("django", "check", "--deploy", "--fail-level", "WARNING")
PUBLIC = {"ZHANGGUI_ADDRESS": "https://erp.example.com", "ZHANGGUI_PROXIES": "1"}


def test_the_check_before_going_online_finds_nothing(tmp_path: Path) -> None:
    done = house(tmp_path, *CHECK, **PUBLIC)
    assert done.returncode == 0, done.stderr
    assert "(2 silenced)" in done.stderr + done.stdout


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"ZHANGGUI_HTTPS": "1", "ZHANGGUI_HOSTS": "a.example.com,*"}, ("zhanggui.E004", "zhanggui.E005")),
        ({"ZHANGGUI_DEVELOPMENT": "1", **PUBLIC}, ("zhanggui.E003",)),
        ({"ZHANGGUI_ADDRESS": "https://me:word@erp.example.com"}, ("ZHANGGUI_ADDRESS",)),
    ],
    ids=["any host, no proxy", "debug in public", "no address"],
)
def test_a_house_that_is_not_safe_does_not_start(said: dict[str, str], code: tuple[str, ...], tmp_path: Path) -> None:
    done = house(tmp_path, "zhanggui", "prepare", **said)
    assert done.returncode == 2, done.stderr
    assert all(each in done.stderr for each in code)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ZHANGGUI_ADDRESS", "erp.example.com"), ("ZHANGGUI_ADDRESS", "https://erp.example.com/shop"), ("ZHANGGUI_ADDRESS", "ftp://erp.example.com"),
        ("ZHANGGUI_PRIVATE_NETS", "10.0.0.0/99"), ("ZHANGGUI_PRIVATE_NETS", "10.0.0.1/8"), ("ZHANGGUI_OUTWARD_PORTS", "443,x"),
        ("ZHANGGUI_OUTWARD_PORTS", "0"),
    ],
)  # fmt: skip
def test_a_setting_that_says_nothing_sensible_is_named(name: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, said)
    with pytest.raises(ImproperlyConfigured, match=name):
        environment.public_address(name) if name == "ZHANGGUI_ADDRESS" else environment.outward()


def test_development_is_for_a_folder_begun_so_and_never_for_a_shop(tmp_path: Path) -> None:
    bench, shop = tmp_path / "bench", tmp_path / "shop"
    bench.mkdir()
    shop.mkdir()
    assert environment.made_for_development(bench, True)
    (shop / "keys.json").touch()
    assert not environment.made_for_development(shop, True)
    assert environment.made_for_development(bench, False)
    refused = house(shop, "zhanggui", "prepare", ZHANGGUI_DEVELOPMENT="1", ZHANGGUI_KEYS=written(new_ring()))
    assert (refused.returncode, "zhanggui.E003" in refused.stderr) == (2, True), refused.stderr
    assert house(bench, "django", "check", ZHANGGUI_DEVELOPMENT="1").returncode == 0


def test_a_key_somebody_made_up_is_refused(settings: Any) -> None:
    assert safety.the_key_is_strong() == []
    for key in ("secret", "a" * 64, "0123456789" * 4, "changeme" * 10):
        settings.SECRET_KEY = key
        assert [each.id for each in safety.the_key_is_strong()] == ["zhanggui.E006"], key
