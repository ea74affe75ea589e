"""Whoever is switched off is out within a second, wherever they are: asked of the house as it really runs."""

import re
import time
from collections.abc import Iterator
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

import pytest

from tests.serving import served

PASSWORD = "kettle-lamp-42"
WITHIN_S = 1.0


class Staying(HTTPRedirectHandler):
    """Says where it is sent instead of going there."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


class Browser:
    """A browser with its own cookies, at the house's real address."""

    def __init__(self, house: str) -> None:
        self.house, self.jar, self.token = house, CookieJar(), ""
        self.opener = build_opener(HTTPCookieProcessor(self.jar), Staying())

    def ask(self, path: str, **form: str) -> tuple[int, str, str]:
        """(status, where it leads, what it says)."""
        body = None
        if form:
            body = urlencode({**form, "csrfmiddlewaretoken": self.token}).encode()
        asked = Request(f"{self.house}{path}", data=body, headers={"Referer": f"{self.house}{path}"})
        try:
            with self.opener.open(asked, timeout=20) as answer:
                status, where, said = answer.status, "", answer.read().decode()
        except HTTPError as answer:
            status, where, said = answer.code, answer.headers.get("Location", ""), answer.read().decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', said)
        self.token = found[1] if found else self.token
        return status, where, said

    def sign_in(self, email: str) -> None:
        self.ask("/accounts/login/")
        assert self.ask("/accounts/login/", login=email, password=PASSWORD)[0] == 302


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A shop of its own, served by the product's own command in its own process, with an owner."""
    with served(tmp_path_factory.mktemp("leaving"), "leave", owner=("boss@example.com", PASSWORD)) as address:
        yield address


@pytest.mark.one_leg
@pytest.mark.capability("L-02", "L-08")
def test_one_switched_off_is_out_within_a_second_on_every_machine(house: str) -> None:
    boss, zhang, phone = (Browser(house) for _nth in range(3))
    boss.sign_in("boss@example.com")
    boss.ask("/settings/people/new/")
    told = {"name": "小张", "email": "zhang@example.com", "role": "sales", "password": PASSWORD, "which_shops": "all", "which_warehouses": "all"}
    assert boss.ask("/settings/people/new/", **told)[0] == 302
    person = max(map(int, re.findall(r"/settings/people/(\d+)/", boss.ask("/settings/people/")[2])))
    for each in (zhang, phone):
        each.sign_in("zhang@example.com")
        assert each.ask("/orders/")[0] == 200
    boss.ask(f"/settings/people/{person}/")
    began = time.monotonic()
    assert boss.ask(f"/settings/people/{person}/off/", go="1")[0] == 302
    left = [each.ask("/orders/")[:2] for each in (zhang, phone)]
    took = time.monotonic() - began
    assert all(status == 302 and where.startswith("/accounts/login/") for status, where in left), left
    assert took < WITHIN_S, took
    # A link in their hands is as dead as their sessions.
    assert boss.ask(f"/settings/people/{person}/on/", go="1")[0] == 302
    boss.ask(f"/settings/people/{person}/")
    handed = boss.ask(f"/settings/people/{person}/", what="link", why="当面来说忘了")[2]
    link = re.search(r"http://[^/]+(/accounts/password/new/[^<\"]+)", handed)
    assert link
    assert Browser(house).ask(link[1])[0] == 302, "it opens"
    assert boss.ask(f"/settings/people/{person}/off/", go="1")[0] == 302
    assert Browser(house).ask(link[1])[0] == 410
