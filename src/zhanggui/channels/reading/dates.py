"""Written moments to aware UTC. A time that could be two moments is read as one of them and said."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from zhanggui.channels.port import BadCell
from zhanggui.channels.reading.cells import unwrapped
from zhanggui.channels.reading.codes import Code

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)  # clocks differ, and zones
_REMEMBERED = 20_000

_WRITTEN = re.compile(
    r"(?P<year>[0-9]{4})(?P<by>[-/.年])(?P<month>[0-9]{1,2})[-/.月](?P<day>[0-9]{1,2})日?"
    r"(?:[T\s]*(?P<half>上午|下午|中午|凌晨|晚上|AM|PM)?\s*(?P<hour>[0-9]{1,2})[:时点](?P<minute>[0-9]{1,2})?分?"
    r"(?::?(?P<second>[0-9]{1,2})(?:\.(?P<part>[0-9]{1,9}))?秒?)?\s*(?P<half2>AM|PM)?)?"
    r"\s*(?P<zone>Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?",
    re.IGNORECASE,
).fullmatch
_COMPACT = re.compile(r"(20[0-9]{2})([01][0-9])([0-3][0-9])(?:([0-2][0-9])([0-5][0-9])([0-5][0-9]))?").fullmatch
_EITHER = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})((?:\s.*)?)", re.DOTALL).fullmatch
_YEARLESS = re.compile(r"([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})[日号]?(?:[T\s].*)?", re.DOTALL).fullmatch
_EPOCH = re.compile(r"[0-9]{10}(?:[0-9]{3})?").fullmatch
_SERIAL = re.compile(r"-?[0-9]{1,6}(?:\.[0-9]+)?").fullmatch
# Days of 2000 to 2100, counted from either of the two days a spreadsheet may begin with.
_SERIALS = (35_000, 73_100)
_DAY_NONE = {"1900": datetime(1899, 12, 30), "1904": datetime(1904, 1, 1)}
_AFTERNOON = {"下午", "晚上", "pm"}
_FULL_WIDTH = str.maketrans("０１２３４５６７８９：－／", "0123456789:-/")


def _is_yearless(words: str) -> bool:
    """A month and a day, in either order, and perhaps an hour: to a spreadsheet ``11.28`` is a number."""
    found = _YEARLESS(words)
    one, two = (int(found[1]), int(found[2])) if found else (0, 0)
    return 1 <= min(one, two) <= 12 and max(one, two) <= 31


def _plain_order(one: int, two: int) -> str:
    """A number above twelve is no month, and tells which is which; empty where both may be."""
    return "dmy" if one > 12 >= two else "mdy" if two > 12 >= one else ""


class Dates:
    """Reads the dates of one file. ``unsure`` holds every text that fell into a turned clock.

    ``until`` bounds what has already happened; a deadline is read with ``ahead=True``.
    """

    def __init__(self, zone: tzinfo, *, until: datetime | None = None, date_order: str = "", serials: str = "") -> None:
        self.zone = zone
        self.until = until + AHEAD if until else LATEST
        self.date_order = date_order
        self._day_none = _DAY_NONE.get(serials)
        self.unsure: set[object] = set()
        self._hours: dict[object, timedelta] = {}
        self._known: dict[object, datetime | Code | None] = {}

    def read(self, cell: object, *, ahead: bool = False) -> datetime | Code | None:
        """The moment, ``None`` where nothing is written, or a ``Code``."""
        at: datetime | Code | None
        if cell is None or cell == "":
            return None
        if cell.__class__ is str and len(cell) == 19 and cell[4] == "-" and cell[16] == ":" and cell[10] in " T":
            away = self._hours.get(cell[:13])
            if away is None:
                at = self._moment(cell)
            else:
                try:
                    at = self._bounded((datetime.fromisoformat(cell) - away).replace(tzinfo=UTC))
                except ValueError:
                    return Code.DATE_FORMAT
        elif cell in self._known:
            at = self._known[cell]
        else:
            at = self._moment(cell)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[cell] = at
        if at.__class__ is datetime and at > self.until and not ahead:
            return Code.DATE_RANGE
        return at

    def _moment(self, cell: object) -> datetime | Code | None:
        if isinstance(cell, str):
            if len(cell) == 19 and cell[4] == "-" and cell[16] == ":" and cell[10] in " T":
                try:
                    return self._bounded(self._in_zone(datetime.fromisoformat(cell), cell, cell[:13]))
                except ValueError:
                    return Code.DATE_FORMAT
            return self._written(cell)
        if isinstance(cell, datetime):
            return self._bounded(cell.astimezone(UTC) if cell.tzinfo else self._in_zone(cell, cell))
        if isinstance(cell, BadCell):
            return Code(cell.code)
        if not isinstance(cell, int | float) or isinstance(cell, bool):
            return Code.CELL_TYPE
        return Code.DATE_YEAR if _is_yearless(repr(cell)) and cell % 1 else self._serial(float(cell), cell)

    def _written(self, cell: str) -> datetime | Code | None:
        words = unwrapped(cell).translate(_FULL_WIDTH)
        if not words:
            return None
        if found := _WRITTEN(words):
            return self._of_parts(found, cell)
        if found := _COMPACT(words):
            parts = [int(part) for part in found.groups(default="0")]
            return self._made(parts, None, cell)
        if _EPOCH(words):
            return self._bounded(datetime.fromtimestamp(int(words[:10]), UTC))
        if found := _EITHER(words):
            one, two = found[1], found[2]
            order = self.date_order or _plain_order(int(one), int(two))
            if order not in ("dmy", "mdy"):
                return Code.DATE_ORDER
            day, month = (one, two) if order == "dmy" else (two, one)
            again = _WRITTEN(f"{found[3]}-{month}-{day}{found[4]}")
            return self._of_parts(again, cell) if again else Code.DATE_FORMAT
        if _is_yearless(words):
            return Code.DATE_YEAR
        return self._serial(float(words), cell) if _SERIAL(words) else Code.DATE_FORMAT

    def _serial(self, days: float, cell: object) -> datetime | Code:
        """A day counted by a spreadsheet. Which calendar it counts by, nobody can tell from the number."""
        if not _SERIALS[0] <= days < _SERIALS[1]:
            return Code.DATE_RANGE
        if self._day_none is None:
            return Code.DATE_SERIAL
        return self._bounded(self._in_zone(self._day_none + timedelta(seconds=round(days * 86_400)), cell))

    def _of_parts(self, found: "re.Match[str]", cell: str) -> datetime | Code:
        hour = int(found["hour"] or 0)
        half = (found["half"] or found["half2"] or "").lower()
        if half:
            if hour > 12 and half not in _AFTERNOON:
                return Code.DATE_FORMAT
            if half in _AFTERNOON and hour < 12:
                hour += 12
            elif half in ("am", "上午", "凌晨") and hour == 12:
                hour = 0
        parts = [int(found["year"]), int(found["month"]), int(found["day"]), hour, int(found["minute"] or 0),
                 int(found["second"] or 0), int((found["part"] or "0")[:6].ljust(6, "0"))]
        return self._made(parts, found["zone"], cell)

    def _made(self, parts: list[int], zone: str | None, cell: object) -> datetime | Code:
        try:
            year, month, day, hour, minute, second, *part = parts
            bare = datetime(year, month, day, hour, minute, second, part[0] if part else 0)
        except ValueError:
            return Code.DATE_FORMAT
        if not zone:
            return self._bounded(self._in_zone(bare, cell))
        if zone.upper() in ("Z", "UTC"):
            return self._bounded(bare.replace(tzinfo=UTC))
        away = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]) if len(zone) > 3 else 0)
        if away >= timedelta(hours=24):
            return Code.DATE_FORMAT
        return self._bounded(bare.replace(tzinfo=timezone(-away if zone[0] == "-" else away)).astimezone(UTC))

    def _in_zone(self, bare: datetime, cell: object, hour: object = None) -> datetime:
        """The clock time in the shop's zone; the earlier one where it came twice. Hours in which no clock is turned
        are remembered by ``hour``."""
        away = self._hours.get(hour)
        if away is not None:
            return (bare - away).replace(tzinfo=UTC)
        there = bare.replace(tzinfo=self.zone)
        away = there.utcoffset() or timedelta()
        ends = [there.replace(minute=minute, fold=fold).utcoffset() for minute in (0, 59) for fold in (0, 1)]
        if hour is not None and all(end == away for end in ends):
            if len(self._hours) >= _REMEMBERED:
                self._hours.clear()
            self._hours[hour] = away
        elif there.replace(fold=1).utcoffset() != away:
            self.unsure.add(cell)
        return (bare - away).replace(tzinfo=UTC)

    @staticmethod
    def _bounded(at: datetime) -> datetime | Code:
        return at if EARLIEST <= at <= LATEST else Code.DATE_RANGE
