"""Which backups stay."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.ops.backups.keeping import Kept, due, to_drop

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.mark.capability("B-01")
def test_a_year_of_hourly_backups_leaves_a_day_of_hours_two_weeks_of_days_and_a_year_of_months() -> None:
    kept = [Kept(nth, NOW - timedelta(hours=nth), good=True) for nth in range(400 * 24)]
    gone = set(to_drop(kept))
    stays = [each for each in kept if each.id not in gone]
    assert [each.id for each in stays[:24]] == list(range(24))
    assert len({each.made_at.date() for each in stays if NOW - each.made_at < timedelta(days=13)}) == 14
    assert len({each.made_at.strftime("%Y-%m") for each in stays}) == 12
    assert len(stays) < 24 + 14 + 12


def test_one_that_never_came_back_keeps_no_day_and_the_newest_good_one_always_stays() -> None:
    bad = [Kept(nth, NOW - timedelta(hours=nth), good=False) for nth in range(60)]
    good = Kept(99, NOW - timedelta(days=500), good=True)
    assert set(to_drop([*bad, good])) == set(range(24, 60))


@given(st.lists(st.tuples(st.integers(0, 5_000), st.booleans()), max_size=120))
def test_the_latest_are_never_dropped_and_nobody_is_named_twice(said: list[tuple[int, bool]]) -> None:
    kept = [Kept(nth, NOW - timedelta(hours=hours), good) for nth, (hours, good) in enumerate(said)]
    gone = to_drop(kept)
    assert len(gone) == len(set(gone))
    latest = {each.id for each in sorted(kept, key=lambda each: each.made_at, reverse=True)[:24]}
    assert not latest & set(gone)
    good = [each for each in kept if each.good]
    if good:
        assert max(each.made_at for each in good) in {each.made_at for each in good if each.id not in gone}


def test_the_next_is_due_when_its_time_has_come_and_never_where_nothing_happened_or_nobody_wants_it() -> None:
    assert due(NOW - timedelta(minutes=5), 5, NOW)
    assert not due(NOW - timedelta(minutes=4), 5, NOW)
    assert not due(None, 5, NOW)
    assert not due(NOW - timedelta(days=9), 0, NOW)
