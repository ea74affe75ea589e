"""A forgotten password: nobody learns who is here, and a link is good once, for an hour, for who it was made for."""

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.people.door import PASSWORD, sign_in
from zhanggui.accounts.commands import access, rescue
from zhanggui.accounts.links import reset_path
from zhanggui.accounts.models import User
from zhanggui.journal.jobs import run_until_idle
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db
NEW = "willow-stone-ferry-7"
ASK = "/accounts/password/forgotten/"


@pytest.fixture
def sends_mail(settings: Any) -> None:
    settings.MAIL_IS_SENT = True


def set_new(browser: Client, link: str, password: str = NEW) -> int:
    """Follow a link to its form and send a password."""
    answer = browser.get(link)
    if answer.status_code != 302:
        return answer.status_code
    return browser.post(answer.headers["Location"], {"password1": password, "password2": password}).status_code


@pytest.mark.capability("L-03")
def test_the_answer_is_the_same_whoever_is_here(person: Callable[[str], User], sends_mail: None) -> None:
    person("owner")
    User.objects.filter(pk=person("sales").pk).update(is_active=False)
    seen = []
    for email in ("owner@example.com", "nobody@example.com", "sales@example.com", "nobody@else.example"):
        # The first line of a browser costs more than its second.
        browser = Client()
        browser.get(ASK)
        with CaptureQueriesContext(connection) as asked:
            began = time.perf_counter()
            answer = browser.post(ASK, {"email": email})
            took_s = time.perf_counter() - began
        cost = len(asked)
        page = re.sub(rb'value="[^"]+"|Token": "[^"]+"', b"", browser.get(answer.headers["Location"]).content)
        seen.append((answer.status_code, answer.headers["Location"], cost, page))
        assert cost > 3, "it is counted"
        assert took_s < 1
    assert all(one == seen[0] for one in seen)
    assert not mail.outbox, "nothing is sent while somebody waits and measures"


@pytest.mark.capability("L-03")
def test_only_who_is_here_gets_a_letter_in_their_language(person: Callable[[str], User], sends_mail: None) -> None:
    User.objects.filter(pk=person("owner").pk).update(language="en")
    for email in ("OWNER@example.com", "nobody@example.com"):
        Client().post(ASK, {"email": email})
    run_until_idle()
    assert [letter.to for letter in mail.outbox] == [["owner@example.com"]]
    assert mail.outbox[0].subject == "Zhanggui: set a new password"
    link = re.findall(r"http://testserver(\S+)", str(mail.outbox[0].body))[0]
    assert set_new(Client(), link) == 302
    assert sign_in(Client(), password=NEW) == "/"
    assert sign_in(Client(), password=PASSWORD) == ""


@pytest.mark.capability("L-03")
def test_a_link_works_once_and_ends_with_the_hour(person: Callable[[str], User], monkeypatch: pytest.MonkeyPatch) -> None:
    owner = person("owner")
    link = reset_path(owner)
    late = PasswordResetTokenGenerator._now  # type: ignore[attr-defined]
    with monkeypatch.context() as patch:
        patch.setattr(PasswordResetTokenGenerator, "_now", lambda self: late(self) + timedelta(seconds=3601))
        assert set_new(Client(), link) == 410
    assert set_new(Client(), link, "short") == 422
    assert set_new(Client(), link, "password1234") == 422, "one everybody uses"
    assert set_new(Client(), link) == 302
    assert set_new(Client(), link) == 410
    page = Client().get(link).content.decode()
    assert "这个链接不能用了" in page


def test_a_link_ends_with_a_newer_one_with_switching_off_and_for_good(person: Callable[[str], User], at: datetime) -> None:
    sales = person("sales")
    first = rescue.hand_link(sales.pk, why="忘了", by=SYSTEM, at=at)
    second = rescue.hand_link(sales.pk, why="又忘了", by=SYSTEM, at=at)
    assert set_new(Client(), first) == 410
    access.switch_off(sales.pk, by=SYSTEM, at=at)
    assert set_new(Client(), second) == 410
    with pytest.raises(rescue.SwitchedOff):
        rescue.hand_link(sales.pk, why="停用着", by=SYSTEM, at=at)
    access.switch_on(sales.pk, by=SYSTEM, at=at)
    assert set_new(Client(), second) == 410, "what was void stays void"


def test_a_new_password_ends_every_session(person: Callable[[str], User]) -> None:
    owner = person("owner")
    elsewhere = Client()
    sign_in(elsewhere)
    assert elsewhere.get("/").status_code == 200
    link = reset_path(User.objects.get(pk=owner.pk))
    assert set_new(Client(), link) == 302
    assert elsewhere.get("/").status_code == 302


def test_a_house_without_mail_says_who_helps_and_asks_for_nothing(person: Callable[[str], User]) -> None:
    person("owner")
    page = Client().get(ASK).content.decode()
    assert "请店主帮您" in page
    assert 'name="email"' not in page
    assert Client().post(ASK, {"email": "owner@example.com"}).status_code == 200
    assert run_until_idle() == 0


def test_asking_again_and_again_is_stopped(person: Callable[[str], User], sends_mail: None) -> None:
    person("owner")
    answers = [Client().post(ASK, {"email": "owner@example.com"}).status_code for _ in range(7)]
    assert answers[:5] == [302] * 5
    assert answers[5:] == [429, 429]


@pytest.mark.capability("L-02", "L-03")
def test_a_wrong_password_costs_the_same_whoever_is_here(person: Callable[[str], User], monkeypatch: pytest.MonkeyPatch) -> None:
    person("owner")
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, password, salt: (hashed.append(password), encode(self, password, salt))[1])
    cost = {}
    for email in ("owner@example.com", "nobody@example.com"):
        hashed.clear()
        assert sign_in(Client(), email, "not-this-one") == ""
        cost[email] = len(hashed)
    assert cost == {"owner@example.com": 1, "nobody@example.com": 1}
