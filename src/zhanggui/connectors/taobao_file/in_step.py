"""The goods report read in step with its order report: both are written in one order of time, so little is held of either.

Details that come before their order wait, on the disk once they are many; those that belong to no order are turned away.
"""

import pickle
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from tempfile import SpooledTemporaryFile

from zhanggui.channels.port import Problem, Table, Turned
from zhanggui.channels.reading.cells import order_no
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.grouping import grouped
from zhanggui.connectors.taobao_file.details import DetailReader, Details

_IN_MEMORY = 4 * 1024 * 1024


class InStep:
    """The goods report beside the numbers of an order report. Ask for each order once: first ``up_to``, then ``take``;
    ``rest`` ends it. Each of its rows is then in what was taken or in what was turned away, once."""

    def __init__(self, table: Table, numbers: Iterable[object]) -> None:
        self._reader = DetailReader(table.header)
        self._wanted = _Numbers(numbers)
        self._here = _Numbers(table.column(self._reader.key))
        self._groups = grouped(_Padded(table), self._reader.key)
        self._waiting = _Waiting()
        self._reached: tuple[str, Details] | None = None

    def up_to(self, no: str) -> Iterator[Turned]:
        """Read on until the details of order ``no`` are there; gives out what is passed that belongs to no order."""
        if no in self._waiting or no not in self._here:
            return
        for group in self._groups:
            if isinstance(group, Turned):
                yield _beside(group)
            elif group.no == no:
                self._reached = no, self._reader.read(group)
                return
            elif group.no in self._wanted:
                self._waiting.put(group.no, self._reader.read(group))
            else:
                yield self._orphan(group.no, group.rows)

    def take(self, no: str) -> Details | None:
        """The details of an order read up to; ``None`` where the report has none."""
        if self._reached is not None and self._reached[0] == no:
            details = self._reached[1]
            self._reached = None
            return details
        return self._waiting.pop(no)

    def rest(self) -> Iterator[Turned]:
        """What is left when every order was asked for."""
        for group in self._groups:
            yield _beside(group) if isinstance(group, Turned) else self._orphan(group.no, group.rows)
        # Whoever still waits was only taken for a number of the order report.
        for no in self._waiting.numbers():
            details = self._waiting.pop(no)
            if details is not None:
                yield self._orphan(no, details.rows)

    def _orphan(self, no: str, rows: Iterable[int]) -> Turned:
        beside = tuple(rows)
        return Turned(no, (), (Problem(beside[0], self._reader.key_word, Code.DETAIL_ORPHAN, no, beside=True),), beside)


def _beside(turned: Turned) -> Turned:
    """A lone row of the companion, turned away under its own name."""
    return Turned("", (), tuple(replace(problem, beside=True) for problem in turned.problems), turned.rows)


class _Numbers:
    """Which order numbers a column holds, at eight bytes each. A number never seen may, very rarely, be taken for one."""

    def __init__(self, cells: Iterable[object]) -> None:
        read = (order_no(cell) for cell in cells)
        self._hashes = array("q", sorted(hash(no) for no in read if not isinstance(no, Code)))

    def __contains__(self, no: str) -> bool:
        wanted = hash(no)
        at = bisect_left(self._hashes, wanted)
        return at < len(self._hashes) and self._hashes[at] == wanted


class _Padded:
    """The report with its short rows filled up: what a shop leaves away at the end of a row is blank."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.header_row, self.blank_rows = table.header_row, 0

    @property
    def header(self) -> list[str]:
        return list(self._table.header)

    def rows(self) -> Iterator[tuple[int, list[object]]]:
        width = len(self._table.header)
        for row, cells in self._table.rows():
            if len(cells) < width:
                cells = cells + [None] * (width - len(cells))
            yield row, cells

    def column(self, index: int) -> Iterable[object]:
        return self._table.column(index)


class _Waiting:
    """Details held until their order comes by."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - lives as long as its reading
        self._at: dict[str, int] = {}

    def __contains__(self, no: str) -> bool:
        return no in self._at

    def numbers(self) -> list[str]:
        return list(self._at)

    def put(self, no: str, details: Details) -> None:
        self._at[no] = self._file.seek(0, 2)
        pickle.dump(details, self._file, protocol=5)

    def pop(self, no: str) -> Details | None:
        at = self._at.pop(no, None)
        if at is None:
            return None
        self._file.seek(at)
        details: Details = pickle.load(self._file)  # noqa: S301  # what we put there ourselves
        return details
