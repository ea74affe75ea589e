"""A platform's own report of orders: cells by the words of its header, one order at a time, and what is wrong gathered.

What the platform pays of a price is no discount of the shop: what the shop takes off goes to the lines, what others pay to
the order's discount. So Σ line totals + freight is what the shop gets, and ``total_minor`` what the buyer pays.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

from zhanggui.channels.port import ChannelOrder, ChannelRecipient, Context, Problem, Table, Turned
from zhanggui.channels.reading.amounts import Amounts, shared_unit
from zhanggui.channels.reading.cells import beside_pieces, is_blank, normal, order_no, phone, quantity, shown, sku, text
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.dates import Dates
from zhanggui.channels.reading.errors import HeadersMissing
from zhanggui.channels.reading.grouping import Group, grouped
from zhanggui.channels.reading.header import places
from zhanggui.kernel.money import plain

# A value the platform encrypted instead of showing it: its own marks around letters that say nothing.
_ENCRYPTED = re.compile(r"([~$#@])(?:[A-Za-z0-9+/=_\-]{16,}|[A-Za-z0-9+/=_\-]{4,}\1[A-Za-z0-9+/=_\-]{8,})\1.{0,8}").fullmatch
Words = str | Sequence[str]


def certainty(header: Sequence[str], needed: Sequence[Words], telling: Sequence[str]) -> int:
    """0 without the columns no order can do without, else 70 to 100: how many of the ``telling`` ones are there."""
    found = places(header)
    if any(all(normal(word) not in found for word in _several(words)) for words in needed):
        return 0
    return 70 + 30 * sum(1 for word in telling if normal(word) in found) // len(telling)


def _several(words: Words) -> Sequence[str]:
    return (words,) if isinstance(words, str) else words


class Report:
    """The columns of one report and how its cells are read. ``whole`` are the columns that speak of the whole order:
    blank or the same on each of its rows, or the order is turned away. ``personal`` ones are never quoted."""

    def __init__(
        self,
        table: Table,
        context: Context,
        *,
        key: Words,
        needed: Sequence[Words],
        whole: Sequence[str] = (),
        personal: Sequence[str] = (),
    ) -> None:
        self.table, self.context = table, context
        self._found = places(table.header)
        missing = [" / ".join(_several(words)) for words in needed if self.at(words) is None]
        if missing:
            raise HeadersMissing(missing="、".join(missing))
        self.key = self._found[normal(next(word for word in _several(key) if normal(word) in self._found))]
        self.key_word = table.header[self.key]
        self.personal = frozenset(normal(word) for word in personal)
        self.whole = [(at, table.header[at]) for word in whole if (at := self.at(word)) is not None]
        self.names = list(table.header)
        self._dates: dict[tzinfo, Dates] = {}
        self._amounts: dict[str, Amounts] = {}
        self._columns: dict[Words, int | None] = {}

    def at(self, words: Words) -> int | None:
        """The first of these columns that is there."""
        return next((self._found[form] for word in _several(words) if (form := normal(word)) in self._found), None)

    def column(self, words: Words) -> int | None:
        """The same, remembered."""
        if words not in self._columns:
            self._columns[words] = self.at(words)
        return self._columns[words]

    def groups(self) -> Iterator[Group | Turned]:
        return grouped(self.table, self.key, fill_down=self.context.fill_down)

    def dates(self, zone: tzinfo) -> Dates:
        if zone not in self._dates:
            asked = self.context
            self._dates[zone] = Dates(zone, until=asked.at, date_order=asked.date_order, serials=asked.serials)
        return self._dates[zone]

    def amounts(self, currency: str) -> Amounts:
        if currency not in self._amounts:
            self._amounts[currency] = Amounts(currency)
        return self._amounts[currency]


class Cells:
    """One row under reading. What cannot be read is in ``problems``, and answered as if the cell were blank."""

    def __init__(self, report: Report, row: int, cells: Sequence[object], problems: list[Problem], warnings: list[Problem]) -> None:
        self.report, self.row, self.cells, self.problems, self.warnings = report, row, cells, problems, warnings

    def has(self, words: Words) -> bool:
        return self.report.column(words) is not None

    def cell(self, words: Words) -> object:
        at = self.report.column(words)
        return None if at is None else self.cells[at]

    def words(self, words: Words, most: int = 500) -> str:
        cell = self.cell(words)
        if cell is None or cell == "":
            return ""
        read = text(cell, most)
        if isinstance(read, Code):
            self.bad(words, read, cell)
            return ""
        return "" if read in ("null", "-", "--") else read

    def number(self, words: Words) -> str:
        """An identifier that may be missing."""
        read = order_no(self.cell(words))
        if isinstance(read, Code):
            if read is not Code.BLANK:
                self.bad(words, read, self.cell(words))
            return ""
        return read

    def code(self, words: Words) -> str:
        """A code of goods that may be missing."""
        read = sku(self.cell(words), numbers=self.report.context.sku_numbers)
        if isinstance(read, Code):
            if read is not Code.BLANK:
                self.bad(words, read, self.cell(words))
            return ""
        return read

    def pieces(self, words: Words) -> int:
        read = quantity(self.cell(words))
        if isinstance(read, Code):
            self.bad(words, read, self.cell(words))
            return 1
        if beside_pieces(self.cell(words)):
            self.warn(words, Code.QTY_READ, str(read))
        return read

    def amount(self, words: Words, currency: str = "CNY", *, below: bool = False) -> int | None:
        """An amount in minor units, ``None`` where there is none; under zero only where ``below`` says it may be."""
        cell = self.cell(words)
        if is_blank(cell) or (isinstance(cell, str) and cell.strip() in ("-", "--")):
            return None
        minor = self.report.amounts(currency).read(cell)
        if isinstance(minor, Code):
            self.bad(words, minor, cell)
            return None
        if minor < 0 and not below:
            self.bad(words, Code.AMOUNT_RANGE, cell)
            return None
        return minor

    def owed(self, words: Words, currency: str = "CNY") -> int:
        """An amount that must be there."""
        minor = self.amount(words, currency)
        if minor is None and is_blank(self.cell(words)):
            self.bad(words, Code.BLANK)
        return minor or 0

    def moment(self, words: Words, zone: tzinfo | None = None, *, ahead: bool = False) -> datetime | None:
        cell = self.cell(words)
        cell = cell.strip() if isinstance(cell, str) else cell
        if cell in ("-", "--"):
            return None
        dates = self.report.dates(zone or self.report.context.zone)
        at = dates.read(cell, ahead=ahead)
        if isinstance(at, Code):
            self.bad(words, at, cell)
            return None
        if dates.unsure and cell in dates.unsure:
            self.warn(words, Code.AMBIGUOUS_TIME, cell)
        return at

    def phone(self, words: Words) -> str:
        """A number as it may be kept; a masked one is kept as it is, and said."""
        cell = self.cell(words)
        if is_blank(cell):
            return ""
        read = phone(cell)
        if isinstance(read, Code):
            self.bad(words, read, cell)
            return ""
        number, note = read
        number = number.strip("'")
        if note is not None and number:
            self.warn(words, note, cell)
        return number

    def bad(self, words: Words, code: Code, cell: object = None) -> None:
        self.problems.append(self._problem(words, code, cell))

    def warn(self, words: Words, code: Code, cell: object = None) -> None:
        self.warnings.append(self._problem(words, code, cell))

    def _problem(self, words: Words, code: Code, cell: object) -> Problem:
        at = self.report.column(words)
        name = _several(words)[0] if at is None else self.report.names[at]
        return Problem(self.row, name, code, "" if normal(name) in self.report.personal else shown(cell))


class Trade(Cells):
    """One order under reading: its own cells are those of the whole order, ``lines`` those of each of its rows."""

    def __init__(self, report: Report, group: Group) -> None:
        super().__init__(report, group.rows[0], group.cells[0], list(group.problems), [])
        self.no, self.rows = group.no, tuple(group.rows)
        if len(group.rows) > 1:
            self.cells = self._agreed(group)
        self.lines = [Cells(report, row, cells, self.problems, self.warnings) for row, cells in zip(group.rows, group.cells, strict=True)]

    def _agreed(self, group: Group) -> list[object]:
        agreed = list(group.cells[0])
        for at, word in self.report.whole:
            for row, cells in zip(group.rows, group.cells, strict=True):
                cell = cells[at]
                if is_blank(cell):
                    continue
                if is_blank(agreed[at]):
                    agreed[at] = cell
                elif cell != agreed[at] and shown(cell, 5000) != shown(agreed[at], 5000):
                    value = "" if normal(word) in self.report.personal else shown(cell)
                    self.problems.append(Problem(row, word, Code.CONFLICTING_VALUE, value))
        return agreed

    def person(
        self, *, country: str = "CN", whole_address: tuple[str, str, str, str, str] | None = None, **columns: Words
    ) -> ChannelRecipient:
        """To whom it goes, of these columns; what the platform encrypted is kept as it is, beside, and shown to nobody."""
        encrypted: list[str] = []

        def read(field: str, most: int) -> str:
            words = columns.get(field)
            if words is None:
                return ""
            cell = self.cell(words)
            if isinstance(cell, str) and _ENCRYPTED(cell.strip()):
                encrypted.append(f"{field}={cell.strip()}")
                return ""
            return self.phone(words) if field in ("phone", "phone2") else self.words(words, most)

        name, first, second = read("name", 100), read("phone", 100), read("phone2", 100)
        if not first:
            first, second = second, ""
        if whole_address is not None:
            province, city, district, street, postcode = whole_address
        else:
            province, city, district = (read(field, 60) for field in ("province", "city", "district"))
            street = " ".join(filter(None, (read("street", 500), read("street2", 500), read("street3", 500))))
            street, postcode = f"{read('town', 60)}{street}", read("postcode", 20).lstrip("'")
        if not encrypted:
            for field, value in (("name", name), ("phone", first), ("street", street)):
                if not value and self.has(columns.get(field, ())):
                    self.warn(columns[field], Code.RECIPIENT_BLANK)
                    break
        return ChannelRecipient(
            name, first, second if second != first else "", province, city, district, street, country, postcode,
            read("account", 100), "", "\n".join(encrypted),
        )  # fmt: skip

    def mismatch(self, words: Words, said: int, reckoned: int, currency: str = "CNY") -> None:
        """The report's own sum is not what its parts make: a cent is remarked on, more turns the order away."""
        if abs(said - reckoned) == 1:
            self.warn(words, Code.OFF_BY_ONE, plain(said, currency))
        elif said != reckoned:
            self.bad(words, Code.TOTAL_MISMATCH, f"{plain(said, currency)} ≠ {plain(reckoned, currency)}")

    def done(self, order: ChannelOrder) -> ChannelOrder | Turned:
        """The order, or why it cannot be one."""
        return Turned(self.no, self.rows, tuple(self.problems)) if self.problems else order


def priced(unit: int, pieces: int, total: int) -> tuple[int, int]:
    """(unit, discount) that make ``pieces`` cost ``total``: as listed where that is no less, else the total divided up."""
    less = unit * pieces - total
    return (unit, less) if less >= 0 else shared_unit(total, pieces)
