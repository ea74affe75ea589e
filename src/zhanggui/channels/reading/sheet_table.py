"""A workbook, or a page under a workbook's name, as a table: read apart once, streamed from a spool as often as asked."""

import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

import zhanggui
from zhanggui.channels.port import BadCell
from zhanggui.channels.reading import errors, grammar, header
from zhanggui.channels.reading.choices import Choices
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.limits import Limits
from zhanggui.channels.reading.sniff import Kind
from zhanggui.channels.reading.source import Source
from zhanggui.channels.reading.spool import Spooled, lines_of
from zhanggui.channels.reading.table import all_blank, first, looked_at

_ROOT = str(Path(zhanggui.__file__).parents[1])
_START = "import sys; sys.path.insert(0, sys.argv[1]); import runpy; runpy.run_module({!r}, run_name='__main__')".format(
    "zhanggui.channels.reading.apart.main"
)
_MOST_SAID = 1024 * 1024


def _bounds(limits: Limits) -> dict[str, int]:
    """What of ``limits`` the process is to know."""
    told = ("rows", "columns", "unpacked_bytes", "ratio", "entries", "cpu_s", "memory_bytes", "apart_bytes")
    return {name: getattr(limits, name) for name in told}


class Spool:
    """What a reading apart left behind: its rows on disk, and how it ended."""

    def __init__(self, source: Source, kind: Kind, limits: Limits, wanted: str | None = None, level: int = 0, formulas: str = "") -> None:
        self.rows = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - lives as long as its table
        try:
            self.ended = self._read(source, limits, {"kind": kind.value, "wanted": wanted, "formulas": formulas}, level)
            if "refused" in self.ended:
                raise errors.every().get(str(self.ended["refused"]), errors.ReaderStopped)(**self.ended.get("facts", {}))
        except BaseException:
            self.rows.close()
            raise

    def _read(self, source: Source, limits: Limits, asked: dict[str, Any], level: int) -> dict[str, Any]:
        given = json.dumps({**asked, "bounds": {**_bounds(limits), "level": level}})
        command = [sys.executable, "-I", "-c", _START, _ROOT, given]
        with source.as_file(limits) as stream, tempfile.TemporaryFile() as said:
            # Our own interpreter with our own program; the file is only its input.
            with subprocess.Popen(command, stdin=stream, stdout=self.rows, stderr=said, env={}) as reader:  # noqa: S603
                if not _ended(reader, limits.wall_s):
                    raise errors.ReaderStopped()
            said.seek(max(0, said.seek(0, 2) - _MOST_SAID))
            words = said.read().rstrip().rpartition(b"\n")[2]
        try:
            ended = json.loads(words)
        except ValueError:
            ended = None
        # Killed, aborted or out of memory: it never came to say how it ended.
        return ended if isinstance(ended, dict) else {"refused": "READER_STOPPED"}


def _ended(reader: "subprocess.Popen[bytes]", within_s: float) -> bool:
    """Whether it ended by itself in time; nothing is left of it, however it did. Heard the moment it ends: to wait with a timeout
    is to look again every twentieth of a second."""
    ends = os.pidfd_open(reader.pid)
    try:
        return bool(select.select([ends], [], [], within_s)[0])
    finally:
        os.close(ends)
        reader.kill()


class SheetTable(Spooled):
    """See ``table.OpenTable``. Opening it reads one sheet apart: the first visible one with a known header, or the one
    asked for by name."""

    certain = True
    delimiter = ""

    def __init__(
        self, source: Source, kind: Kind, limits: Limits, knows: header.Knows, *, sheet: str | None = None,
        choices: Choices = Choices(), level: int = 0,
    ) -> None:
        self.heads: list[tuple[int, list[str]]] = []
        self.other_heads: dict[str, list[list[str]]] = {}
        spool = Spool(source, kind, limits, sheet, level, choices.formulas)
        if "heads" in spool.ended:
            spool.rows.close()
            heads = spool.ended["heads"]
            sheet = _best_sheet(heads, knows)
            self.other_heads = {name: rows for name, rows in heads.items() if name != sheet}
            spool = Spool(source, kind, limits, sheet, level, choices.formulas)
        ended = spool.ended
        self.unpacked = str(ended["unpacked"]) if "unpacked" in ended else None
        self.spool = spool.rows
        if self.unpacked is not None:
            return
        self._limits, self._hidden_too = limits, choices.hidden == "take"
        self.blank_rows = 0
        self.kind = str(ended.get("kind", "xlsx"))
        self.encoding = str(ended.get("encoding", ""))
        self.sheet = str(ended.get("sheet", ""))
        self.other_sheets = [str(name) for name in ended.get("others", ())]
        counted = {name: ended.get(name, 0) for name in
                   ("formulas", "hidden_rows", "hidden_columns", "hidden_sheets", "merged", "foreign", "macros")}
        self.notes: dict[str, int] = {name: int(count) for name, count in counted.items() if count}
        if not ended.get("rows"):
            raise errors.EmptyFile()
        self.header_row, self.header = self._header(knows, choices.header_row)
        if not first(self.rows(), 1):
            header.refuse_nameless(self.header, knows)
            raise errors.NoRows()
        if int(ended["rows"]) > limits.rows + 1:
            raise errors.TooManyRows(most=f"{limits.rows:,}")

    def _header(self, knows: header.Knows, asked: int | None) -> tuple[int, list[str]]:
        head = first(self._all(), header.SEARCHED)
        for at, cells in head:
            grammar.wide(cells, at, self._limits)
        if asked == 0:
            return 0, header.letters(max((len(cells) for _at, cells in head), default=0))
        if asked is None:
            found = header.find([cells for _at, cells in head], knows)
            self.heads = header.beside(head, found, knows) if found is not None else []
        else:
            found = next((index for index, (at, _cells) in enumerate(head) if at == asked), None)
        if found is None:
            raise errors.UnknownHeaderRow(row=asked) if asked is not None else errors.EmptyFile()
        return head[found][0], header.checked(header.as_words(head[found][1]), head[found][0], knows)

    def _all(self) -> Iterator[tuple[int, list[object]]]:
        """Every row of the spool."""
        for number, cells, *beside in lines_of(self.spool):
            if beside:
                _restore(cells, beside[0], hidden_too=self._hidden_too)
            yield number, cells

    def rows(self) -> Iterator[tuple[int, list[object]]]:
        width, most, before = len(self.header), self._limits.cell_chars, self.header_row
        blank = 0
        for number, cells in self._all():
            if number <= self.header_row:
                continue
            blank += number - before - 1
            before = number
            if all_blank(cells):
                blank += 1
                continue
            if len(cells) > width and all_blank(cells[width:]):
                del cells[width:]
            elif len(cells) < width:  # a sheet has no end of a row; a row just has nothing more to say
                cells.extend([None] * (width - len(cells)))
            yield number, looked_at(cells, most)
        self.blank_rows = blank

    def column(self, index: int) -> Iterator[object]:
        for number, cells in self._all():
            if number > self.header_row and index < len(cells):
                yield cells[index]

    def preview(self, most: int = 20) -> list[tuple[int, list[object]]]:
        """The first rows below the header."""
        return first(self.rows(), most)


def _restore(cells: list[object], beside: dict[str, Any], *, hidden_too: bool) -> None:
    if beside.pop("hidden", False) and not hidden_too:
        cells[:] = [BadCell(Code.HIDDEN_ROW) if cell not in (None, "") else cell for cell in cells]
    for place, (kind, words, *more) in beside.items():
        cells[int(place)] = datetime.fromisoformat(words) if kind == "d" else BadCell(words, more[0] if more else "")


def _best_sheet(heads: dict[str, list[list[str]]], knows: header.Knows) -> str:
    """The first sheet whose header is known; of several, the one known best; else the first with anything in it."""
    scores = {name: max((knows(cells) for cells in rows), default=0) for name, rows in heads.items()}
    filled = [name for name, rows in heads.items() if any(any(cells) for cells in rows)] or list(heads)
    return max(filled, key=lambda name: scores[name])
