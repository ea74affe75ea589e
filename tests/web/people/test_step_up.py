"""Before what matters one shows once more who one is; then not again for ten minutes."""

from collections.abc import Callable
from urllib.parse import unquote

import pytest
from django.test import Client

from tests.web.people.door import MINUTE_S, PASSWORD, let_pass, phone, set_up_codes, sign_in
from zhanggui.accounts.commands import access
from zhanggui.accounts.models import User
from zhanggui.accounts.queries import actor_of
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.errors import StepUpNeeded
from zhanggui.orders.models import Shop

pytestmark = pytest.mark.django_db
SHOP = {"code": "jd-1", "name": "京东店", "platform": "jd", "currency": "CNY", "ship_within_h": "48"}
NEW = "/settings/shops/new/"


def test_a_verb_whose_grant_says_so_is_refused_until_the_person_is_known(person: Callable[[str], User]) -> None:
    owner, sales = person("owner"), person("sales")
    with pytest.raises(StepUpNeeded) as told:
        access.switch_off(sales.pk, by=actor_of(owner), at=clock.now())
    assert told.value.facts["needs"] == "people.manage"
    assert User.objects.get(pk=sales.pk).is_active
    access.switch_off(sales.pk, by=actor_of(owner, fresh=True), at=clock.now())
    access.switch_on(sales.pk, by=SYSTEM, at=clock.now())


def test_it_is_asked_once_and_then_not_for_ten_minutes(owner_here: Client) -> None:
    assert owner_here.post(NEW, SHOP).headers["Location"] == "/settings/shops/", "whoever has just signed in is not asked"
    let_pass(owner_here, 11 * MINUTE_S)
    here = {"referer": "http://testserver/settings/shops/new/?x=1"}
    answer = owner_here.post(NEW, {**SHOP, "code": "jd-2"}, headers=here)
    way = answer.headers["Location"]
    page = unquote(way.removeprefix("/accounts/confirm/?next="))
    assert page.startswith("/again/"), "what was sent is kept, to be sent again"
    assert not Shop.objects.filter(code="jd-2").exists()
    assert owner_here.get(page).headers["Location"] == "/settings/shops/new/?x=1", "whoever would rather not goes back"
    assert owner_here.post(way, {"password": "not-this-one"}).status_code == 422
    back = owner_here.post(way, {"password": PASSWORD, "next": page})
    assert back.headers["Location"] == page
    assert "确认过是您了" in owner_here.get(page).content.decode()
    let_pass(owner_here, 9 * MINUTE_S)
    assert owner_here.post(NEW, {**SHOP, "code": "jd-2"}).headers["Location"] == "/settings/shops/"
    let_pass(owner_here, 2 * MINUTE_S)
    assert owner_here.post(NEW, {**SHOP, "code": "jd-3"}).headers["Location"].startswith("/accounts/confirm/")


def test_it_is_asked_before_a_long_form_is_filled_in(owner_here: Client) -> None:
    let_pass(owner_here, 11 * MINUTE_S)
    for form in ("shops", "warehouses", "carriers", "people"):
        assert owner_here.get(f"/settings/{form}/new/").headers["Location"].startswith("/accounts/confirm/?next=%2Fsettings%2F")
        assert owner_here.get(f"/settings/{form}/").status_code == 200, "looking is free"


def test_a_part_of_a_page_sends_its_whole_page(owner_here: Client) -> None:
    let_pass(owner_here, 11 * MINUTE_S)
    headers = {"hx-request": "true", "hx-current-url": "http://testserver/settings/people/"}
    answer = owner_here.get("/settings/people/new/", headers=headers)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (403, "/accounts/confirm/?next=%2Fsettings%2Fpeople%2F")


def test_whoever_has_a_second_factor_shows_that_and_not_the_password(owner_here: Client) -> None:
    key, codes = set_up_codes(owner_here)
    let_pass(owner_here, 11 * MINUTE_S)
    way = owner_here.get(NEW).headers["Location"]
    assert owner_here.post(way, {"password": PASSWORD}).headers["Location"].startswith("/accounts/confirm/code/")
    assert owner_here.get(NEW).status_code == 302
    assert owner_here.post("/accounts/confirm/code/", {"code": phone(key), "next": NEW}).headers["Location"] == NEW
    assert owner_here.get(NEW).status_code == 200
    let_pass(owner_here, 11 * MINUTE_S)
    assert owner_here.post("/accounts/confirm/code/", {"code": phone(key), "next": NEW}).status_code == 422, "shown already"
    assert owner_here.post("/accounts/confirm/code/", {"code": codes[3], "next": NEW}).status_code == 302


def test_the_way_back_never_leads_out_of_the_house(owner_here: Client) -> None:
    let_pass(owner_here, 11 * MINUTE_S)
    answer = owner_here.post(NEW, SHOP, headers={"referer": "https://evil.example/settings/"})
    page = unquote(answer.headers["Location"].removeprefix("/accounts/confirm/?next="))
    assert page.startswith("/again/")
    answer = owner_here.post("/accounts/confirm/", {"password": PASSWORD, "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"
    assert "evil" not in owner_here.get(page).content.decode()


def test_ones_own_way_in_is_changed_only_by_oneself(owner_here: Client) -> None:
    let_pass(owner_here, 11 * MINUTE_S)
    for path in ("codes/", "passkeys/new/", "recovery/new/"):
        assert owner_here.get(f"/accounts/security/{path}").headers["Location"].startswith("/accounts/confirm/"), path
    assert owner_here.post("/accounts/security/sessions/others/").headers["Location"].startswith("/accounts/confirm/")


@pytest.mark.capability("L-02")
def test_after_five_wrong_passwords_one_waits_and_who_was_here_before_does_not(owner_here: Client) -> None:
    stranger = Client()
    for _turn in range(5):
        assert "账号或密码不对" in stranger.post("/accounts/login/", _said("wrong-password")).content.decode()
    shut = stranger.post("/accounts/login/", _said(PASSWORD))
    assert shut.status_code == 200
    assert "15 分钟后再试" in shut.content.decode()
    owner_here.post("/accounts/logout/")
    assert sign_in(owner_here) == "/", "a browser that was let in before counts its mistakes apart"


def _said(password: str) -> dict[str, str]:
    return {"login": "owner@example.com", "password": password}
