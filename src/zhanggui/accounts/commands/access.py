"""Who may still come in, as what, and with which password."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.accounts.commands.people import BadAccount, hold_owners
from zhanggui.accounts.commands.sessions import void
from zhanggui.accounts.events import AccessChanged
from zhanggui.accounts.models import Role, User
from zhanggui.journal.book import command, tell
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


@command(needs="people.manage")
def switch_off(person_id: int, *, by: Actor, at: datetime) -> None:
    """This person may not come in any more: their sessions and links end at once; what they did stays under their name.

    Raises ``LastOwner``, ``Yourself``.
    """
    person = person_of(person_id)
    if by.id == person_id:
        raise Yourself
    _spare_the_last_owner(person)
    if User.objects.filter(pk=person_id, is_active=True).update(is_active=False):
        void(person_id)
        tell([AccessChanged(person_id, "off")], by=by, at=at)


@command(needs="people.manage")
def switch_on(person_id: int, *, by: Actor, at: datetime) -> None:
    """Let them in again, with the role and the password they had."""
    person_of(person_id)
    if User.objects.filter(pk=person_id, is_active=False).update(is_active=True):
        tell([AccessChanged(person_id, "on")], by=by, at=at)


@command(needs="people.manage")
def give_role(person_id: int, role: str, *, by: Actor, at: datetime) -> None:
    """From the next click on they may what this role may. Raises ``LastOwner``, ``NotFound``."""
    person = person_of(person_id)
    found = Role.objects.filter(code=role).first()
    if found is None:
        raise NotFound(what=role)
    if person.role_id == found.pk:
        return
    _spare_the_last_owner(person)
    User.objects.filter(pk=person_id).update(role=found)
    tell([AccessChanged(person_id, f"role:{role}")], by=by, at=at)


@command(needs="people.manage")
def renew_password(person_id: int, password: str, *, by: Actor, at: datetime) -> None:
    """A new first password for one who forgot theirs; wherever they are signed in they are out. Raises ``BadAccount``."""
    person = person_of(person_id)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise BadAccount(field="password", why=" ".join(error.messages)) from error
    person.set_password(password)
    person.save(update_fields=["password"])
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
