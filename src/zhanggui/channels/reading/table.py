"""What every opened file is: a header and rows, re-readable, in constant memory."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from zhanggui.channels.port import BadCell
from zhanggui.channels.reading.cells import CONTROL, is_blank
from zhanggui.channels.reading.codes import Code


class OpenTable(Protocol):
    """A ``port.Table`` that can say how it was read.

    ``kind`` is csv, xlsx, xls or html; ``encoding`` and ``certain`` are of text files; ``sheet`` is the one read and
    ``other_sheets`` those that were not. ``other_heads`` are the first rows of these, where nobody asked for a sheet by
    name. ``notes`` are facts worth showing before an import, by name: rows that were
    hidden in the sheet, formulas whose saved value was taken. ``heads`` are the rows that may be the header, where that
    is in doubt. ``blank_rows`` is known once ``rows`` came to its end.
    """

    header: list[str]
    header_row: int
    blank_rows: int
    kind: str
    encoding: str
    certain: bool
    delimiter: str
    sheet: str
    other_sheets: list[str]
    other_heads: dict[str, list[list[str]]]
    notes: dict[str, int]
    heads: list[tuple[int, list[str]]]

    def rows(self) -> Iterator[tuple[int, list[object]]]: ...

    def column(self, index: int) -> Iterator[object]: ...

    def preview(self, most: int = 20) -> list[tuple[int, list[object]]]: ...


def first(rows: Iterable[tuple[int, list[object]]], most: int) -> list[tuple[int, list[object]]]:
    """The first rows, and the reader closed."""
    found = []
    for row in rows:
        found.append(row)
        if len(found) >= most:
            break
    return found


def all_blank(cells: list[object]) -> bool:
    return all(is_blank(cell) for cell in cells)


def looked_at(cells: list[object], most: int) -> list[object]:
    """The cells with those replaced that nobody can use: too long, or with control characters."""
    # Nearly every row is sound: it is looked at as one text.
    whole = "".join([cell for cell in cells if cell.__class__ is str])
    if len(whole) <= most and not CONTROL.search(whole):
        return cells
    for at, cell in enumerate(cells):
        if isinstance(cell, str):
            if len(cell) > most:
                cells[at] = BadCell(Code.CELL_TOO_LONG)
            elif CONTROL.search(cell):
                cells[at] = BadCell(Code.CONTROL_CHAR)
    return cells
