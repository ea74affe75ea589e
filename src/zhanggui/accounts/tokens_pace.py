"""How often a key may call: so many times a minute, counted in the database by handfuls, so that asking stays cheap."""

import threading
from datetime import datetime

from django.conf import settings
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from zhanggui.accounts.models import Token
from zhanggui.kernel import db
from zhanggui.kernel.errors import Refused

# A handful is a thirtieth of the limit: one statement that writes for so many calls, whichever process they meet.
HANDFULS = 30
_lock = threading.Lock()
# Digest → (minute, calls taken in the database and not yet made here).
_held: dict[str, tuple[int, int]] = {}


class TooMany(Refused):
    """``facts``: most (calls a minute), wait_s."""

    code = "too-many-calls"
    says = _("这把接口密钥一分钟只能调用 {most} 次。")
    fix = _("{wait_s} 秒后再试。")
    status = 429


def call(token: Token, *, address: str, at: datetime) -> None:
    """One more call by this key; notes now and then when and from where it was last used. Raises ``TooMany``.

    Never more calls a minute than the limit, over all processes together; a process that has taken a handful and makes no
    use of it leaves up to a thirtieth unused.
    """
    most: int = settings.API_CALLS_A_MINUTE
    minute = int(at.timestamp()) // 60
    with _lock:
        held, left = _held.get(token.digest, (0, 0))
        if held == minute and left:
            _held[token.digest] = (minute, left - 1)
            return
    taken = _take(token, minute, most, address=address, at=at)
    with _lock:
        if len(_held) > 10_000:
            _held.clear()
        held, left = _held.get(token.digest, (0, 0))
        _held[token.digest] = (minute, taken - 1 + (left if held == minute else 0))


def _take(token: Token, minute: int, most: int, *, address: str, at: datetime) -> int:
    for many in (max(most // HANDFULS, 1), 1):
        room = ~Q(minute=minute) | Q(calls__lte=most - many)
        counted = Case(When(minute=minute, then=F("calls") + many), default=Value(many))
        with db.write():
            done = Token.objects.filter(room, pk=token.pk).update(
                calls=counted, minute=minute, used_at=at, used_from=address[:45]
            )
        if done:
            return many
    raise TooMany(most=most, wait_s=60 - int(at.timestamp()) % 60)


def forget() -> None:
    """Let go of the handfuls this process holds."""
    with _lock:
        _held.clear()
