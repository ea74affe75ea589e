"""When a parcel is likely to arrive, from how long others took on the same lane. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from statistics import median

Lane = tuple[str, str]
# Without enough parcels of a lane we say three days.
DEFAULT = timedelta(days=3)
ENOUGH = 3


def medians(taken: Iterable[tuple[Lane, timedelta]]) -> dict[Lane, timedelta]:
    """Lane (from province, to province) → the median of how long parcels took; lanes with too few say nothing."""
    by_lane: dict[Lane, list[float]] = {}
    for lane, time in taken:
        by_lane.setdefault(lane, []).append(time.total_seconds())
    return {lane: timedelta(seconds=round(median(times))) for lane, times in by_lane.items() if len(times) >= ENOUGH}


def expected(shipped_at: datetime, lane: Lane, known: Mapping[Lane, timedelta]) -> datetime:
    """The likely moment of arrival."""
    return shipped_at + known.get(lane, DEFAULT)
