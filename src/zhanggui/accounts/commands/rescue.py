"""Helping somebody who is locked out, and asking a role for more: each with its reason in the book."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy as _

from zhanggui.accounts import asked
from zhanggui.accounts.commands import bounds
from zhanggui.accounts.commands.access import person_of
from zhanggui.accounts.commands.people import ensure_roles
from zhanggui.accounts.commands.sessions import void
from zhanggui.accounts.events import AccessChanged, RoleChanged
from zhanggui.accounts.links import reset_path
from zhanggui.accounts.models import Role
from zhanggui.journal.book import command, tell
from zhanggui.journal.marks import Second
from zhanggui.kernel import masking
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound, Refused

LONGEST = 120


class WhyMissing(Refused):
    code = "why-missing"
    says = _("要写一句为什么，会记在日志里。")
    fix = _("例如：本人当面来说，手机丢了。")
    status = 422


class SwitchedOff(Refused):
    """``facts``: who."""

    code = "switched-off"
    says = _("{who} 停用着，给了链接也进不来。")
    fix = _("先让他再进来。")


@command(needs="people.manage", second=Second(_("给 {who}（{role}）一个重设密码的链接"), asked.of_person, answers=True), because="why")
def hand_link(person_id: int, *, why: str, by: Actor, at: datetime) -> str:
    """A path under which this person sets a new password, to be handed over by word or on paper; it is shown this once.

    Good once and for an hour. Earlier links and every session of theirs end; the second factor stays.
    Raises ``WhyMissing``, ``SwitchedOff``, ``AboveYou``, ``BeyondYourReach``, ``NotFound``.
    """
    person = person_of(person_id)
    bounds.over(by, person)
    if not person.is_active:
        raise SwitchedOff(who=person.name)
    told = _reason(why)
    void(person_id)
    tell([AccessChanged(person_id, "link")], by=by, at=at, facts={person_id: {"why": told}})
    person.refresh_from_db()
    return reset_path(person)


@command(needs="people.manage", second=Second(_("清掉 {who}（{role}）的两步验证"), asked.of_person), because="why")
def clear_second_factor(person_id: int, *, why: str, by: Actor, at: datetime) -> int:
    """Take every second factor of one who lost theirs: codes, recovery codes, passkeys. Their sessions end, the password stays.

    Returns how many there were. Raises ``WhyMissing``, ``AboveYou``, ``BeyondYourReach``, ``NotFound``.
    """
    bounds.over(by, person_of(person_id))
    told = _reason(why)
    held = Authenticator.objects.filter(user_id=person_id)
    many: int = held.count()
    held.delete()
    void(person_id)
    tell([AccessChanged(person_id, "second:cleared")], by=by, at=at, facts={person_id: {"why": told, "many": many}})
    return many


@command(needs="people.manage", second=Second(_("不再要「{role}」做两步验证"), asked.of_role), weighs=asked.spares)
def ask_second_factor(role: str, wanted: bool, *, by: Actor, at: datetime) -> None:
    """Whether people of this role must prove themselves a second way; who has none yet is led to set it up.

    Raises ``AboveYou``, ``NotFound``.
    """
    ensure_roles()
    found = Role.objects.filter(code=role).first()
    if found is None:
        raise NotFound(what=role)
    bounds.hand(by, found)
    if Role.objects.filter(pk=found.pk, second_factor=not wanted).update(second_factor=wanted):
        tell([RoleChanged(found.pk, role, wanted)], by=by, at=at)


def _reason(why: str) -> str:
    if not why.strip():
        raise WhyMissing
    return masking.masked(why.strip())[:LONGEST]
