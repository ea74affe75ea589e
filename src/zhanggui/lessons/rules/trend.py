"""A range of days cut into steps, and what changed since the range before it. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

DAYS, WEEKS = 31, 26 * 7


class Step(NamedTuple):
    """A day, a week (from Monday) or a month of a range; both ends are within."""

    since: date
    until: date


def steps(since: date, until: date) -> list[Step]:
    """Days up to a month, weeks up to half a year, else months; the first and the last are no longer than the range."""
    length, found, at = (until - since).days + 1, [], since
    while at <= until:
        if length <= DAYS:
            end = at
        elif length <= WEEKS:
            end = at + timedelta(days=6 - at.weekday())
        else:
            end = (at.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        found.append(Step(at, min(end, until)))
        at = found[-1].until + timedelta(days=1)
    return found


def before(since: date, until: date) -> tuple[date, date]:
    """The range of the same length that ends the day before."""
    length = until - since
    return since - timedelta(days=1) - length, since - timedelta(days=1)


def along(by_day: Mapping[date, int], cut: list[Step]) -> list[int]:
    """How many fall into each step."""
    found = [0] * len(cut)
    for day, many in by_day.items():
        for nth, step in enumerate(cut):
            if step.since <= day <= step.until:
                found[nth] += many
                break
    return found
