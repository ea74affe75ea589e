"""Something one has beside something one knows: it counts once, is sealed, and outlives the password."""

import json
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client

from tests.web.people.door import ADDRESS, PASSWORD, phone, set_up_codes, sign_in
from zhanggui.accounts.commands import rescue
from zhanggui.accounts.links import reset_path
from zhanggui.accounts.models import User
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.mark.capability("L-05", "L-06")
def test_after_the_password_comes_the_code_and_then_the_page_first_asked_for(owner_here: Client) -> None:
    key, _ = set_up_codes(owner_here)
    browser = Client()
    assert sign_in(browser, next="/orders/?tab=all") == "/accounts/login/code/"
    assert browser.get("/orders/").status_code == 302, "half way in is not in"
    assert browser.post("/accounts/login/code/", {"code": "000000"}).status_code == 422
    answer = browser.post("/accounts/login/code/", {"code": phone(key)})
    assert answer.headers["Location"] == "/orders/?tab=all"
    assert browser.get("/orders/").status_code == 200


@pytest.mark.capability("L-05")
@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_counts_once_however_long_it_is_valid(owner_here: Client, steps: int) -> None:
    key, _ = set_up_codes(owner_here)
    code = phone(key, steps=steps)
    first, second = Client(), Client()
    for browser in (first, second):
        sign_in(browser)
    # The one before was shown when codes were turned on.
    assert first.post("/accounts/login/code/", {"code": code}).status_code == (422 if steps == -1 else 302)
    assert second.post("/accounts/login/code/", {"code": code}).status_code == 422
    assert second.post("/accounts/login/code/", {"code": f"{code[:3]} {code[3:]}"}).status_code == 422


@pytest.mark.capability("L-05")
def test_a_recovery_code_lets_in_once_and_the_book_says_so(owner_here: Client) -> None:
    _, codes = set_up_codes(owner_here)
    assert len(set(codes)) == 10
    for turn, browser in enumerate((Client(), Client())):
        sign_in(browser)
        answer = browser.post("/accounts/login/code/?recovery", {"code": codes[0]})
        assert answer.status_code == (302, 422)[turn]
    assert Entry.objects.filter(name="AccessChanged", facts__what="second:used:recovery_codes").count() == 1
    assert "还有 9 个" in owner_here.get("/accounts/security/").content.decode()


@pytest.mark.capability("L-05")
def test_recovery_codes_are_shown_once_and_new_ones_end_the_old(owner_here: Client) -> None:
    _, codes = set_up_codes(owner_here)
    again = owner_here.get("/accounts/security/recovery/").content.decode()
    assert not any(code in again for code in codes)
    assert "已经看过了" in again
    owner_here.post("/accounts/security/recovery/new/")
    browser = Client()
    sign_in(browser)
    assert browser.post("/accounts/login/code/", {"code": codes[0]}).status_code == 422


@pytest.mark.capability("L-03", "L-05")
def test_a_new_password_never_takes_the_second_factor_away(owner_here: Client) -> None:
    key, _ = set_up_codes(owner_here)
    door = Client()
    form = door.get(reset_path(User.objects.get())).headers["Location"]
    said = {"password1": "green-door-17", "password2": "green-door-17"}
    assert door.post(form, said).headers["Location"] == "/accounts/login/", "a link sets a password and lets nobody in"
    assert sign_in(door, password="green-door-17") == "/accounts/login/code/"
    assert door.post("/accounts/login/code/", {"code": phone(key)}).status_code == 302


def test_nothing_of_it_lies_in_the_database_in_clear(owner_here: Client) -> None:
    waiting = owner_here.get("/accounts/security/codes/").content.decode().split('data-copy="')[1][:32]
    kept = [json.dumps(session.get_decoded()) for session in Session.objects.all()]
    assert kept
    assert not any(waiting in text for text in kept), "not even while it waits for its first code"
    key, codes = set_up_codes(owner_here)
    rows = [repr(row) for model in apps.get_models() for row in model._default_manager.values_list()]
    rows += [json.dumps(session.get_decoded()) for session in Session.objects.all()]
    held = Authenticator.objects.get(type="recovery_codes")
    seed = held.wrap().instance.data["seed"]
    assert any(seed in row for row in rows), "the search finds what is there"
    for secret in (key, *codes, *(code.replace(" ", "") for code in codes), PASSWORD):
        assert not any(secret in row for row in rows)


@pytest.mark.capability("L-05")
def test_the_owner_clears_it_for_one_who_lost_the_phone_with_a_reason(shop_open: None, person: Callable[[str], User]) -> None:
    sales = person("sales")
    hers = Client()
    sign_in(hers, "sales@example.com")
    set_up_codes(hers)
    with pytest.raises(rescue.WhyMissing):
        rescue.clear_second_factor(sales.pk, why="  ", by=SYSTEM, at=sales.joined_at)
    assert rescue.clear_second_factor(sales.pk, why="手机丢了，本人来说", by=SYSTEM, at=sales.joined_at) == 2
    assert hers.get("/").status_code == 302, "out wherever she was"
    assert sign_in(Client(), "sales@example.com") == "/", "the password alone, until she sets it up again"
    line = Entry.objects.get(name="AccessChanged", facts__what="second:cleared")
    assert (line.subject_id, line.facts["why"]) == (sales.pk, "手机丢了，本人来说")


@pytest.mark.capability("L-05")
def test_where_the_role_asks_for_it_the_last_one_stays(owner_here: Client) -> None:
    set_up_codes(owner_here)
    rescue.ask_second_factor("owner", True, by=SYSTEM, at=User.objects.get().joined_at)
    assert "您的角色要求两步验证" in owner_here.get("/accounts/security/codes/off/").content.decode()
    owner_here.post("/accounts/security/codes/off/")
    assert Authenticator.objects.filter(type="totp").exists()
    rescue.ask_second_factor("owner", False, by=SYSTEM, at=User.objects.get().joined_at)
    owner_here.post("/accounts/security/codes/off/")
    assert not Authenticator.objects.exists(), "the recovery codes go with it"


def test_wrong_codes_are_slowed_down(owner_here: Client) -> None:
    key, _ = set_up_codes(owner_here)
    browser = Client()
    sign_in(browser)
    for _turn in range(5):
        browser.post("/accounts/login/code/", {"code": "000000"})
    answer = browser.post("/accounts/login/code/", {"code": phone(key)})
    assert answer.status_code == 422
    assert "15 分钟后再试" in answer.content.decode()


def test_changing_ones_mind_half_way_leads_back_to_the_door(owner_here: Client) -> None:
    set_up_codes(owner_here)
    browser = Client()
    sign_in(browser)
    browser.post("/accounts/logout/")
    assert browser.get("/accounts/login/code/").headers["Location"] == "/accounts/login/"
    assert ADDRESS not in browser.get("/accounts/login/").content.decode()
