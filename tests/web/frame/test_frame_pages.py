"""The frame: who sees what of the rail, what every answer carries, what a refusal looks like."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from zhanggui.accounts.models import User
from zhanggui.accounts.policy import policy
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Changed, NotFound
from zhanggui.web.frame import gate, rail

pytestmark = pytest.mark.django_db
ROLES = [role for role in policy().roles if role != "program"]


def nothing(request: HttpRequest, *args: Any) -> HttpResponse:
    return HttpResponse("")


def refusing(request: HttpRequest) -> HttpResponse:
    raise Changed(what="1122-04173")


def missing(request: HttpRequest) -> HttpResponse:
    raise NotFound(what="<b>X</b>")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a bug")


class Everywhere:
    """Addresses of every area, so that the rail's own choice is what is seen."""

    app_name = "x"

    def __init__(self) -> None:
        found: dict[str, list[Any]] = {}
        for module in rail.MODULES:
            if ":" in module.url_name:
                area, name = module.url_name.split(":")
                found.setdefault(area, []).append(path(f"{name}/", nothing, name=name))
        own = [path(f"{view.__name__}/", view, name=view.__name__) for view in (refusing, missing, broken)]
        areas = [path(f"{area}/", include((names, area))) for area, names in found.items()]
        self.urlpatterns = [*own, path("", include("config.urls")), *areas]
        self.handler403, self.handler404, self.handler500 = (f"zhanggui.web.frame.errors.{name}" for name in HANDLERS)


HANDLERS = ("not_allowed", "not_found", "broken")


@pytest.fixture
def everywhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    known, own = gate.methods, {"GET": gate.need("*"), "POST": gate.need("*")}
    monkeypatch.setattr(gate, "methods", lambda name: own if name in ("refusing", "missing", "broken") else known(name))
    with override_settings(ROOT_URLCONF=Everywhere()):
        yield


@pytest.mark.capability("L-07", "L-08")
@pytest.mark.parametrize("role", ROLES)
def test_the_rail_shows_what_a_role_may_and_nothing_else(role: str, at_counter: Callable[..., Client], everywhere: None) -> None:
    browser = at_counter(role)
    page = browser.get("/").content.decode()
    actor = Actor("person", 1, role, policy().grants_of(role), role)
    shown = set(re.findall(r'<li><a href="([^"]+)"', page))
    for module in rail.MODULES:
        href = str(module.href).replace("&", "&amp;")
        assert (href in shown) == (gate.comes(actor, module.url_name) and (module.only is None or module.only(actor))), (
            f"{role}: {module.url_name}"
        )


def test_an_area_without_an_address_is_left_out(owner: Actor) -> None:
    with override_settings(ROOT_URLCONF="zhanggui.web.home.urls"):
        shown = [entry.module.url_name for group in rail.seen_by(owner) for entry in group.entries]
    assert shown == ["home"]


def test_the_rail_knows_where_one_is(owner: Actor, everywhere: None) -> None:
    def here(where: str, **query: str) -> list[str]:
        groups = rail.seen_by(owner, where, query)
        return [str(entry.module.label) for group in groups for entry in group.entries if entry.current]

    assert here("/") == ["今天"]
    listing = str(next(module for module in rail.MODULES if module.go == "o").href)
    assert here(listing) == ["订单列表"]
    assert here(listing, tab="held") == ["异常"]
    assert here("/nowhere/") == []


@pytest.mark.parametrize(
    "where", ["/", "/ui/", "/ui/station/", "/ui/phone/", "/pulse/", "/nope/", "/accounts/login/", "/accounts"]
)
def test_every_answer_carries_its_headers_and_number(where: str, at_counter: Callable[..., Client]) -> None:
    for browser in (at_counter("owner"), Client()):
        headers = browser.get(where).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert re.fullmatch(r"[0-9A-F]{4}-[0-9A-F]{4}", headers["X-Request-Id"])


@pytest.mark.parametrize(
    "where", ["/", "/ui/", "/ui/station/", "/ui/phone/", "/ui/drawer/1/", "/accounts/logout/", "/welcome/password/", "/accounts/security/",
              "/accounts/security/codes/", "/accounts/security/passkeys/new/", "/accounts/confirm/"],
)  # fmt: skip
def test_no_page_needs_what_its_policy_forbids(where: str, at_counter: Callable[..., Client]) -> None:
    page = at_counter("owner").get(where).content.decode()
    assert not re.search(r"\sstyle=", page)
    assert not re.search(r"\son[a-z]+=", page)
    assert "<style" not in page
    for attrs, inside in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL):
        assert "src=" in attrs or "application/json" in attrs
        assert not inside or "application/json" in attrs


def test_what_one_person_sees_is_kept_nowhere(at_counter: Callable[..., Client]) -> None:
    assert at_counter("owner").get("/").headers["Cache-Control"] == "no-store"


def test_the_pulse_is_silent_while_nothing_changes(at_counter: Callable[..., Client]) -> None:
    browser = at_counter("owner")
    first = browser.get("/pulse/")
    assert "no-store" not in first.headers["Cache-Control"]
    again = browser.get("/pulse/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_a_refusal_is_a_page_with_sentence_fix_and_number(at_counter: Callable[..., Client], everywhere: None) -> None:
    answer = at_counter("owner").post("/refusing/")
    page = answer.content.decode()
    assert answer.status_code == 409
    for said in ("1122-04173 刚被别人改过。", "刷新后再试", answer.headers["X-Request-Id"]):
        assert said in page


def test_a_refusal_in_a_part_of_a_page_is_a_toast_and_leaves_the_page(
    at_counter: Callable[..., Client], everywhere: None
) -> None:
    answer = at_counter("owner").post("/refusing/", headers={"HX-Request": "true"})
    told = json.loads(answer.headers["HX-Trigger"])["toast"]["toasts"][0]
    assert answer.status_code == 409
    assert answer.headers["HX-Reswap"] == "none"
    assert told["text"] == "1122-04173 刚被别人改过。"
    assert answer.headers["X-Request-Id"] in told["note"]


def test_a_refusal_keeps_its_own_status_and_quotes_nothing_as_markup(at_counter: Callable[..., Client], everywhere: None) -> None:
    answer = at_counter("owner").get("/missing/")
    assert answer.status_code == 404
    assert "&lt;b&gt;X&lt;/b&gt;" in answer.content.decode()


def test_a_bug_has_a_page_that_needs_no_database(at_counter: Callable[..., Client], everywhere: None) -> None:
    browser = at_counter("owner")
    browser.raise_request_exception = False
    answer = browser.get("/broken/")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "掌柜自己出错了" in page
    assert answer.headers["X-Request-Id"] in page


def test_a_database_that_is_away_is_said_plainly(at_counter: Callable[..., Client]) -> None:
    browser = at_counter("owner")
    browser.raise_request_exception = False

    def away(*asked: Any) -> None:
        raise OperationalError("the database is away")

    with connection.execute_wrapper(away):
        answer = browser.get("/", headers={"Accept-Language": "en"})
    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.content.decode()
    assert "sessionid" not in answer.cookies, "nobody is signed out by it"
    assert browser.get("/").status_code == 200


FORGED = {
    "浏览器没有带上掌柜的 cookie": {},
    "没有带上页面的通行码": {"cookie": "a" * 32},
    "重新登录过、换过人，或清过 cookie": {"cookie": "a" * 32, "pass": "a" * 32 + "b" * 32},
    "不是从掌柜自己的页面发来的": {"cookie": "a" * 32, "origin": "https://elsewhere.example"},
}


@pytest.mark.parametrize("cause", FORGED)
def test_a_form_without_its_pass_is_told_the_true_cause_and_the_way_back(person: Callable[[str], User], cause: str) -> None:
    person("owner")
    browser, given = Client(enforce_csrf_checks=True), FORGED[cause]
    if "cookie" in given:
        browser.cookies["csrftoken"] = given["cookie"]
    headers = {"Referer": "http://testserver/accounts/login/?next=/orders/"}
    headers |= {"Origin": given["origin"]} if "origin" in given else {}
    sent = {"login": "owner@example.com", "password": "kettle-lamp-42", "csrfmiddlewaretoken": given.get("pass", "")}
    answer = browser.post("/accounts/login/", sent, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert cause in page
    assert "什么都没有改" in page
    assert 'href="/accounts/login/?next=/orders/"' in page, "the way back"
    away = browser.post("/accounts/login/", sent, headers={**headers, "Referer": "https://elsewhere.example/trap/"})
    assert "elsewhere.example" not in away.content.decode(), "nobody is sent to another house"
    assert "回到刚才那一页" not in away.content.decode()


def test_a_part_of_a_page_without_its_pass_says_so_where_one_is(person: Callable[[str], User]) -> None:
    person("owner")
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Reswap"], answer.content) == (403, "none", b"")
    said = json.loads(answer.headers["HX-Trigger"])["toast"]["toasts"][0]
    assert "什么都没有改" in said["text"]


def test_who_comes_back_to_a_part_of_a_page_is_sent_to_the_door_and_back(person: Callable[[str], User]) -> None:
    person("owner")
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/ui/?tab=held"}
    answer = Client().get("/pulse/", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=%2Fui%2F%3Ftab%3Dheld"


@pytest.mark.capability("H-03")
@pytest.mark.parametrize("path", ["/welcome/", "/accounts/login/", "/"])
def test_the_house_speaks_chinese_until_somebody_chooses(path: str, person: Callable[[str], User]) -> None:
    browser = Client(headers={"Accept-Language": "en-US,en;q=0.9"})
    if path != "/welcome/":
        person("owner")
    page = browser.get(path, follow=True)
    assert 'lang="zh-CN"' in page.content.decode()
    assert page.headers["Content-Language"] == "zh-hans"
    assert 'action="/language/"' in page.content.decode(), "the choice is at the door too"
    browser.post("/language/", {"language": "en", "next": path})
    page = browser.get(path, follow=True, headers={"Accept-Language": "zh-CN"})
    assert 'lang="en"' in page.content.decode(), "the choice decides, not the browser"
    assert "Cookie" in page.headers["Vary"]
    assert "Accept-Language" not in page.headers["Vary"]
    browser.cookies["language"] = "xx"
    assert 'lang="zh-CN"' in browser.get(path, follow=True).content.decode()


@pytest.mark.capability("H-03")
def test_the_language_is_kept_on_the_screen_and_by_the_person(at_counter: Callable[..., Client]) -> None:
    browser = at_counter("owner")
    assert 'lang="zh-CN"' in browser.get("/ui/").content.decode()
    answer = browser.post("/language/", {"language": "en", "next": "/ui/"})
    assert answer.headers["Location"] == "/ui/"
    assert 'lang="en"' in browser.get("/ui/").content.decode()
    assert User.objects.get().language == "en"


def test_light_or_dark_is_the_persons_choice_and_the_systems_until_then(at_counter: Callable[..., Client]) -> None:
    browser = at_counter("owner")
    assert 'media="(prefers-color-scheme: dark)"' in browser.get("/").content.decode()
    browser.post("/taste/theme/", {"theme": "dark"})
    page = browser.get("/").content.decode()
    assert 'data-theme="dark"' in page
    assert "prefers-color-scheme" not in page
    assert browser.post("/taste/theme/", {"theme": "purple"}).status_code == 404
    assert browser.post("/taste/nothing/", {"nothing": "x"}).status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_living_page_shows_every_part(language: str, at_counter: Callable[..., Client]) -> None:
    browser = at_counter("readonly")
    browser.cookies["language"] = language
    for where in ("/ui/", "/ui/station/", "/ui/phone/", "/ui/drawer/1122-04173/"):
        assert browser.get(where).status_code == 200
    page = browser.get("/ui/").content.decode()
    for part in (
        'class="tone',
        'class="chip',
        'class="batch',
        'class="drop"',
        'class="steps"',
        'class="bone',
        'aria-invalid="true"',
    ):
        assert part in page


def test_the_drawer_is_a_part_beside_a_list_and_a_page_alone(at_counter: Callable[..., Client]) -> None:
    browser = at_counter("owner")
    beside = browser.get("/ui/drawer/1122-04173/", headers={"HX-Request": "true", "HX-Target": "drawer"}).content.decode()
    alone = browser.get("/ui/drawer/1122-04173/").content.decode()
    assert "<html" not in beside
    assert "<html" in alone
    assert "1122-04173" in beside


def test_a_toast_with_undo_reaches_a_part_and_a_whole_page(at_counter: Callable[..., Client]) -> None:
    browser = at_counter("owner")
    part = browser.post("/ui/say/", {"what": "undo"}, headers={"HX-Request": "true"})
    assert json.loads(part.headers["HX-Trigger"])["toast"]["toasts"][0]["undo"] == "/ui/say/"
    whole = browser.post("/ui/say/", {"what": "undo"}, follow=True).content.decode()
    assert 'action="/ui/say/"' in whole
    assert "2 单审核通过" in whole
