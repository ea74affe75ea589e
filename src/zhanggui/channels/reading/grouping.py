"""Rows of one order brought together, wherever in the file they stand; memory stays small where they stand together."""

import marshal
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from zhanggui.channels.port import BadCell, Problem, Table, Turned
from zhanggui.channels.reading.cells import is_blank, normal, order_no, shown
from zhanggui.channels.reading.codes import Code

ReadId = Callable[[object], str | Code]
_TOTAL_NUMBERS = frozenset(("合计", "合计:", "合计：", "总计", "总计:", "总计：", "小计", "汇总", "Total", "TOTAL", "total"))
_TOTALS = ("合计", "总计", "小计", "汇总", "total", "grandtotal", "sum", "#")


@dataclass(slots=True)
class Group:
    """All rows of one order, in the order of the file; each row has as many cells as the header, and one ``None`` more
    (a place for columns the file does not have)."""

    no: str
    rows: list[int] = field(default_factory=list)
    cells: list[list[object]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def grouped(table: Table, key: int, read: ReadId = order_no, *, fill_down: bool = False) -> Iterator[Group | Turned]:
    """Every non-blank row in exactly one group, or turned away alone where its order number cannot be read. With ``fill_down`` a
    row without a number is of the order above it.

    Two passes: the first finds the numbers that come back after another one, and only their rows are held.
    """
    scattered = _scattered(table, key, read)
    header = list(table.header)
    width = len(header)
    held: dict[str, list[tuple[int, object]]] = {}
    awaited: dict[str, int] = {}
    current: Group | None = None
    above: str | None = None
    raw_before: object = object()
    for row, cells in table.rows():
        problem = None
        if len(cells) != width:
            problem = Problem(row, "", Code.COLUMN_COUNT, f"{len(cells)} ≠ {width}")
            cells = cells[:width] + [None] * (width - len(cells))
        raw = cells[key]
        if raw != raw_before or current is None:
            no = read(raw)
            if no in _TOTAL_NUMBERS:
                no = Code.NOT_AN_ORDER
            if fill_down and no is Code.BLANK and above is not None and _unreadable(row, "", no, raw, cells).code == Code.ORDER_NO_BLANK:
                no = above
            if isinstance(no, Code):
                yield Turned("", (row,), (problem or _unreadable(row, header[key], no, raw, cells),))
                continue
            if current is not None and current.no != no:
                yield from _ended(current, scattered, held, awaited)
                current = None
            raw_before, above = raw, no
            if current is None:
                current = Group(no)
        cells.append(None)
        current.rows.append(row)
        current.cells.append(cells)
        if problem:
            current.problems.append(problem)
    if current is not None:
        yield from _ended(current, scattered, held, awaited)
    for no in list(held):
        yield _whole(no, held.pop(no))


def _scattered(table: Table, key: int, read: ReadId) -> dict[int, int]:
    """How many runs there are of each number that has more than one, by the number's hash."""
    runs = array("q")
    raw_before: object = object()
    no_before: str = ""
    for raw in table.column(key):
        if raw != raw_before:
            no = read(raw)
            if not isinstance(no, Code):
                if no != no_before:
                    runs.append(hash(no))
                    no_before = no
                raw_before = raw
    again: dict[int, int] = {}
    before = None
    for run in sorted(runs):
        if run == before:
            again[run] = again.get(run, 1) + 1
        before = run
    return again


def _ended(
    group: Group, scattered: dict[int, int], held: dict[str, list[tuple[int, object]]], awaited: dict[str, int],
) -> Iterator[Group]:
    """One run of rows is over: give the group on if it is the last, else hold its rows."""
    runs = scattered.get(hash(group.no)) if scattered else None
    if runs is None:
        yield group
        return
    parts = held.setdefault(group.no, [])
    short = {problem.row: problem for problem in group.problems}
    parts.extend((row, _packed(cells, short.get(row))) for row, cells in zip(group.rows, group.cells, strict=True))
    awaited[group.no] = awaited.get(group.no, runs) - 1
    if not awaited[group.no]:
        del awaited[group.no]
        yield _whole(group.no, held.pop(group.no))


def _packed(cells: list[object], problem: Problem | None) -> object:
    """A held row as bytes, a fifth of the size; rows with typed cells or problems are kept as they are."""
    if problem is None:
        try:
            return marshal.dumps(cells)
        except ValueError:
            pass
    return (cells, problem)


def _whole(no: str, parts: list[tuple[int, object]]) -> Group:
    group = Group(no)
    for row, packed in parts:
        if isinstance(packed, bytes):
            cells, problem = marshal.loads(packed), None  # noqa: S302  # what we packed ourselves
        else:
            cells, problem = packed  # type: ignore[misc]
        group.rows.append(row)
        group.cells.append(cells)
        if problem:
            group.problems.append(problem)
    return group


def _unreadable(row: int, column: str, code: Code, raw: object, cells: list[object]) -> Problem:
    if code is not Code.BLANK:
        return Problem(row, column, code, "" if isinstance(raw, BadCell) else shown(raw))
    word = next((normal(str(cell)) for cell in cells if not is_blank(cell)), "")
    if word.startswith(_TOTALS):
        return Problem(row, column, Code.NOT_AN_ORDER)
    return Problem(row, column, Code.ORDER_NO_BLANK)
