"""Where one is signed in: seen, ended, and over by itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from tests.web.people.door import MINUTE_S, PASSWORD, let_pass, sign_in
from zhanggui.accounts import jobs
from zhanggui.accounts.commands import access, sessions
from zhanggui.accounts.models import User
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db
HOUR_S = 60 * MINUTE_S


@pytest.fixture
def elsewhere(owner_here: Client) -> Client:
    """The owner again, on a phone."""
    browser = Client(headers={"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"})
    sign_in(browser)
    return browser


@pytest.mark.capability("L-02")
def test_one_sees_where_one_is_signed_in_and_ends_one(owner_here: Client, elsewhere: Client) -> None:
    page = owner_here.get("/accounts/security/").content.decode()
    assert page.index("Chrome · Windows") < page.index("Safari · iPhone")
    assert elsewhere.get("/").status_code == 200
    there = UserSession.objects.get(user_agent__contains="iPhone")
    owner_here.post(f"/accounts/security/sessions/{there.pk}/")
    assert elsewhere.get("/").status_code == 302, "refused at its very next request"
    assert owner_here.get("/").status_code == 200


@pytest.mark.capability("L-02")
def test_all_others_end_at_once(owner_here: Client, elsewhere: Client) -> None:
    third = Client()
    sign_in(third)
    owner_here.post("/accounts/security/sessions/others/")
    assert [browser.get("/").status_code for browser in (owner_here, elsewhere, third)] == [200, 302, 302]


def test_nobody_ends_another_persons_session_by_its_number(owner_here: Client, person: Callable[[str], User]) -> None:
    person("sales")
    hers = Client()
    sign_in(hers, "sales@example.com")
    theirs = UserSession.objects.get(user__email="sales@example.com")
    owner_here.post(f"/accounts/security/sessions/{theirs.pk}/")
    assert hers.get("/").status_code == 200


@pytest.mark.capability("L-02")
def test_the_owner_signs_somebody_out_everywhere(owner_here: Client, person: Callable[[str], User]) -> None:
    sales = person("sales")
    hers = [Client(), Client()]
    for browser in hers:
        sign_in(browser, "sales@example.com")
    owner_here.post(f"/settings/people/{sales.pk}/out/")
    assert [browser.get("/").status_code for browser in hers] == [302, 302]
    assert sessions.end_all(sales.pk, by=SYSTEM, at=clock.now()) == 0


@pytest.mark.capability("L-02", "L-08")
def test_whoever_is_switched_off_is_refused_at_the_very_next_request(shop_open: None, person: Callable[[str], User]) -> None:
    sales = person("sales")
    hers = Client()
    sign_in(hers, "sales@example.com")
    assert hers.get("/orders/").status_code == 200
    access.switch_off(sales.pk, by=SYSTEM, at=clock.now())
    assert hers.get("/orders/").headers["Location"].startswith("/accounts/login/")
    assert hers.post("/orders/batch/", {}).headers["Location"].startswith("/accounts/login/")
    assert not UserSession.objects.filter(user=sales).exists()
    assert sign_in(Client(), "sales@example.com") == "/accounts/inactive/"
    access.switch_on(sales.pk, by=SYSTEM, at=clock.now())
    assert hers.get("/orders/").status_code == 302, "what was ended stays ended"


@pytest.mark.capability("L-02")
def test_a_session_nobody_is_at_ends_and_the_page_asking_by_itself_keeps_it_not(owner_here: Client) -> None:
    let_pass(owner_here, 119 * MINUTE_S)
    assert owner_here.get("/pulse/").status_code == 200
    let_pass(owner_here, 2 * MINUTE_S)
    answer = owner_here.get("/orders/?tab=all")
    assert answer.headers["Location"] == "/accounts/login/?next=%2Forders%2F%3Ftab%3Dall"
    assert "太久没有动静" in owner_here.get(answer.headers["Location"]).content.decode()


@pytest.mark.capability("L-02")
def test_somebody_at_work_stays_and_after_twelve_hours_signs_in_again(owner_here: Client) -> None:
    for _hour in range(6):
        let_pass(owner_here, 100 * MINUTE_S)
        assert owner_here.get("/").status_code == 200
    let_pass(owner_here, 2 * HOUR_S, at_it=True)
    assert owner_here.get("/").status_code == 302


def test_a_changed_password_ends_the_others_and_keeps_this_one(owner_here: Client, elsewhere: Client) -> None:
    said = {"oldpassword": PASSWORD, "password1": "green-door-17", "password2": "green-door-17"}
    owner_here.post("/accounts/password/change/", said)
    assert (owner_here.get("/").status_code, elsewhere.get("/").status_code) == (200, 302)
    assert UserSession.objects.count() == 1


def test_what_ran_out_is_swept_up(owner_here: Client, elsewhere: Client) -> None:
    Session.objects.filter(session_key=elsewhere.session.session_key).update(expire_date=clock.now())
    assert "iPhone" not in owner_here.get("/accounts/security/").content.decode()
    cache.set("kept", 1, 600)
    cache.set("over", 1, 1)
    jobs.forget_sessions(at=clock.now() + timedelta(seconds=60))
    assert (cache.get("kept"), cache.has_key("over")) == (1, False)
    assert (Session.objects.count(), UserSession.objects.count()) == (1, 1)
