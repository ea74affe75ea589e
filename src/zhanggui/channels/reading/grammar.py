"""The grammar of one CSV file: which delimiter, and whether every record is whole."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from zhanggui.channels.reading.asking import AskDelimiter
from zhanggui.channels.reading.choices import Choices
from zhanggui.channels.reading.errors import CellTooLong, StrayQuote, TooManyColumns, TooManyRows, UnclosedQuote
from zhanggui.channels.reading.header import SEARCHED, Knows
from zhanggui.channels.reading.limits import Limits

DELIMITERS = (",", "\t", ";", "|")
FULL_WIDTH = ("，", "；", "｜", "、")
_SEP = re.compile(r"\ufeff?\"?sep=(.)\"?[\r\n]*", re.IGNORECASE).fullmatch


@dataclass(frozen=True, slots=True)
class Grammar:
    """``skip`` counts the physical lines above the first record (a ``sep=;`` line); ``plain`` takes quotes for letters."""

    delimiter: str
    skip: int = 0
    plain: bool = False


def records(stream: TextIO, grammar: Grammar) -> Iterator[tuple[int, list[str]]]:
    """(physical line the record begins on, its cells), every record of the stream."""
    for _line in range(grammar.skip):
        stream.readline()
    if grammar.plain:
        reader = csv.reader(stream, delimiter=grammar.delimiter, quoting=csv.QUOTE_NONE, strict=True)
    else:
        reader = csv.reader(stream, delimiter=grammar.delimiter, strict=True)
    shift = grammar.skip
    at = shift + 1
    try:
        for cells in reader:
            yield at, [_bare(cell) for cell in cells] if grammar.plain else cells
            at = reader.line_num + 1 + shift
    except csv.Error as error:
        raise _named(str(error), at, reader.line_num + shift) from None


def _bare(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell


def _named(error: str, began: int, ended: int) -> UnclosedQuote | StrayQuote | CellTooLong:
    if "end of data" in error:
        return UnclosedQuote(row=began)
    if "field limit" in error:
        return UnclosedQuote(row=began) if ended > began else CellTooLong(row=began)
    return StrayQuote(row=began)


def sniff(stream: TextIO, limits: Limits, knows: Knows, choices: Choices = Choices()) -> Grammar:
    """The delimiter under which the first rows make most sense as a header and rows as wide as it. Raises AskDelimiter where
    only a full-width one would."""
    plain = choices.quotes == "plain"
    lines = []
    size = 0
    for _line in range(SEARCHED + 5):
        line = stream.readline()
        size += len(line)
        if not line or size > limits.line_bytes:
            break
        lines.append(line)
    if lines and (said := _SEP(lines[0])):
        return Grammar(said[1], 1, plain)
    if choices.delimiter:
        return Grammar(choices.delimiter, 0, plain)
    best, most = Grammar(","), (-1, -1, -1)
    for delimiter in DELIMITERS:
        head = _head(lines, delimiter)
        if not head:
            continue
        width = max(map(len, head))
        score = (max(knows(cells[: limits.columns]) for cells in head[:SEARCHED]), sum(1 for cells in head if len(cells) == width > 1), width)
        if score > most:
            best, most = Grammar(delimiter, 0, plain), score
    if most[2] <= 1:
        _ask_full_width(lines)
    return best


def _ask_full_width(lines: Sequence[str]) -> None:
    for mark in FULL_WIDTH:
        counts = [line.count(mark) for line in lines if line.strip()]
        if len(counts) > 1 and counts[0] >= 2 and counts.count(counts[0]) * 2 > len(counts):
            raise AskDelimiter(mark=mark)


def _head(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    head: list[list[str]] = []
    try:
        for cells in csv.reader(lines, delimiter=delimiter):
            head.append(cells)
    except csv.Error:
        pass  # the last record may be cut in the middle; the whole file is judged later
    return head


def check(stream: TextIO, grammar: Grammar, limits: Limits) -> bool:
    """Read every record once, so that a broken file is refused before anything of it is used.

    Answers whether some cell over several lines is too long (one line alone was measured before). A record over several
    lines of which one looks like a row of its own has swallowed its neighbours: its quote was never closed.
    """
    long_cells, width, last = False, 0, 0
    previous: list[str] = []
    most = limits.rows + SEARCHED
    for count, (at, cells) in enumerate(records(stream, grammar), 1):
        if at > last + 1:
            long_cells = _several_lines(previous, last, width, grammar, limits) or long_cells
        if count > most and any(cells):
            raise TooManyRows(most=f"{limits.rows:,}")
        if len(cells) > width:
            width = len(cells)
        last, previous = at, cells
    return _several_lines(previous, last, width, grammar, limits) or long_cells


def _several_lines(cells: Sequence[str], row: int, width: int, grammar: Grammar, limits: Limits) -> bool:
    if width > 2 and any(_swallowed(cell, grammar.delimiter, width) for cell in cells):
        raise UnclosedQuote(row=row)
    return any(len(cell) > limits.cell_chars for cell in cells)


def _swallowed(cell: str, delimiter: str, width: int) -> bool:
    if "\n" not in cell and "\r" not in cell:
        return False
    return any(line.count(delimiter) >= width - 1 for line in cell.splitlines())


def wide(cells: Sequence[object], row: int, limits: Limits) -> None:
    """Refuse a first row that is wider than we read."""
    if len(cells) > limits.columns and any(cells[limits.columns:]):
        raise TooManyColumns(row=row, most=limits.columns)
