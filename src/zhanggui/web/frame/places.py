"""Where somebody is signed in: the browser, the machine, since when, and when it was last at work."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from zhanggui.web.frame import devices


@dataclass(frozen=True)
class Place:
    """Where somebody is signed in."""

    pk: int
    browser: str
    machine: str
    ip: str
    since: datetime
    seen: datetime
    here: bool


def places(user_id: int, key: str | None, *, at: datetime) -> list[Place]:
    """The sessions of one person that still hold, that of ``key`` first, then by when they were last seen."""
    alive = Session.objects.filter(expire_date__gt=at).values("session_key")
    found = UserSession.objects.filter(user_id=user_id, session_key__in=alive).order_by("-last_seen_at")
    rows = [
        Place(row.pk, *devices.called(row.user_agent), row.ip, row.created_at, row.last_seen_at, row.session_key == key)
        for row in found
    ]
    return sorted(rows, key=lambda place: not place.here)
