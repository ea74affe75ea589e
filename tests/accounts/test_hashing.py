"""A password is hashed on purpose slowly; nobody else waits at the books meanwhile."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client

from tests.journal.agreeing import acts
from zhanggui.accounts.commands import access, inviting, people
from zhanggui.accounts.links import reset_path
from zhanggui.accounts.models import User
from zhanggui.accounts.passwords import kept
from zhanggui.journal import approvals, asking
from zhanggui.journal.models import Approval
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.errors import SecondPersonAsked

PASSWORD, NEW = "kettle-lamp-42", "willow-stone-ferry-7"


class Watched(MD5PasswordHasher):
    """Notes of every hash whether a transaction was open."""

    seen: ClassVar[list[bool]] = []

    def encode(self, password: str, salt: str) -> str:
        Watched.seen.append(connection.in_atomic_block)
        return super().encode(password, salt)


@pytest.fixture
def hashes(transactional_db: None, settings: Any) -> Callable[[], list[bool]]:
    """What was hashed since one last asked: True for each within a transaction."""
    settings.PASSWORD_HASHERS = [f"{__name__}.Watched"]
    cache.clear()
    Watched.seen.clear()

    def since() -> list[bool]:
        seen = list(Watched.seen)
        Watched.seen.clear()
        return seen

    return since


def set_new(path: str) -> None:
    browser = Client()
    form = browser.get(path).headers["Location"]
    assert browser.post(form, {"password1": NEW, "password2": NEW}).status_code == 302


@pytest.mark.django_db(transaction=True)
@pytest.mark.capability("L-03")
def test_no_password_is_hashed_while_a_transaction_is_open(hashes: Callable[[], list[bool]], at: datetime) -> None:
    opening = {"shop": "山野", "name": "店主", "email": "boss@example.com", "password": PASSWORD}
    boss = Client()
    assert boss.post("/welcome/", opening).status_code == 302
    assert hashes() == [False], "the door of a new house"
    wang = people.add("wang@example.com", "王芳", PASSWORD, "sales", by=SYSTEM, at=at)
    assert hashes() == [False], "one more person"
    access.renew_password(wang, NEW, by=SYSTEM, at=at)
    assert hashes() == [False], "a new first password"
    link = inviting.link_for(inviting.invite("sales", name="李四", by=SYSTEM, at=clock.now()), by=SYSTEM, at=clock.now())
    assert Client().post(link, {"name": "李四", "email": "li@example.com", "password": NEW}).status_code == 302
    invited = hashes()
    assert invited
    assert not any(invited), "an invitation taken"
    set_new(reset_path(User.objects.get(pk=wang)))
    reset = hashes()
    assert reset
    assert not any(reset), "a reset under a link"
    page = boss.get("/accounts/password/change/")
    fields = set(re.findall(r'name="(\w*password\w*)"', page.content.decode()))
    said = {name: PASSWORD if name == "oldpassword" else NEW for name in fields}
    assert boss.post("/accounts/password/change/", said).status_code == 302
    changed = hashes()
    assert len(changed) >= 2, "the old one looked at, the new one kept"
    assert not any(changed), "changing one's own"


@pytest.mark.django_db(transaction=True)
@pytest.mark.capability("L-03", "L-08")
def test_what_waits_for_a_second_person_holds_the_hash_and_asking_twice_is_one(
    hashes: Callable[[], list[bool]], at: datetime
) -> None:
    ann, bob = (
        User.objects.get(pk=people.add(f"{name}@example.com", name, PASSWORD, "owner", by=SYSTEM, at=at - timedelta(days=3)))
        for name in ("ann", "bob")
    )
    hashes()
    for _turn in range(2):
        with pytest.raises(SecondPersonAsked):
            people.add("new@example.com", "新人", NEW, "sales", by=acts(ann.pk), at=at)
    assert hashes() == [False, False]
    row = Approval.objects.get()
    assert NEW not in str(asking.opened(row))
    approvals.agree(row.pk, by=acts(bob.pk), at=at)
    assert hashes() == [], "agreeing hashes nothing: it was done when it was asked"
    assert User.objects.get(email="new@example.com").check_password(NEW)


def test_a_word_that_was_never_hashed_is_kept_nowhere() -> None:
    with pytest.raises(ValueError, match="hash"):
        kept(PASSWORD)
