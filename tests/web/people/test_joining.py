"""Coming in by an invitation, and by whichever name one has."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.web.people.door import PASSWORD, sign_in
from zhanggui.accounts.commands import access, inviting
from zhanggui.accounts.models import User
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db
NEW = "green-door-17"


def told_of(page: Any) -> str:
    """What a page says, without the marks that differ each time."""
    return re.sub(r"""(value|href|name|hx-headers)=("[^"]*"|'[^']*')""", "", page.content.decode())


@pytest.fixture
def link(shop_open: None) -> str:
    made = inviting.invite("finance", name="王芳", by=SYSTEM, at=clock.now())
    return inviting.link_for(made, by=SYSTEM, at=clock.now())


def come(browser: Client, link: str, **more: str) -> Any:
    return browser.post(link, {"name": "王芳", "email": "wang@example.com", "password": NEW, **more})


@pytest.mark.capability("L-08", "L-04")
def test_whoever_was_invited_sets_a_password_and_is_inside_and_taught(link: str) -> None:
    hers = Client()
    page = hers.get(link)
    text = page.content.decode()
    assert (page["Referrer-Policy"], "data-strength" in text, "财务" in text) == ("same-origin", True, True)
    assert hers.get(link).status_code == 200, "looking spends nothing"
    assert "太短了" in come(hers, link, password="short").content.decode()
    hers.cookies["language"] = "en"
    answer = come(hers, link)
    assert answer["Location"] == "/welcome/joined/"
    assert User.objects.get(email="wang@example.com").language == "en"
    joined = hers.get("/welcome/joined/").content.decode()
    assert "Turn it on now" in joined, "the policy advises it of finance"
    assert sign_in(Client(), "wang@example.com", NEW) == "/"


def test_after_it_was_used_the_link_says_nothing(link: str) -> None:
    come(Client(), link)
    dead, never = (Client().get(path) for path in (link, f"/welcome/join/{'x' * 32}/"))
    assert (dead.status_code, never.status_code) == (410, 410)
    plain = [told_of(page) for page in (dead, never)]
    assert plain[0] == plain[1]
    assert "王芳" not in plain[0]
    assert "wang" not in plain[0]
    assert come(Client(), link, email="other@example.com").status_code == 410
    assert User.objects.count() == 2


def test_links_are_not_tried_for_long(shop_open: None) -> None:
    browser = Client()
    tried = [browser.get(f"/welcome/join/{nth:032d}/").status_code for nth in range(31)]
    assert tried[:30] == [410] * 30
    assert tried[30] == 429


@pytest.mark.capability("L-02")
def test_one_signs_in_by_address_name_or_phone(person: Callable[[str], User]) -> None:
    sales = person("sales")
    person("owner")
    access.give_logins(sales.pk, username="Xiao.Wang", phone="+86 138-0013-8000", by=SYSTEM, at=clock.now())
    for login in ("sales@example.com", "SALES@example.com", "xiao.wang", " Xiao.Wang ", "13800138000", "138 0013 8000", "+8613800138000"):
        assert sign_in(Client(), login) == "/", login
    row = User.objects.get(pk=sales.pk)
    assert "13800138000" not in f"{row.__dict__}", "what lies in the table tells no phone"
    access.give_logins(sales.pk, username="", phone="", by=SYSTEM, at=clock.now())
    for login in ("xiao.wang", "13800138000"):
        assert sign_in(Client(), login) == "", login


@pytest.mark.capability("L-02")
def test_three_names_give_no_more_tries_than_one_and_a_stranger_is_told_the_same(person: Callable[[str], User]) -> None:
    sales = person("sales")
    person("owner")
    access.give_logins(sales.pk, username="wang", phone="13800138000", by=SYSTEM, at=clock.now())

    def said(login: str) -> str:
        return told_of(Client().post("/accounts/login/", {"login": login, "password": "wrong-password"})).replace(login, "")

    told = {said(login) for login in ("wang", "nobody", "13800138000", "13900139000", "sales@example.com", "nobody@example.com")}
    assert len(told) == 1
    assert "账号或密码不对" in told.pop()
    cache.clear()
    for login in ("wang", "13800138000", "sales@example.com", "wang", "13800138000"):
        sign_in(Client(), login, "wrong-password")
    assert sign_in(Client(), "sales@example.com", PASSWORD) == "", "five mistakes under three names are five of one account"
    cache.clear()
    assert sign_in(Client(), "sales@example.com", PASSWORD) == "/"


@pytest.mark.capability("L-02", "L-03")
def test_who_is_here_shows_in_no_time_it_takes(person: Callable[[str], User], settings: Any) -> None:
    """With the product's own hash: one is made or checked for everybody."""
    settings.PASSWORD_HASHERS = ["zhanggui.accounts.hashing.Argon2"]
    sales = person("sales")
    person("owner")
    access.give_logins(sales.pk, username="wang", phone="13800138000", by=SYSTEM, at=clock.now())
    took: dict[bool, list[float]] = {True: [], False: []}
    for here, login in [(True, "wang"), (False, "nobody"), (True, "13800138000"), (False, "13900139000")] * 2:
        cache.clear()
        began = time.perf_counter()
        sign_in(Client(), login, "wrong-password")
        took[here].append(time.perf_counter() - began)
    known, unknown = median(took[True]), median(took[False])
    assert 0.6 < known / unknown < 1.7, (known, unknown)


def test_a_link_of_one_who_was_switched_off_is_dead(shop_open: None, person: Callable[[str], User]) -> None:
    second = person("owner")
    made = inviting.invite("sales", by=SYSTEM, at=clock.now())
    inviting.Invitation.objects.filter(pk=made).update(maker=second, generation=second.generation)
    link = inviting.link_for(made, by=SYSTEM, at=clock.now())
    assert Client().get(link).status_code == 200
    access.switch_off(second.pk, by=SYSTEM, at=clock.now() + timedelta(seconds=1))
    assert Client().get(link).status_code == 410
