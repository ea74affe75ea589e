"""Who may still come in, as what, and with which password."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.accounts import asked, grants, passwords
from zhanggui.accounts.commands import bounds
from zhanggui.accounts.commands import people as letting
from zhanggui.accounts.commands.people import hold_owners
from zhanggui.accounts.commands.sessions import void
from zhanggui.accounts.events import AccessChanged
from zhanggui.accounts.models import Role, User
from zhanggui.journal.book import command, tell
from zhanggui.journal.marks import Second
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound, Refused


class LastOwner(Refused):
    """``facts``: who."""

    code = "last-owner"
    says = gettext_lazy("{who} 是唯一的店主，不能停用，也不能改成别的角色。")
    fix = gettext_lazy("先让另一个人当店主。")


class Yourself(Refused):
    code = "yourself"
    says = gettext_lazy("不能停用自己。")
    fix = gettext_lazy("请另一位店主来做。")


@command(needs="people.manage", second=Second(gettext_lazy("停用 {who}（{role}）"), asked.of_person), weighs=asked.outranks)
def switch_off(person_id: int, *, by: Actor, at: datetime) -> None:
    """This person may not come in any more: sessions, links, keys and open invitations of theirs end at once.

    What they did stays under their name. Raises ``LastOwner``, ``Yourself``, ``AboveYou``, ``BeyondYourReach``.
    """
    person = person_of(person_id)
    if by.id == person_id:
        raise Yourself
    bounds.over(by, person)
    _spare_the_last_owner(person)
    if User.objects.filter(pk=person_id, is_active=True).update(is_active=False):
        void(person_id)
        tell([AccessChanged(person_id, "off")], by=by, at=at)


@command(needs="people.manage", second=Second(gettext_lazy("让 {who} 又能登录（{role}）"), asked.of_person))
def switch_on(person_id: int, *, by: Actor, at: datetime) -> None:
    """Let them in again, with the role and the password they had. Raises ``AboveYou``, ``BeyondYourReach``."""
    bounds.over(by, person_of(person_id))
    if User.objects.filter(pk=person_id, is_active=False).update(is_active=True):
        tell([AccessChanged(person_id, "on")], by=by, at=at)


@command(needs="people.manage", second=Second(gettext_lazy("把 {who} 的角色从「{role_now}」改成「{role}」"), asked.of_new_role))
def give_role(person_id: int, role: str, *, by: Actor, at: datetime) -> None:
    """From the next click on they may what this role may; an owner sees everything.

    Raises ``LastOwner``, ``NotFound``, ``AboveYou``, ``BeyondYourReach``.
    """
    person = person_of(person_id)
    found = Role.objects.filter(code=role).first()
    if found is None or role == "program":
        raise NotFound(what=role)
    if person.role_id == found.pk:
        return
    bounds.over(by, person)
    bounds.hand(by, found)
    _spare_the_last_owner(person)
    whole = {"shop_ids": None, "warehouse_ids": None} if role == grants.OWNER else {}
    User.objects.filter(pk=person_id).update(role=found, **whole)
    tell([AccessChanged(person_id, f"role:{role}")], by=by, at=at)


@command(needs="people.manage", second=Second(gettext_lazy("改 {who} 看得到哪些店和仓"), asked.of_reach))
def give_reach(person_id: int, *, shops: Sequence[int] | None, warehouses: Sequence[int] | None, by: Actor, at: datetime) -> None:
    """From the next click on they see and touch these shops and warehouses; None is every one, also those to come.

    Raises ``OwnerSeesAll``, ``AboveYou``, ``BeyondYourReach``, ``NotFound``.
    """
    person = person_of(person_id)
    bounds.over(by, person)
    bounds.reach(by, shops, warehouses)
    wanted = {"shop_ids": bounds.whole(shops), "warehouse_ids": bounds.whole(warehouses)}
    if person.role.code == grants.OWNER and wanted != {"shop_ids": None, "warehouse_ids": None}:
        raise bounds.OwnerSeesAll
    if (person.shop_ids, person.warehouse_ids) == (wanted["shop_ids"], wanted["warehouse_ids"]):
        return
    User.objects.filter(pk=person_id).update(**wanted)
    tell([AccessChanged(person_id, "reach")], by=by, at=at, facts={person_id: wanted})


@command(needs="people.manage", second=Second(gettext_lazy("改 {who} 登录用的名字和手机"), asked.of_logins))
def give_logins(person_id: int, *, username: str, phone: str, by: Actor, at: datetime) -> None:
    """By what else they may sign in: a name, a phone; empty for nothing. Raises ``BadAccount``, ``NameTaken``, ``AboveYou``."""
    person = person_of(person_id)
    bounds.over(by, person)
    if letting.give_logins(person, username, phone):
        tell([AccessChanged(person_id, "logins")], by=by, at=at)


@command(
    needs="people.manage", second=Second(gettext_lazy("给 {who}（{role}）换一个新密码"), asked.of_person), ready=passwords.of_person,
)  # fmt: skip
def renew_password(person_id: int, password: str, *, by: Actor, at: datetime) -> None:
    """A new first password for one who forgot theirs; wherever they are signed in they are out.

    Raises ``BadAccount``, ``AboveYou``, ``BeyondYourReach``.
    """
    person = person_of(person_id)
    bounds.over(by, person)
    User.objects.filter(pk=person_id).update(password=passwords.kept(password))
    void(person_id)
    tell([AccessChanged(person_id, "password")], by=by, at=at)


def person_of(person_id: int) -> User:
    """Raises ``NotFound``."""
    found = User.objects.select_related("role").filter(pk=person_id).first()
    if found is None:
        raise NotFound(what=_("这个人"))
    return found


def _spare_the_last_owner(person: User) -> None:
    hold_owners()
    others = User.objects.filter(role__code="owner", is_active=True).exclude(pk=person.pk)
    if person.role.code == "owner" and not others.exists():
        raise LastOwner(who=person.name)
