"""Which backups are kept, and when the next is due. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

LATEST = 24
DAYS = 14
MONTHS = 12


class Kept(NamedTuple):
    """``id``, when it was made (in the company's own zone) and whether it was proved to come back."""

    id: int
    made_at: datetime
    good: bool


def to_drop(kept: Sequence[Kept]) -> list[int]:
    """Which may go: kept are the latest 24, the last of each of 14 days and of each of 12 months, and always the
    newest that is good. One that never came back keeps no day and no month."""
    newest_first = sorted(kept, key=lambda each: each.made_at, reverse=True)
    stays = {each.id for each in newest_first[:LATEST]}
    good = [each for each in newest_first if each.good]
    for shape, many in (("%Y-%m-%d", DAYS), ("%Y-%m", MONTHS)):
        last: dict[str, int] = {}
        for each in good:
            last.setdefault(each.made_at.strftime(shape), each.id)
        stays.update(list(last.values())[:many])
    stays.update(each.id for each in good[:1])
    return [each.id for each in newest_first if each.id not in stays]


def due(last: datetime | None, minutes: int, at: datetime) -> bool:
    """Whether the next is to be made now; ``minutes`` 0 is never, and so is a house where nothing happened yet."""
    return minutes > 0 and last is not None and (at - last >= timedelta(minutes=minutes) - timedelta(seconds=30))
