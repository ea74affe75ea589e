"""Ending what was handed out to people: sessions and links."""

from collections.abc import Sequence
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import F

from zhanggui.accounts.events import AccessChanged
from zhanggui.accounts.models import User
from zhanggui.journal.book import command, tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor


@command(needs="people.manage")
def end_all(person_id: int, *, by: Actor, at: datetime) -> int:
    """Sign this person out wherever they are signed in; their next request anywhere is refused. Returns how many ended."""
    ended = void(person_id)
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
    """Whatever was handed out to this person no longer counts. Within the transaction of who decided it."""
    User.objects.filter(pk=person_id).update(generation=F("generation") + 1)
    return _drop(list(UserSession.objects.filter(user_id=person_id).values_list("pk", "session_key")))


def _drop(held: Sequence[tuple[int, str]]) -> int:
    Session.objects.filter(session_key__in=[key for _, key in held]).delete()
    UserSession.objects.filter(pk__in=[pk for pk, _ in held]).delete()
    return len(held)
