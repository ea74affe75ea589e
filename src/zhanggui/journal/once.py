"""Once and no more: an act done under a key of the asker's own is done once, however often it is asked for.

The key is written in the transaction of the effect. A crash leaves neither, and nothing stays locked; of two who ask at
once the second waits for the first, and is answered what the first was.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zhanggui.journal.book import Wrap
from zhanggui.journal.models import Answered
from zhanggui.kernel import db
from zhanggui.kernel.errors import Refused

KEPT = timedelta(days=7)
PURPOSE = b"answered"


class KeyReused(Refused):
    """``facts``: key."""

    code = "idempotency-key-reused"
    says = _("这个 Idempotency-Key 已经用在另一个请求上了。")
    fix = _("同一个请求重发用同一个；新的请求换一个新的。")
    status = 422


class Repeated(Exception):  # an answer, not an error
    """It was done before: ``status`` and ``body`` are what was answered then."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status, self.body = status, body
        super().__init__(status)


@dataclass(frozen=True)
class Ask:
    """Who asks (``token:7``), under which key of theirs, for what (a digest of it), when."""

    principal: str
    key: str
    fingerprint: str
    at: datetime


def kept(ask: Ask, answer: Callable[[Any], tuple[int, bytes]]) -> Wrap:
    """For ``book.around``: the act done once, its answer (status and body, made of its result) kept beside it.

    Raises ``Repeated`` where it was done before, ``KeyReused`` where the key stands for something else.
    """

    def wrap(act: Callable[[], Any]) -> Any:
        # Whoever comes second waits here until the first is through or has left nothing behind.
        new = db.execute(
            "INSERT INTO journal_answered (principal, key, fingerprint, at) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (principal, key) DO NOTHING",
            [ask.principal, ask.key, ask.fingerprint, db.adapt(ask.at)],
        )
        mine = Answered.objects.filter(principal=ask.principal, key=ask.key)
        if not new:
            raise _as_before(mine.get(), ask)
        result = act()
        status, body = answer(result)
        mine.update(status=status, sealed=settings.KEY_RING.seal(body, PURPOSE))
        return result

    return wrap


def _as_before(row: Answered, ask: Ask) -> Exception:
    if row.fingerprint != ask.fingerprint:
        return KeyReused(key=ask.key)
    assert row.sealed is not None
    return Repeated(row.status, settings.KEY_RING.open(bytes(row.sealed), PURPOSE))


def forget(*, at: datetime) -> int:
    """Let go of answers nobody will ask for again. Returns how many."""
    with db.write():
        return Answered.objects.filter(at__lt=at - KEPT).delete()[0]
