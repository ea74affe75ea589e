"""Beeps told already: a scanner's own id for each makes a second telling harmless."""

from django.core.cache import cache

DAY_S = 24 * 3600


def before(station: str, uid: str) -> str | None:
    """What was answered to this beep, if it was heard; a beep without an id is always new."""
    return cache.get(_key(station, uid)) if uid else None


def keep(station: str, uid: str, answer: str) -> None:
    if uid:
        cache.set(_key(station, uid), answer, DAY_S)


def _key(station: str, uid: str) -> str:
    return f"beep:{station}:{uid[:40]}"
