"""Transaction rows to orders.

An invoice is an order, paid, in pounds, without a recipient: only the country and the customer's number are known. A
price finer than a penny is rounded up for the unit, and what that adds is the line's discount, so that a line costs
quantity × price, rounded half to even; the order's total is the sum of its lines and warns ``TOO_PRECISE``.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from operator import itemgetter
from zoneinfo import ZoneInfo

from zhanggui.channels.port import ChannelLine, ChannelOrder, ChannelRecipient, Context, Payment, Problem, Said, Table, Turned
from zhanggui.channels.reading.amounts import Amounts, exactly
from zhanggui.channels.reading.cells import normal, quantity, shown, sku, text
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.countries import country_of
from zhanggui.channels.reading.dates import Dates
from zhanggui.channels.reading.errors import HeadersMissing
from zhanggui.channels.reading.grouping import Group, grouped
from zhanggui.channels.reading.header import places

COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
CURRENCY = "GBP"
ZONE = ZoneInfo("Europe/London")
_NO, _CODE, _GOODS, _PIECES, _WHEN, _PRICE, _WHO, _WHERE = COLUMNS
_NOWHERE = {"unspecified": "", "europeancommunity": "", "channelislands": "JE"}


def certainty(header: Sequence[str]) -> int:
    found = places(header)
    return 100 if all(normal(word) in found for word in COLUMNS) else 0


class Invoices:
    """Reads one table of transactions."""

    def __init__(self, table: Table, context: Context) -> None:
        found = places(table.header)
        missing = [word for word in COLUMNS if normal(word) not in found]
        if missing:
            raise HeadersMissing(missing="、".join(missing))
        self._table = table
        self._key = found[normal(_NO)]
        self._line = itemgetter(*(found[normal(word)] for word in (_CODE, _GOODS, _PIECES, _PRICE)))
        self._head = itemgetter(*(found[normal(word)] for word in (_WHEN, _WHO, _WHERE)))
        self._dates = Dates(ZONE, until=context.at, date_order=context.date_order)
        self._amounts = Amounts(CURRENCY)
        self._countries: dict[object, str | None] = {}

    def orders(self) -> Iterator[ChannelOrder | Turned]:
        for group in grouped(self._table, self._key):
            yield group if isinstance(group, Turned) else self.order(group)

    def order(self, group: Group) -> ChannelOrder | Turned:
        row = group.rows[0]
        problems, warnings = list(group.problems), list[Problem]()
        if group.no[:1] in "Cc":
            return Turned(group.no, tuple(group.rows), (Problem(row, _NO, Code.CANCELLATION, group.no), *problems))
        lines = []
        for at, cells in zip(group.rows, group.cells, strict=True):
            line = self._line_of(at, self._line(cells), problems, warnings)
            if line is not None:
                lines.append(line)
        when, who, where = self._head(group.cells[0])
        placed_at = self._dates.read(when)
        if not isinstance(placed_at, datetime):
            problems.append(Problem(row, _WHEN, placed_at or Code.BLANK, shown(when)))
        elif self._dates.unsure and when in self._dates.unsure:
            warnings.append(Problem(row, _WHEN, Code.AMBIGUOUS_TIME, shown(when)))
        account = text(who)
        if isinstance(account, Code):
            problems.append(Problem(row, _WHO, account))
        if problems:
            return Turned(group.no, tuple(group.rows), tuple(problems))
        country = self._country(where)
        if country is None:
            warnings.append(Problem(row, _WHERE, Code.COUNTRY_UNKNOWN, shown(where)))
        recipient = ChannelRecipient(country=country or "", account=account.removesuffix(".0"))
        total = sum(line.total_minor for line in lines)
        assert isinstance(placed_at, datetime)
        return ChannelOrder(
            group.no, placed_at, tuple(lines), recipient, CURRENCY, 0, 0, total, total, Payment.PAID, Said.PAID, "", placed_at,
            rows=tuple(group.rows), warnings=tuple(warnings),
        )

    def _line_of(
        self, row: int, cells: tuple[object, ...], problems: list[Problem], warnings: list[Problem],
    ) -> ChannelLine | None:
        code_cell, goods_cell, pieces_cell, price_cell = cells
        before = len(problems)
        code, goods, pieces, unit = sku(code_cell), text(goods_cell), quantity(pieces_cell), self._amounts.read(price_cell)
        if isinstance(code, Code):
            problems.append(Problem(row, _CODE, code, shown(code_cell)))
        if isinstance(goods, Code):
            problems.append(Problem(row, _GOODS, goods))
        if isinstance(pieces, Code):
            problems.append(Problem(row, _PIECES, pieces, shown(pieces_cell)))
        fine = exactly(price_cell) if unit is Code.TOO_PRECISE else None
        if (isinstance(unit, int) and unit < 0) or (isinstance(fine, Decimal) and fine < 0):
            problems.append(Problem(row, _PRICE, Code.PRICE_RANGE, shown(price_cell)))
        elif isinstance(unit, Code) and fine is None:
            problems.append(Problem(row, _PRICE, unit, shown(price_cell)))
        if len(problems) > before or isinstance(pieces, Code):
            return None
        less = 0
        if isinstance(fine, Decimal):
            warnings.append(Problem(row, _PRICE, Code.TOO_PRECISE, shown(price_cell)))
            unit, less, _total = self._amounts.line(pieces, fine)
        elif unit == 0:
            warnings.append(Problem(row, _PRICE, Code.ZERO_PRICE, shown(price_cell)))
        return ChannelLine(str(code), str(goods) or str(code), pieces, int(unit), less, int(unit) * pieces - less)

    def _country(self, cell: object) -> str | None:
        if cell not in self._countries:
            words = normal(str(cell or ""))
            self._countries[cell] = _NOWHERE[words] if words in _NOWHERE else country_of(words)
        return self._countries[cell]
