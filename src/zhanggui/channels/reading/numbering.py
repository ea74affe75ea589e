"""A table of orders that has no column of their numbers: each gets one made of what stands in its row.

The same row has the same number in every file, so that a file brought twice brings its orders once; of rows alike in one file the
second is another order.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from zhanggui.channels.reading.cells import is_blank, normal, shown
from zhanggui.channels.reading.errors import HeadersMissing
from zhanggui.channels.reading.fields import ORDER_FIELDS
from zhanggui.channels.reading.matching import settled
from zhanggui.channels.reading.sums import is_sum
from zhanggui.channels.reading.table import OpenTable, all_blank, first

# The heading of the column that is ours; a file that has it already has numbers.
HEADING = "订单号（按行）"
BY_ROW, BY_PERSON = "row", "person"
_WHOM = ("name", "phone", "phone2", "account", "province", "city", "district", "street", "street2")
_TOTALS = ("合计", "总计", "小计", "汇总", "total", "grandtotal", "sum")
_LONGEST = 200
# So many columns that are known tell a row from another.
_TELLING = 4


def has_numbers(header: Sequence[str]) -> bool:
    return "order_no" in settled(header, None)


def names_receivers(header: Sequence[str]) -> bool:
    """Whether rows can be told apart by whom they are for."""
    return any(field in settled(header, None) for field in _WHOM)


class Numbered:
    """``table`` with one column more. By ``row`` each row is an order; by ``person`` rows one below the other for the same receiver
    are one, and rows that leave the receiver out belong to the row above them. Raises HeadersMissing where no column says who that is.

    What a number is made of are the columns that are ours by their headings: a running number, or a mark somebody sets, changes
    nothing. Where hardly any is, it is the whole row."""

    def __init__(self, table: OpenTable, how: str) -> None:
        self._table, self._how = table, how
        self._width = len(table.header)
        columns = settled(table.header, None)
        self._whom = sorted(columns[field] for field in _WHOM if field in columns) if how == BY_PERSON else []
        if how == BY_PERSON and not self._whom:
            raise HeadersMissing(missing=ORDER_FIELDS["name"][0])
        self._read = sorted(columns.values()) if len(columns) >= _TELLING else range(self._width)
        self.header = [*table.header, HEADING]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    @property
    def blank_rows(self) -> int:
        return self._table.blank_rows

    @blank_rows.setter
    def blank_rows(self, many: int) -> None:
        self._table.blank_rows = many

    def rows(self) -> Iterator[tuple[int, list[object]]]:
        seen: dict[bytes, int] = {}
        before: tuple[str, ...] = ()
        number: str | None = None
        for row, cells in self._table.rows():
            if len(cells) != self._width:
                # Its cells stand nobody knows where: it is told so, and has no number.
                yield row, cells
                continue
            if _adds_up(cells):
                yield row, [*cells, None]
                continue
            whom = tuple(shown(cells[at], _LONGEST).strip() for at in self._whom)
            if number is None or not self._whom or (any(whom) and whom != before):
                number, before = _number([cells[at] for at in self._read], seen), whom
            yield row, [*cells, number]

    def column(self, index: int) -> Iterator[object]:
        if index != self._width:
            return self._table.column(index)
        return (cells[index] if len(cells) > index else None for _row, cells in self.rows())

    def preview(self, most: int = 20) -> list[tuple[int, list[object]]]:
        return first(self.rows(), most)


def _number(cells: Sequence[object], seen: dict[bytes, int]) -> str:
    words = "\x1f".join("" if is_blank(cell) else shown(cell, _LONGEST).strip() for cell in cells)
    digest = hashlib.blake2b(words.encode(), digest_size=7, person=b"row-number").digest()
    seen[digest] = nth = seen.get(digest, 0) + 1
    return f"R{digest.hex().upper()}" + (f"-{nth}" if nth > 1 else "")


def _adds_up(cells: list[object]) -> bool:
    if all_blank(cells) or is_sum(cells):
        return True
    word = next((normal(shown(cell, _LONGEST)) for cell in cells if not is_blank(cell)), "")
    return word.startswith(_TOTALS)
