"""How a session stands: when it began, when somebody was last at it, when they last showed who they are.

The moments are kept in the session itself as whole seconds, so that asking costs no statement.
"""

from datetime import datetime
from typing import Literal

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

BEGUN, SEEN, CONFIRMED, OPENED = "signed_in_at", "seen_at", "confirmed_at", "opened_at"
# Somebody at work is noted once in this many seconds, not with every click.
NOTED_EVERY_S = 60
# The first steps of a house take longer than what matters in a busy one, and there is nothing in it yet.
OPENING_S = 2 * 3600
Over = Literal["", "idle", "long"]


def begin(session: SessionBase, *, at: datetime) -> None:
    """Somebody has just signed in, all steps of it."""
    session[BEGUN] = session[SEEN] = int(at.timestamp())
    session.pop(CONFIRMED, None)


def open_house(session: SessionBase, *, at: datetime) -> None:
    """They have just opened this house: its first steps do not ask again who they are."""
    session[OPENED] = int(at.timestamp())


def is_opening(session: SessionBase, *, at: datetime) -> bool:
    """Whether they opened this house in this session, a short while ago."""
    opened: int = session.get(OPENED, 0)
    return 0 <= at.timestamp() - opened < OPENING_S


def confirm(session: SessionBase, *, at: datetime) -> None:
    """They have shown again who they are."""
    session[CONFIRMED] = int(at.timestamp())


def is_fresh(session: SessionBase, *, at: datetime) -> bool:
    """Whether they signed in, or showed again who they are, within the last minutes."""
    shown: int = max(session.get(BEGUN, 0), session.get(CONFIRMED, 0))
    holds_s: int = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return at.timestamp() - shown < holds_s


def over(session: SessionBase, *, at: datetime) -> Over:
    """Whether this session has ended by itself: nobody was at it for too long, or it has lasted long enough."""
    now = at.timestamp()
    if now - session.setdefault(BEGUN, int(now)) >= settings.SESSION_COOKIE_AGE:
        return "long"
    return "idle" if now - session.setdefault(SEEN, int(now)) >= settings.SESSION_IDLE_S else ""


def see(session: SessionBase, *, at: datetime) -> bool:
    """Somebody is at it. True when that was not noted within the last minute, and is now."""
    now = int(at.timestamp())
    if now - session.get(SEEN, 0) < NOTED_EVERY_S:
        return False
    session[SEEN] = now
    return True
