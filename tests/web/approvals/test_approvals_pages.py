"""Two people settle a thing on the screen; one person alone is warned, waits and may take it back."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.web.counting import statements
from zhanggui.accounts.commands import access, people
from zhanggui.accounts.models import Invitation, User
from zhanggui.journal import approvals, figures, jobs
from zhanggui.journal.models import Approval, Entry, Figure
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.errors import SecondPersonAsked
from zhanggui.web.frame import counts, notices

pytestmark = pytest.mark.django_db
PASSWORD = "kettle-lamp-42"
State = Approval.State


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The clock of the house, in our hands."""
    hands = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: hands[0])
    return hands


@pytest.fixture
def comes(now: list[datetime]) -> Callable[..., Client]:
    """Somebody joins, two days ago, and signs in."""

    def make(name: str, role: str = "owner") -> Client:
        made = people.add(f"{name}@example.com", name, PASSWORD, role, by=SYSTEM, at=now[0] - timedelta(days=2))
        browser = Client()
        browser.force_login(User.objects.get(pk=made))
        fresh()
        return browser

    return make


def fresh() -> None:
    counts.forget()
    notices.forget()


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def give(browser: Client, who: str, role: str, **more: str) -> Any:
    person = User.objects.get(name=who)
    return browser.post(
        f"/settings/people/{person.pk}/",
        {"what": "role", "role": role, **more},
        headers={"referer": "http://testserver/settings/people/"},
    )


def role_of(who: str) -> str:
    return User.objects.select_related("role").get(name=who).role.code


@pytest.mark.capability("L-08")
def test_one_asks_and_another_agrees_on_the_screen(comes: Callable[..., Client]) -> None:
    ann, bob, _zoe = comes("ann"), comes("bob"), comes("zoe", "sales")
    answer = give(ann, "zoe", "finance", why="换岗位")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/settings/people/")
    page = text(ann.get("/settings/people/"))
    assert "已提交，等另一人同意" in page
    assert role_of("zoe") == "sales"
    row = Approval.objects.get()
    assert (row.reason, row.state) == ("换岗位", State.WAITING)
    mine = text(ann.get("/approvals/?tab=mine"))
    assert "把 zoe 的角色从「客服」改成「财务」" in mine
    assert "没有等您同意的事" in text(ann.get("/approvals/"))

    fresh()
    home = text(bob.get("/"))
    assert "1 件事等您同意" in home
    assert "把 zoe 的角色从「客服」改成「财务」" in text(bob.get("/approvals/"))
    card = text(bob.get(f"/approvals/{row.pk}/", headers={"hx-request": "true", "hx-target": "drawer"}))
    for said in ("换岗位", "ann", "管人和角色", "同意", "不同意"):
        assert said in card
    done = bob.post(f"/approvals/{row.pk}/agree/", {"word": "好"})
    assert done.headers["Location"] == "/approvals/"
    assert role_of("zoe") == "finance"
    assert Entry.objects.get(name="accounts.access.give_role", actor_name="ann").facts["agreed_by"] == "bob"
    assert "bob" in text(ann.get("/approvals/?tab=decided&state=done"))
    assert "没有这样的" in text(ann.get("/approvals/?tab=decided&state=failed"))
    again = bob.post(f"/approvals/{row.pk}/agree/")
    assert (again.status_code, "已经有结果了" in text(again)) == (409, True)


def test_it_is_declined_with_a_word_or_taken_back(comes: Callable[..., Client]) -> None:
    ann, bob, zoe = comes("ann"), comes("bob"), comes("zoe", "sales")
    give(ann, "zoe", "finance")
    give(ann, "zoe", "readonly")
    first, second = Approval.objects.order_by("id")
    bob.post(f"/approvals/{first.pk}/decline/", {"word": "先问我"})
    assert bob.post(f"/approvals/{second.pk}/withdraw/").status_code == 404
    assert ann.post(f"/approvals/{second.pk}/agree/").status_code == 403
    ann.post(f"/approvals/{second.pk}/withdraw/")
    assert [row.state for row in Approval.objects.order_by("id")] == [State.DECLINED, State.WITHDRAWN]
    assert "先问我" in text(ann.get(f"/approvals/{first.pk}/"))
    # Whoever has nothing to do with it does not learn of it.
    assert zoe.get(f"/approvals/{first.pk}/").status_code == 404
    assert zoe.post(f"/approvals/{first.pk}/agree/").status_code == 404
    assert ann.post(f"/approvals/{first.pk}/dance/").status_code == 404
    assert role_of("zoe") == "sales"


def test_a_part_of_a_page_is_told_so_and_stays_as_it_is(comes: Callable[..., Client]) -> None:
    ann, _bob, zoe = comes("ann"), comes("bob"), comes("zoe", "sales")
    answer = ann.post(
        f"/settings/people/{User.objects.get(name='zoe').pk}/", {"what": "role", "role": "finance"},
        headers={"hx-request": "true", "hx-current-url": "http://testserver/settings/people/"},
    )  # fmt: skip
    assert (answer.status_code, answer.headers["HX-Reswap"]) == (202, "none")
    assert "toast" in answer.headers["HX-Trigger"]
    assert zoe.get("/approvals/").status_code == 200


@pytest.mark.capability("L-08")
def test_one_alone_is_warned_waits_ten_minutes_and_may_take_it_back(comes: Callable[..., Client], now: list[datetime]) -> None:
    ann, _zoe = comes("ann"), comes("zoe", "sales")
    give(ann, "zoe", "finance")
    row = Approval.objects.get()
    fresh()
    home = text(ann.get("/"))
    assert "照做：把 zoe 的角色从「客服」改成「财务」" in home
    assert "到点自己做" in text(ann.get("/approvals/"))
    ann.post(f"/approvals/{row.pk}/withdraw/")
    give(ann, "zoe", "finance")
    assert Approval.objects.count() == 2
    now[0] += timedelta(minutes=10)
    jobs.run_until_idle(at=lambda: now[0])
    assert role_of("zoe") == "finance"
    fresh()
    assert "照做：" not in text(ann.get("/"))


def test_taking_the_key_of_the_backups_is_left_to_who_asked_and_once(comes: Callable[..., Client], now: list[datetime]) -> None:
    ann, bob = comes("ann"), comes("bob")
    assert ann.post("/settings/backups/key/").status_code == 302
    row = Approval.objects.get()
    bob.post(f"/approvals/{row.pk}/agree/")
    assert "可以去做了" in text(ann.get("/approvals/?tab=mine"))
    taken = ann.post("/settings/backups/key/")
    assert (taken.status_code, "attachment" in taken.headers["Content-Disposition"]) == (200, True)
    assert ann.post("/settings/backups/key/").status_code == 302


def test_bounds_are_lowered_at_once_and_raised_by_two(comes: Callable[..., Client]) -> None:
    ann, bob, zoe = comes("ann"), comes("bob"), comes("zoe", "sales")
    said = {**{name: str(value) for name, value in figures.every().items()}, "stock.adjust": "100"}
    assert ann.post("/approvals/limits/", said).status_code == 302
    assert Figure.objects.get(name="stock.adjust").value == 100
    ann.post("/approvals/limits/", {**said, "stock.adjust": "150"}, headers={"referer": "http://testserver/approvals/limits/"})
    row = Approval.objects.get()
    assert "100 → 150" in text(bob.get(f"/approvals/{row.pk}/"))
    bob.post(f"/approvals/{row.pk}/agree/")
    assert Figure.objects.get(name="stock.adjust").value == 150
    assert ann.post("/approvals/limits/", {**said, "stock.adjust": "-1"}).status_code == 422
    assert zoe.get("/approvals/limits/").status_code == 403


@pytest.mark.parametrize("tab", ["waiting", "mine", "decided"])
def test_a_list_of_many_costs_what_a_list_of_one_does(tab: str, comes: Callable[..., Client], now: list[datetime]) -> None:
    ann, bob, _zoe = comes("ann"), comes("bob"), comes("zoe", "sales")
    looks = bob if tab == "waiting" else ann

    def asked() -> int:
        fresh()
        return statements(looks, f"/approvals/?tab={tab}")

    give(ann, "zoe", "finance")
    if tab == "decided":
        approvals.withdraw(Approval.objects.get().pk, by=_actor("ann"), at=now[0])
    one = asked()
    for n, role in enumerate(("readonly", "warehouse", "reviewer", "aftersales")):
        give(ann, "zoe", role)
        if tab == "decided":
            approvals.withdraw(Approval.objects.latest("id").pk, by=_actor("ann"), at=now[0] + timedelta(seconds=n))
    assert asked() == one
    assert one <= 20


def _actor(name: str) -> Any:
    found = User.objects.get(name=name)
    return approvals.seconds.people().actor(found.pk)


def test_whom_it_is_about_finds_the_button_to_stop_it(comes: Callable[..., Client], now: list[datetime]) -> None:
    comes("ann")
    bob = comes("bob")
    with pytest.raises(SecondPersonAsked):
        access.switch_off(User.objects.get(name="bob").pk, by=replace(_actor("ann"), fresh=True), at=now[0])
    row = Approval.objects.get()
    fresh()
    assert "关于您，可以不同意" in text(bob.get("/"))
    assert f"/approvals/{row.pk}/" in text(bob.get("/approvals/"))
    card = text(bob.get(f"/approvals/{row.pk}/", headers={"hx-request": "true", "hx-target": "drawer"}))
    assert f"/approvals/{row.pk}/decline/" in card
    assert f"/approvals/{row.pk}/agree/" not in card
    assert bob.post(f"/approvals/{row.pk}/agree/").status_code == 403
    bob.post(f"/approvals/{row.pk}/decline/")
    assert Approval.objects.get().state == State.DECLINED


def invite(browser: Client, name: str, role: str = "owner") -> Any:
    return browser.post("/settings/people/invite/", {"name": name, "role": role})


@pytest.mark.capability("L-08")
def test_an_invitation_that_waits_stands_among_the_people_and_says_what_comes_next(comes: Callable[..., Client]) -> None:
    ann, bob = comes("ann"), comes("bob")
    assert "等 bob 同意才生效" in text(ann.get("/settings/people/invite/"))
    answer = invite(ann, "小周")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/settings/people/")
    listed = text(ann.get("/settings/people/"))
    row = Approval.objects.get()
    assert all(said in listed for said in ("小周", "ann 提的", "等 bob 同意", f"/approvals/{row.pk}/withdraw/"))
    theirs = text(bob.get("/settings/people/"))
    assert all(said in theirs for said in ("小周", "等您同意", "去同意"))
    bob.post(f"/approvals/{row.pk}/agree/")
    fresh()
    assert "bob 同意了，做好了：邀请 小周 进来" in text(ann.get("/"))
    card = text(ann.get(f"/approvals/{row.pk}/"))
    assert all(said in card for said in ("接下来", "按「给链接」", 'href="/settings/people/"'))
    assert "接下来" not in text(bob.get(f"/approvals/{row.pk}/"))
    after = text(ann.get("/settings/people/"))
    assert all(said in after for said in ("小周", "还没给链接", "给链接"))
    assert "等 bob 同意" not in after
    assert "还差您一步" in text(ann.get("/approvals/?tab=decided"))
    ann.post(f"/settings/people/invitations/{Invitation.objects.get().pk}/link/")
    assert "接下来" not in text(ann.get(f"/approvals/{row.pk}/")), "the link was handed over"


@pytest.mark.capability("L-08")
def test_one_alone_is_told_before_whether_it_waits(comes: Callable[..., Client], now: list[datetime]) -> None:
    ann = comes("ann")
    assert "没有别人能同意：十分钟后生效" in text(ann.get("/settings/people/invite/"))
    assert invite(ann, "小周").status_code == 302
    assert "到点自己做" in text(ann.get("/settings/people/"))
    assert Approval.objects.get().alone
    User.objects.update(joined_at=now[0])
    assert "马上生效，不等十分钟" in text(ann.get("/settings/people/invite/"))
    assert "只给您看这一次" in text(invite(ann, "老李")), "the first day of a house: nothing to protect yet"


@pytest.mark.capability("L-08")
def test_waiting_for_others_costs_the_same_however_many_wait(comes: Callable[..., Client]) -> None:
    ann, _bob = comes("ann"), comes("bob")
    invite(ann, "一")
    few, listed = statements(ann, "/approvals/?tab=mine"), statements(ann, "/settings/people/")
    for name in "二三四五":
        invite(ann, name)
    assert statements(ann, "/approvals/?tab=mine") == few
    assert statements(ann, "/settings/people/") == listed


def test_where_there_is_nothing_to_choose_there_is_no_line_to_choose_in(comes: Callable[..., Client]) -> None:
    ann, bob = comes("ann"), comes("bob")
    invite(ann, "一")
    assert 'class="filters"' not in text(bob.get("/approvals/"))
    assert 'class="filters"' in text(bob.get("/approvals/?who=1"))
