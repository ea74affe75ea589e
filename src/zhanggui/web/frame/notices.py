"""What the bell rings for: each area names what needs a person, nothing is stored twice."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from zhanggui.kernel.actor import Actor, Reach
from zhanggui.web.frame import lately


@dataclass(frozen=True)
class Notice:
    """One thing that waits for somebody: a tone, a sentence, where to go."""

    tone: str
    text: str
    url: str = ""


Source = Callable[[Actor, datetime], Sequence[Notice]]
_sources: list[Source] = []
_kept: dict[tuple[int | None, Reach, str], tuple[float, list[Notice]]] = {}
_lock = threading.Lock()


def source(tell: Source) -> Source:
    """Register who may ring the bell."""
    _sources.append(tell)
    return tell


def of(actor: Actor, language: str, *, at: datetime) -> list[Notice]:
    """Everything that waits for ``actor``, worst first, a few seconds old at most (``lately.fresh``)."""
    who, now = (actor.id, actor.reach, language), time.time()
    with _lock:
        kept = _kept.get(who)
        if kept is not None and lately.fresh(kept[0]):
            return kept[1]
    found = [notice for tell in _sources for notice in tell(actor, at)]
    found.sort(key=lambda notice: ("bad", "warn").index(notice.tone) if notice.tone in ("bad", "warn") else 2)
    with _lock:
        if len(_kept) > 2000:
            _kept.clear()
        _kept[who] = (now, found)
    return found


def forget() -> None:
    with _lock:
        _kept.clear()
