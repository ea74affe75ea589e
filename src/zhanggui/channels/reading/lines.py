"""One row as one line of goods, its money exact."""

from collections.abc import Mapping
from operator import itemgetter

from zhanggui.channels.port import ChannelLine
from zhanggui.channels.reading.amounts import MOST_MINOR, Amounts, shared_unit
from zhanggui.channels.reading.cells import beside_pieces, is_blank, order_no, quantity, sku
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.findings import Findings

_REMEMBERED = 20_000
FIELDS = ("sku", "goods", "spec", "quantity", "unit", "line_discount", "line_total", "line_no")


class Lines:
    """Reads the line fields of rows; ``places`` is field → column. A line needs a SKU, or a name where
    ``sku_needed`` is off; a price of its own, or a line total, or the order's total if it is the only line."""

    def __init__(self, places: Mapping[str, int], *, sku_needed: bool, sku_numbers: bool = False) -> None:
        self._of = itemgetter(*(places[field] for field in FIELDS))
        self._sku_needed, self._sku_numbers = sku_needed, sku_numbers
        # The same goods at the same price come again and again: a line read without a remark is read once.
        self._known: dict[tuple[str, tuple[object, ...]], ChannelLine] = {}

    def read(
        self, cells: list[object], row: int, amounts: Amounts, found: Findings, whole: int | None = None,
    ) -> ChannelLine | None:
        """The line, or ``None`` with its problems in ``found``. ``whole`` is what the goods cost together where the order
        has one line and only the order tells."""
        wanted = self._of(cells)
        key = (amounts.currency, wanted)
        line = self._known.get(key)
        if line is not None and whole is None:
            return line
        remarks = len(found.warnings)
        line = self._read(wanted, row, amounts, found, whole)
        if line is not None and whole is None and len(found.warnings) == remarks:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = line
        return line

    def _read(
        self, wanted: tuple[object, ...], row: int, amounts: Amounts, found: Findings, whole: int | None,
    ) -> ChannelLine | None:
        code_cell, goods_cell, spec_cell, pieces_cell, unit_cell, less_cell, total_cell, no_cell = wanted
        before = len(found.problems)
        goods = found.words("goods", goods_cell, row)
        spec = found.words("spec", spec_cell, row) if spec_cell else ""
        code = sku(code_cell, numbers=self._sku_numbers)
        if code.__class__ is Code:
            if code is not Code.BLANK or self._sku_needed or not goods:
                found.bad("sku", code, code_cell, row)
            code = ""
        no = ""
        if no_cell:
            read = order_no(no_cell)
            if isinstance(read, Code):
                if read is not Code.BLANK:
                    found.bad("line_no", read, no_cell, row)
            else:
                no = read
        pieces = quantity(pieces_cell)
        if isinstance(pieces, Code):
            found.bad("quantity", pieces, pieces_cell, row)
            pieces = 1
        elif beside_pieces(pieces_cell):
            found.warn("quantity", Code.QTY_READ, str(pieces), row)
        elif isinstance(pieces_cell, str) and not pieces_cell.isascii():
            found.warn("quantity", Code.FULL_WIDTH, pieces_cell, row)
        money = self._money(pieces, unit_cell, less_cell, total_cell, whole, row, amounts, found)
        if money is None or len(found.problems) > before:
            return None
        unit, less, total = money
        if unit == 0:
            found.warn("unit", Code.ZERO_PRICE, unit_cell, row)
        return ChannelLine(code, goods, pieces, unit, less, total, spec, no)

    def _money(
        self, pieces: int, unit_cell: object, less_cell: object, total_cell: object, whole: int | None, row: int,
        amounts: Amounts, found: Findings,
    ) -> tuple[int, int, int] | None:
        """(unit, discount, total), each in minor units: total = pieces × unit − discount."""
        unit = amounts.read(unit_cell)
        less = 0
        if less_cell:
            read = amounts.read(less_cell)
            if isinstance(read, Code):
                if read is not Code.BLANK:
                    found.bad("line_discount", read, less_cell, row)
            else:
                less = read
        total = amounts.read(total_cell) if total_cell else Code.BLANK
        if isinstance(unit, Code):
            if unit is not Code.BLANK:
                found.bad("unit", unit, unit_cell, row)
                return None
            if total is Code.BLANK and whole is not None:
                total = whole
            if isinstance(total, Code):
                field, cell = ("unit", unit_cell) if total is Code.BLANK else ("line_total", total_cell)
                found.bad(field, total, cell, row)
                return None
            if total < 0:
                found.bad("line_total", Code.PRICE_RANGE, total_cell, row)
                return None
            unit, odd = shared_unit(total + less, pieces)
            return unit, odd + less, total
        if unit < 0:
            found.bad("unit", Code.PRICE_RANGE, unit_cell, row)
            return None
        gross = unit * pieces
        if gross > MOST_MINOR:
            found.bad("unit", Code.AMOUNT_RANGE, unit_cell, row)
            return None
        if isinstance(total, int) and is_blank(less_cell):
            less = gross - total
        if not 0 <= less <= gross:
            found.bad("line_discount", Code.DISCOUNT_RANGE, less_cell if less_cell else total_cell, row)
            return None
        if isinstance(total, int) and total != gross - less:
            found.bad("line_total", Code.TOTAL_MISMATCH, total_cell, row)
            return None
        if isinstance(total, Code) and total is not Code.BLANK:
            found.bad("line_total", total, total_cell, row)
            return None
        return unit, less, gross - less
