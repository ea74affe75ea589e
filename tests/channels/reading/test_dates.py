"""A written moment is one moment, or a problem by name."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.dates import Dates

SHANGHAI = ZoneInfo("Asia/Shanghai")
HALF_PAST_TWO = datetime(2026, 3, 8, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-03-08 14:30:00",
        "2026-03-08T14:30:00",
        "2026-03-08 14:30",
        "2026/3/8 14:30",
        "2026/03/08 14:30:00",
        "2026.3.8 14:30",
        "2026年3月8日 14:30",
        "2026年3月8日 下午2:30",
        "2026年3月8日14时30分",
        "2026-03-08 2:30 PM",
        "2026-03-08 14:30:00.000",
        "2026-03-08T14:30:00+08:00",
        "2026-03-08T06:30:00Z",
        "2026-03-08 01:30:00 -0500",
        "20260308143000",
        "1772951400",
        "1772951400000",
        "2026-03-08 14:30+08",
        " 2026-03-08 14:30:00\t",
        "２０２６-03-08 14：30",
        '="2026-03-08 14:30:00"',
        datetime(2026, 3, 8, 14, 30),
    ],
)
def test_many_ways_to_write_one_moment(cell):
    assert Dates(SHANGHAI).read(cell) == HALF_PAST_TWO


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2026-02-30", Code.DATE_FORMAT),
        ("2026-02-30 10:00:00", Code.DATE_FORMAT),
        ("0000-00-00", Code.DATE_FORMAT),
        ("########", Code.DATE_FORMAT),
        ("26-3-8", Code.DATE_FORMAT),
        ("民国115年3月8日", Code.DATE_FORMAT),
        ("1999-12-31 10:00:00", Code.DATE_RANGE),
        ("2199-01-01", Code.DATE_RANGE),
        ("45992", Code.DATE_SERIAL),
        ("45992.604", Code.DATE_SERIAL),
        (45992.0, Code.DATE_SERIAL),
        (60, Code.DATE_RANGE),
        (-1, Code.DATE_RANGE),
        ("03/04/2026", Code.DATE_ORDER),
        ("明天", Code.DATE_FORMAT),
        ("11-28", Code.DATE_YEAR),
        ("11月28日 14:03", Code.DATE_YEAR),
        ("28/11", Code.DATE_YEAR),
        ("11.28", Code.DATE_YEAR),
        (11.28, Code.DATE_YEAR),
        ("13-32", Code.DATE_FORMAT),
        (13.4, Code.DATE_YEAR),
        (0.5, Code.DATE_RANGE),
        ("2026-03-08 25:00:00", Code.DATE_FORMAT),
        (True, Code.CELL_TYPE),
    ],
)
def test_what_is_no_moment_is_named(cell, code):
    assert Dates(SHANGHAI).read(cell) is code


def test_nothing_written_is_nothing():
    dates = Dates(SHANGHAI)
    assert dates.read("") is None
    assert dates.read(None) is None
    assert dates.read("  ") is None


def test_a_date_alone_is_its_first_moment_in_the_shops_zone():
    assert Dates(SHANGHAI).read("2026-03-08") == datetime(2026, 3, 7, 16, tzinfo=UTC)


def test_day_and_month_are_settled_once_for_the_file():
    # A number above twelve is no month: such a date is not in doubt, whichever comes first.
    for text in ("29/11/2026", "11/29/2026"):
        assert Dates(UTC).read(text) == datetime(2026, 11, 29, tzinfo=UTC)
    assert Dates(UTC, date_order="dmy").read("11/29/2026") is Code.DATE_FORMAT
    assert Dates(UTC, date_order="dmy").read("03/04/2026") == datetime(2026, 4, 3, tzinfo=UTC)
    assert Dates(UTC, date_order="mdy").read("03/04/2026 10:30") == datetime(2026, 3, 4, 10, 30, tzinfo=UTC)


def test_nothing_is_placed_in_the_future_but_a_promise_may_be():
    dates = Dates(UTC, until=datetime(2026, 3, 8, tzinfo=UTC))
    assert dates.read("2026-03-10 10:00:00") is Code.DATE_RANGE
    assert dates.read("2026-03-10 10:00:00", ahead=True) == datetime(2026, 3, 10, 10, tzinfo=UTC)


def test_a_turned_clock_is_said():
    dates = Dates(ZoneInfo("Europe/London"))
    assert dates.read("2026-10-25 01:30:00") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the earlier of the two
    assert "2026-10-25 01:30:00" in dates.unsure
    assert dates.read("2026-10-25 03:30:00") == datetime(2026, 10, 25, 3, 30, tzinfo=UTC)
    assert "2026-10-25 03:30:00" not in dates.unsure
    dates.read("2026-03-29 01:30:00")
    assert "2026-03-29 01:30:00" in dates.unsure  # a time that never was
