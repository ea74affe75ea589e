"""Ending what was handed out to people: sessions and links."""

from collections.abc import Sequence
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import F
from django.utils.translation import gettext as _

from zhanggui.accounts.commands import bounds
from zhanggui.accounts.events import AccessChanged
from zhanggui.accounts.models import User
from zhanggui.journal.book import command, tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound


@command(needs="people.manage", marks="S")
def end_all(person_id: int, *, by: Actor, at: datetime) -> int:
    """Sign this person out wherever they are signed in; their next request anywhere is refused. Returns how many ended.

    Raises ``AboveYou``, ``BeyondYourReach``, ``NotFound``.
    """
    bounds.over(by, _person(person_id))
    ended = void(person_id)
    tell([AccessChanged(person_id, "sessions")], by=by, at=at, facts={person_id: {"ended": ended}})
    return ended


@command(needs="people.manage", marks="S")
def end_some(person_id: int, session_ids: Sequence[int], *, by: Actor, at: datetime) -> int:
    """End these sessions of this person, no other; what else they hold stays. Returns how many ended.

    Raises ``AboveYou``, ``BeyondYourReach``, ``NotFound``.
    """
    bounds.over(by, _person(person_id))
    ended = _drop(list(UserSession.objects.filter(user_id=person_id, pk__in=session_ids).values_list("pk", "session_key")))
    if ended:
        tell([AccessChanged(person_id, "sessions")], by=by, at=at, facts={person_id: {"ended": ended}})
    return ended


def end_own(session_ids: Sequence[int], *, by: Actor, at: datetime) -> int:
    """A person ends sessions of their own; it needs no right. Returns how many ended."""
    with db.write():
        held = UserSession.objects.filter(user_id=by.id, pk__in=session_ids)
        ended = _drop(list(held.values_list("pk", "session_key")))
        if ended and by.id is not None:
            tell([AccessChanged(by.id, "sessions")], by=by, at=at, facts={by.id: {"ended": ended}})
    return ended


def drop_others(person_id: int, key: str) -> None:
    """Forget every session of this person but the one with ``key``: a new password has ended them."""
    with db.write():
        _drop(list(UserSession.objects.filter(user_id=person_id).exclude(session_key=key).values_list("pk", "session_key")))


def void(person_id: int) -> int:
    """Whatever was handed out to this person, or by them to those they invited, no longer counts: sessions, links, keys and
    open invitations carry the number that is raised here. Within the transaction of who decided it."""
    User.objects.filter(pk=person_id).update(generation=F("generation") + 1)
    return _drop(list(UserSession.objects.filter(user_id=person_id).values_list("pk", "session_key")))


def _person(person_id: int) -> User:
    found = User.objects.select_related("role").filter(pk=person_id).first()
    if found is None:
        raise NotFound(what=_("这个人"))
    return found


def _drop(held: Sequence[tuple[int, str]]) -> int:
    Session.objects.filter(session_key__in=[key for _pk, key in held]).delete()
    UserSession.objects.filter(pk__in=[pk for pk, _key in held]).delete()
    return len(held)
