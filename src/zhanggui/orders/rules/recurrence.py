"""When an order that comes by itself is due: days of a calendar, one time of day, a zone that may change its clocks. Pure."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY, WEEK, MONTH, DAYS = "day", "week", "month", "days"
EVERY = (DAY, WEEK, MONTH, DAYS)
# The longest way between two slots: a step of a year and a day. Beyond it nothing more comes.
FARTHEST = 367


@dataclass(frozen=True)
class Rhythm:
    """``every``: each day, the ``weekdays`` (0 is Monday) of each week, the ``month_day`` of each month, or each ``step`` days from
    ``starts_on``. ``clock_time`` is in the company's zone. ``ends_on`` is the last day it may fall on."""

    every: str
    clock_time: time
    starts_on: date
    ends_on: date | None = None
    weekdays: tuple[int, ...] = ()
    month_day: int = 1
    step: int = 1


def falls_on(rhythm: Rhythm, day: date) -> bool:
    """Whether it is due on this day. The 31st of a shorter month is its last day."""
    if day < rhythm.starts_on or (rhythm.ends_on is not None and day > rhythm.ends_on):
        return False
    if rhythm.every == WEEK:
        return day.weekday() in rhythm.weekdays
    if rhythm.every == MONTH:
        return day.day == min(rhythm.month_day, calendar.monthrange(day.year, day.month)[1])
    if rhythm.every == DAYS:
        return (day - rhythm.starts_on).days % max(rhythm.step, 1) == 0
    return True


def moment(day: date, clock_time: time, zone: ZoneInfo) -> datetime:
    """That time of that day, in UTC. A time the clocks leap over is as much later; one they show twice is the first of the two."""
    return datetime.combine(day, clock_time, tzinfo=zone).astimezone(UTC)


def next_after(rhythm: Rhythm, after: datetime, zone: ZoneInfo) -> datetime | None:
    """The first moment it is due after ``after``; None where it is over."""
    day = max(after.astimezone(zone).date() - timedelta(days=1), rhythm.starts_on)
    for _ in range(FARTHEST + 1):
        if rhythm.ends_on is not None and day > rhythm.ends_on:
            return None
        if falls_on(rhythm, day) and (due := moment(day, rhythm.clock_time, zone)) > after:
            return due
        day += timedelta(days=1)
    return None


def due_until(rhythm: Rhythm, first: datetime, at: datetime, zone: ZoneInfo) -> tuple[datetime, int]:
    """Of the slots from ``first`` to ``at``: the last of them, and how many were before it. Who slept through ten makes up one."""
    last, passed = first, 0
    while (due := next_after(rhythm, last, zone)) is not None and due <= at:
        last, passed = due, passed + 1
    return last, passed
