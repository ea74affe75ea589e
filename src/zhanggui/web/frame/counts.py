"""The figures in the rail: each area says how its own are counted; a few seconds old is fresh enough."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from zhanggui.kernel.actor import Actor, Reach
from zhanggui.web.frame import lately

One = Callable[[Actor, datetime], int]
Many = Callable[[Actor, datetime], Mapping[str, int]]

_asked: dict[str, Many] = {}
_kept: dict[tuple[int | None, Reach, Many], tuple[float, Mapping[str, int]]] = {}
_lock = threading.Lock()


def providers(*keys: str) -> Callable[[Many], Many]:
    """Register several figures that one query answers together."""

    def keep(count: Many) -> Many:
        _asked.update(dict.fromkeys(keys, count))
        return count

    return keep


def of(actor: Actor, keys: Iterable[str], *, at: datetime) -> dict[str, int]:
    """The figures asked for, each a few seconds old at most (``lately.fresh``); a key nobody counts is absent."""
    found: dict[str, int] = {}
    for key in keys:
        count = _asked.get(key)
        if count is not None and key not in found:
            answer = _answer(count, actor, at)
            found |= {known: answer[known] for known in answer if known == key}
    return found


def _answer(count: Many, actor: Actor, at: datetime) -> Mapping[str, int]:
    who, now = (actor.id, actor.reach, count), time.time()
    with _lock:
        kept = _kept.get(who)
        if kept is not None and lately.fresh(kept[0]):
            return kept[1]
    answer = count(actor, at)
    with _lock:
        if len(_kept) > 2000:
            _kept.clear()
        _kept[who] = (now, answer)
    return answer


def know(actor: Actor, figures: Mapping[str, int]) -> None:
    """Figures a page has just counted itself need no second counting for its rail."""
    now = time.time()
    with _lock:
        for count in {_asked[key] for key in figures if key in _asked}:
            _kept[(actor.id, actor.reach, count)] = (now, figures)


def forget() -> None:
    """Count afresh next time: after a change whose figure the same person sees at once."""
    with _lock:
        _kept.clear()
