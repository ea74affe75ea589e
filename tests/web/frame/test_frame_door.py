"""The door: opening the shop once, signing in, and going where one wanted to go."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.utils.translation import override

from zhanggui.accounts.models import User
from zhanggui.orders.models import Shop
from zhanggui.web.frame import errors

pytestmark = pytest.mark.django_db
OPENING = {"shop": "山野集", "name": "王敏", "email": "wang@example.com", "password": "tea-bowl-river-9"}


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> None:
    cache.clear()


def test_the_first_visit_opens_the_shop_and_signs_its_owner_in() -> None:
    browser = Client()
    assert browser.get("/").headers["Location"] == "/welcome/"
    assert browser.get("/accounts/login/").headers["Location"] == "/welcome/"
    answer = browser.post("/welcome/", OPENING)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/start/")
    assert User.objects.get().role.code == "owner"
    assert Shop.objects.get().name == "山野集"
    home = browser.get("/").content.decode()
    assert "开张清单" in home
    assert "「山野集」开张了" in home


def test_a_shop_is_opened_only_once() -> None:
    Client().post("/welcome/", OPENING)
    stranger = Client()
    assert stranger.get("/welcome/").headers["Location"] == "/"
    answer = stranger.post("/welcome/", {**OPENING, "email": "mallory@example.com"})
    assert answer.headers["Location"] == "/"
    assert User.objects.count() == 1


@pytest.mark.capability("L-04")
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("password", "short", "太短了"),
        ("password", "1234567890", "id_password-error"),
        ("email", "wang@", "邮箱写得不完整"),
        ("name", "", "请填您怎么称呼"),
    ],
)
def test_a_bad_answer_is_mended_beside_its_field(field: str, value: str, said: str) -> None:
    answer = Client().post("/welcome/", {**OPENING, field: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}-error"' in page
    assert said in page
    assert OPENING["shop"] in page, "what was typed is still there"
    assert OPENING["password"] not in page, "but never the password"
    assert not User.objects.exists()


@pytest.mark.capability("L-06")
def test_signing_in_leads_to_the_page_first_asked_for(person: Callable[[str], User]) -> None:
    person("owner")
    browser = Client()
    sent = browser.get("/ui/?x=1").headers["Location"]
    assert sent == "/accounts/login/?next=%2Fui%2F%3Fx%3D1"
    page = browser.get(sent).content.decode()
    assert 'name="next" value="/ui/?x=1"' in page
    facts = {"login": "owner@example.com", "password": "kettle-lamp-42", "next": "/ui/?x=1"}
    assert browser.post("/accounts/login/", facts).headers["Location"] == "/ui/?x=1"
    assert browser.get("/ui/").status_code == 200


def test_signing_in_never_leads_out_of_the_house(person: Callable[[str], User]) -> None:
    person("owner")
    facts = {"login": "owner@example.com", "password": "kettle-lamp-42", "next": "https://evil.example/"}
    assert Client().post("/accounts/login/", facts).headers["Location"] == "/"


@pytest.mark.capability("L-02")
def test_a_wrong_password_is_said_without_saying_which_part_is_wrong(person: Callable[[str], User]) -> None:
    person("owner")
    known = Client().post("/accounts/login/", {"login": "owner@example.com", "password": "not-this-one"}).content.decode()
    unknown = Client().post("/accounts/login/", {"login": "nobody@example.com", "password": "not-this-one"}).content.decode()
    for page in (known, unknown):
        assert "没能登录" in page
        assert "请店主在" in page


@pytest.mark.capability("L-02")
@pytest.mark.parametrize(("language", "said"), [("zh-hans", "请 15 分钟后再试"), ("en", "Try again in 15 minutes")])
def test_too_many_wrong_passwords_say_how_long_to_wait(language: str, said: str, person: Callable[[str], User]) -> None:
    person("owner")
    browser = Client()
    browser.cookies["language"] = language
    for _ in range(settings.SIGN_IN_TRIES):
        page = browser.post("/accounts/login/", {"login": "owner@example.com", "password": "not-this-one"}).content.decode()
        assert said not in page
    right = {"login": "owner@example.com", "password": "kettle-lamp-42"}
    answer = browser.post("/accounts/login/", right)
    assert said in answer.content.decode()
    assert "_auth_user_id" not in browser.session, "even the right one waits"


def test_who_hammers_at_the_door_gets_a_page_of_ours(rf: RequestFactory) -> None:
    with override("zh-hans"):
        answer = errors.too_many(rf.post("/accounts/login/"))
    assert answer.status_code == 429
    assert "歇几分钟" in answer.content.decode()


def test_a_shop_opened_in_english_keeps_speaking_it() -> None:
    browser = Client()
    browser.post("/language/", {"language": "en"})
    browser.post("/welcome/", OPENING)
    assert User.objects.get().language == "en"


def test_a_session_not_kept_ends_with_the_browser(person: Callable[[str], User]) -> None:
    person("owner")
    facts = {"login": "owner@example.com", "password": "kettle-lamp-42"}
    brief, kept = Client(), Client()
    brief.post("/accounts/login/", facts)
    kept.post("/accounts/login/", {**facts, "stay": "on"})
    assert brief.session.get_expire_at_browser_close()
    assert not kept.session.get_expire_at_browser_close()


def test_signing_out_takes_a_press_and_then_the_door_is_shut(at_counter: Callable[..., Client]) -> None:
    browser = at_counter("owner")
    assert "要退出登录吗" in browser.get("/accounts/logout/").content.decode()
    assert browser.get("/").status_code == 200
    browser.post("/accounts/logout/")
    assert browser.get("/").status_code == 302


@pytest.mark.parametrize("path", ["signup/", "email/", "password/set/", "security/sessions/"])
def test_nobody_signs_up_alone(path: str, person: Callable[[str], User]) -> None:
    person("owner")
    assert Client().get(f"/accounts/{path}").status_code == 404


@pytest.mark.capability("L-04")
def test_a_person_changes_the_password_and_says_so_once(at_counter: Callable[..., Client]) -> None:
    browser = at_counter("owner")
    facts = {"oldpassword": "kettle-lamp-42", "password1": "willow-stone-ferry-7", "password2": "willow-stone-ferry-7"}
    assert browser.post("/welcome/password/", facts).headers["Location"] == "/accounts/security/"
    assert "密码改好了" in browser.get("/").content.decode()
    assert "密码改好了" not in browser.get("/").content.decode()
    again = {"login": "owner@example.com", "password": "willow-stone-ferry-7"}
    assert Client().post("/accounts/login/", again).status_code == 302


def test_somebody_switched_off_may_nothing(at_counter: Callable[..., Client]) -> None:
    browser = at_counter("owner")
    User.objects.update(is_active=False)
    answer = browser.get("/")
    assert answer.status_code == 302


def test_a_stranger_at_the_door_chooses_dark_and_the_language(client: Client, person: Callable[..., User]) -> None:
    person("owner")
    for address, said in (("/taste/theme/", {"theme": "dark"}), ("/language/", {"language": "en"})):
        answer = client.post(address, {**said, "next": "/accounts/login/"})
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    assert client.cookies["theme"].value == "dark"
    assert 'lang="en"' in client.get("/accounts/login/").content.decode()
