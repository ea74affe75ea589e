"""An invitation: one link, one person, seven days; and nothing said to whoever holds a dead one."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import OperationalError, connection

from zhanggui.accounts import invitations, jobs, logins, queries
from zhanggui.accounts.commands import access, bounds, inviting, people, sessions
from zhanggui.accounts.models import Invitation, User
from zhanggui.accounts.passwords import BadAccount
from zhanggui.journal.models import Entry, Job
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotFound

PASSWORD = "kettle-lamp-42"
NEW = "green-door-17"


@pytest.fixture
def boss(db: None, at: datetime) -> Actor:
    made = people.add("boss@example.com", "老板", PASSWORD, "owner", by=SYSTEM, at=at)
    by = queries.actor_of(User.objects.get(pk=made), fresh=True)
    # Needing nobody else to agree: that is shown elsewhere.
    return replace(by, may={**by.may, "people.manage": "Y S"})


def token_in(path: str) -> str:
    return path.rstrip("/").rsplit("/", 1)[1]


def come(token: str, at: datetime, **more: Any) -> int:
    said = {"name": "王芳", "email": "wang@example.com", "password": NEW, "language": "en", **more}
    return inviting.accept(token, at=at, **said)


@pytest.mark.django_db
@pytest.mark.capability("L-08")
def test_whoever_holds_the_link_comes_in_once_with_what_was_chosen(boss: Actor, at: datetime) -> None:
    made = inviting.invite("sales", name="小王", shops=[2], warehouses=None, by=boss, at=at)
    token = token_in(inviting.link_for(made, by=boss, at=at))
    row = Invitation.objects.get(pk=made)
    assert token not in f"{row.__dict__}", "of the link only a digest is kept"
    wang = User.objects.select_related("role").get(pk=come(token, at + timedelta(days=6, hours=23), phone="138 0013 8000", username="Wang"))
    assert (wang.role.code, wang.shop_ids, wang.warehouse_ids, wang.language) == ("sales", [2], None, "en")
    assert wang.check_password(NEW)
    assert (wang.username, wang.phone_shown, logins.opened(wang.phone_sealed)) == ("wang", "138****8000", "138 0013 8000")
    with pytest.raises(inviting.LinkVoid):
        come(token, at, email="other@example.com")
    with pytest.raises(NotFound):
        inviting.withdraw(made, by=boss, at=at)
    assert [line.facts["what"] for line in Entry.objects.filter(name="InvitationChanged").order_by("id")] == ["made", "link", "used"]


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["late", "withdrawn", "renewed", "linked again", "maker off", "maker called back", "maker demoted", "unknown"])
def test_a_dead_link_says_the_same_whatever_ended_it(how: str, boss: Actor, at: datetime) -> None:
    second = people.add("two@example.com", "二", PASSWORD, "owner", by=SYSTEM, at=at)
    two = replace(boss, id=second)
    made = inviting.invite("sales", by=two, at=at)
    token = token_in(inviting.link_for(made, by=two, at=at))
    assert inviting.invited_by(token, at=at).pk == made
    ends: dict[str, Callable[[], object]] = {
        "late": lambda: None, "unknown": lambda: None,
        "withdrawn": lambda: inviting.withdraw(made, by=boss, at=at), "renewed": lambda: inviting.renew(made, by=boss, at=at),
        "linked again": lambda: inviting.link_for(made, by=boss, at=at), "maker off": lambda: access.switch_off(second, by=boss, at=at),
        "maker called back": lambda: sessions.end_all(second, by=boss, at=at),
        "maker demoted": lambda: access.give_role(second, "sales", by=boss, at=at),
    }  # fmt: skip
    ends[how]()
    then = at + timedelta(days=7) if how == "late" else at
    with pytest.raises(inviting.LinkVoid) as told:
        inviting.invited_by("x" * 32 if how == "unknown" else token, at=then)
    assert str(told.value) == "这个链接不能用了。 请邀请您的人再给一个。"
    with pytest.raises(inviting.LinkVoid):
        come("x" * 32 if how == "unknown" else token, then)
    assert not User.objects.filter(email="wang@example.com").exists()


@pytest.mark.django_db
def test_what_was_typed_wrong_leaves_the_link_as_good_as_before(boss: Actor, at: datetime) -> None:
    token = token_in(inviting.link_for(inviting.invite("sales", by=boss, at=at), by=boss, at=at))
    wrong = (
        (BadAccount, {"password": "short"}), (BadAccount, {"name": " "}), (BadAccount, {"email": "x"}),
        (people.EmailTaken, {"email": "boss@example.com"}), (BadAccount, {"username": "1x"}), (BadAccount, {"phone": "12"}),
    )  # fmt: skip
    for refusal, said in wrong:
        with pytest.raises(refusal):
            come(token, at, **said)
    assert come(token, at)


@pytest.mark.django_db
def test_a_named_address_is_the_one_that_comes_in(boss: Actor, at: datetime) -> None:
    made = inviting.invite("sales", email=" Wang@Example.com ", by=boss, at=at)
    token = token_in(inviting.link_for(made, by=boss, at=at))
    person = come(token, at, email="thief@example.com")
    assert User.objects.get(pk=person).email == "wang@example.com"
    with pytest.raises(people.EmailTaken):
        inviting.invite("sales", email="wang@example.com", by=boss, at=at)


@pytest.mark.django_db
@pytest.mark.capability("L-08")
def test_where_mail_is_set_up_the_link_is_mailed_and_stands_in_no_job(boss: Actor, at: datetime, settings: Any) -> None:
    settings.MAIL_IS_SENT = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    made = inviting.invite("sales", name="小王", email="wang@example.com", origin="https://shop.example.com", by=boss, at=at)
    job = Job.objects.get(name="accounts.send_invitation")
    assert job.payload == [[made, "https://shop.example.com"]]
    inviting.send_invitation(job.payload, at=at)
    said = mail.outbox[0].body
    token = said.split("/join/")[1].split("/")[0]
    assert inviting.invited_by(token, at=at).pk == made
    assert "老板 请您加入，角色是「客服」" in said
    assert Invitation.objects.get(pk=made).mailed_at == at
    inviting.withdraw(made, by=boss, at=at)
    inviting.send_invitation(job.payload, at=at)
    assert len(mail.outbox) == 1, "a withdrawn one is not written"


@pytest.mark.django_db
def test_nobody_invites_a_crowd_in_an_hour(boss: Actor, at: datetime) -> None:
    for _nth in range(inviting.MOST_AN_HOUR):
        inviting.invite("readonly", by=boss, at=at)
    with pytest.raises(inviting.TooManyInvitations):
        inviting.invite("readonly", by=boss, at=at)
    assert inviting.invite("readonly", by=boss, at=at + timedelta(hours=1, seconds=1))


@pytest.mark.django_db
def test_closed_invitations_are_forgotten_after_a_month(boss: Actor, at: datetime) -> None:
    gone, open_one = (inviting.invite("sales", by=boss, at=at) for _nth in range(2))
    inviting.withdraw(gone, by=boss, at=at)
    jobs.forget_invitations(at=at + timedelta(days=29))
    assert Invitation.objects.filter(pk=gone).exists()
    jobs.forget_invitations(at=at + timedelta(days=31))
    assert list(Invitation.objects.values_list("pk", flat=True)) == [open_one]
    assert invitations.state_of(Invitation.objects.get(pk=open_one), at=at + timedelta(days=31)) == "over"
    with pytest.raises(bounds.AboveYou):
        inviting.invite("owner", by=Actor("person", boss.id, "x", {"people.manage": "A S"}, "own-1", fresh=True), at=at)


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_are_one_person(boss: Actor, at: datetime) -> None:
    token = token_in(inviting.link_for(inviting.invite("sales", by=boss, at=at), by=boss, at=at))
    came: list[object] = []
    together = threading.Barrier(2)

    def press(nth: int) -> None:
        together.wait()
        try:
            for _turn in range(100):
                try:
                    came.append(come(token, at, email=f"wang{nth}@example.com"))
                    return
                except OperationalError:
                    # A database in memory locks whole tables against whoever only reads; one in a file never does.
                    time.sleep(0.05)
        except inviting.LinkVoid as refusal:
            came.append(refusal.code)
        finally:
            connection.close()

    hands = [threading.Thread(target=press, args=(nth,)) for nth in range(2)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(30)
    assert sorted(map(str, came))[1] == "link-void"
    assert User.objects.filter(email__startswith="wang").count() == 1
