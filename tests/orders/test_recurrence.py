"""When an order that comes by itself is due: every way of saying it, ends of months, clocks that change, and nights slept through."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.orders.rules import recurrence, wording
from zhanggui.orders.rules.recurrence import Rhythm

SHANGHAI, BERLIN, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
NINE = time(9, 0)
FIRST = date(2026, 1, 1)


def days(rhythm: Rhythm, many: int, after: datetime, zone: ZoneInfo = SHANGHAI) -> list[str]:
    found = []
    at: datetime | None = after
    for _ in range(many):
        at = recurrence.next_after(rhythm, at, zone) if at else None
        found.append(f"{at.astimezone(zone):%m-%d %H:%M}" if at else "over")
    return found


BEFORE = datetime(2025, 12, 31, 12, tzinfo=UTC)


@pytest.mark.capability("I-14")
@pytest.mark.parametrize(
    ("rhythm", "come"),
    [
        (Rhythm("day", NINE, FIRST), ["01-01 09:00", "01-02 09:00", "01-03 09:00"]),
        (Rhythm("week", NINE, FIRST, weekdays=(0, 4)), ["01-02 09:00", "01-05 09:00", "01-09 09:00"]),
        (Rhythm("month", NINE, FIRST, month_day=31), ["01-31 09:00", "02-28 09:00", "03-31 09:00"]),
        (Rhythm("month", NINE, date(2028, 2, 1), month_day=30), ["02-29 09:00", "03-30 09:00", "04-30 09:00"]),
        (Rhythm("days", NINE, FIRST, step=10), ["01-01 09:00", "01-11 09:00", "01-21 09:00"]),
        (Rhythm("day", NINE, FIRST, ends_on=date(2026, 1, 2)), ["01-01 09:00", "01-02 09:00", "over"]),
        (Rhythm("week", NINE, FIRST, weekdays=()), ["over", "over", "over"]),
    ],
)
def test_each_rhythm_comes_on_its_days_and_the_31st_is_the_last_of_a_short_month(rhythm: Rhythm, come: list[str]) -> None:
    assert days(rhythm, 3, BEFORE) == come


@pytest.mark.capability("I-14")
@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])
@pytest.mark.parametrize("clock_time", [time(1, 30), time(2, 30), time(3, 0)])
def test_where_the_clocks_change_it_comes_once_a_day_and_never_twice(zone: ZoneInfo, clock_time: time) -> None:
    rhythm = Rhythm("day", clock_time, FIRST)
    at, seen = datetime(2026, 1, 1, tzinfo=UTC), []
    for _ in range(365):
        due = recurrence.next_after(rhythm, at, zone)
        assert due is not None
        at = due
        seen.append(due)
    locals_ = [due.astimezone(zone) for due in seen]
    assert len({due.date() for due in locals_}) == 365
    assert {(later - before) for before, later in pairwise(seen)} <= {timedelta(hours=h) for h in (23, 24, 25)}
    # All but the night of which half an hour is missing come at the minute that was said.
    assert sum(due.time() != clock_time for due in locals_) <= 1


@pytest.mark.capability("I-14")
def test_what_was_slept_through_is_counted_and_the_last_of_it_is_due() -> None:
    rhythm = Rhythm("day", NINE, FIRST)
    first = recurrence.moment(date(2026, 1, 5), NINE, SHANGHAI)
    assert recurrence.due_until(rhythm, first, first, SHANGHAI) == (first, 0)
    slot, missed = recurrence.due_until(rhythm, first, first + timedelta(days=3, hours=5), SHANGHAI)
    assert (slot, missed) == (first + timedelta(days=3), 3)


@given(
    st.sampled_from(["day", "week", "month", "days"]), st.sets(st.integers(0, 6), min_size=1), st.integers(1, 31), st.integers(1, 366),
    st.times(), st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)), st.sampled_from([SHANGHAI, BERLIN, NEW_YORK]),
)  # fmt: skip
def test_the_next_slot_is_always_later_and_falls_on_a_day_of_its_rhythm(
    every: str, weekdays: set[int], month_day: int, step: int, clock_time: time, after: datetime, zone: ZoneInfo
) -> None:
    rhythm = Rhythm(every, clock_time, FIRST, weekdays=tuple(weekdays), month_day=month_day, step=step)
    due = recurrence.next_after(rhythm, after.replace(tzinfo=UTC), zone)
    assert due is not None
    assert due > after.replace(tzinfo=UTC)
    again = recurrence.next_after(rhythm, due, zone)
    assert again is not None
    assert again > due


def test_gaps_of_a_note_are_filled_and_the_open_ones_are_named() -> None:
    note = "{日期} 第 {序号} 批，{班级} 收，{no} {班级}"
    own = wording.ours(local=datetime(2026, 3, 8, 9), number=7, pieces=3)
    assert wording.gaps(note, "{尺码}") == ["班级", "尺码"]
    assert wording.filled(note, {"班级": "三班"}, own) == "2026-03-08 第 7 批，三班 收，7 三班"
    assert wording.unfilled([note], {"班级": " "}) == ["班级"]
