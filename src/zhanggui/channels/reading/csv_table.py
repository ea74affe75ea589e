"""A text file as a table: judged once as a whole, then streamed as often as it is asked for."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO, cast

from zhanggui.channels.reading import grammar, header
from zhanggui.channels.reading.asking import AskQuotes
from zhanggui.channels.reading.choices import Choices
from zhanggui.channels.reading.errors import Corrupt, EmptyFile, NoRows, StrayQuote, TooManyRows, UnknownHeaderRow
from zhanggui.channels.reading.limits import Limits
from zhanggui.channels.reading.source import Source
from zhanggui.channels.reading.survey import survey
from zhanggui.channels.reading.table import all_blank, first, looked_at


class CsvTable:
    """See ``table.OpenTable``. Opening it reads the file through: a file that is refused is refused here."""

    kind = "csv"
    sheet = ""

    def __init__(self, source: Source, limits: Limits, knows: header.Knows, choices: Choices = Choices()) -> None:
        self._source, self._limits = source, limits
        self.blank_rows = 0
        self.other_sheets: list[str] = []
        self.other_heads: dict[str, list[list[str]]] = {}
        self.notes: dict[str, int] = {}
        self.heads: list[tuple[int, list[str]]] = []
        try:
            with source.open() as raw:
                self._survey = survey(raw, limits, choices.encoding)
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise Corrupt() from None
        self.encoding, self.certain = self._survey.encoding, self._survey.certain
        with self._text() as text:
            self._grammar = grammar.sniff(text, limits, knows, choices)
        self.delimiter = self._grammar.delimiter
        self._looked = self._survey.dirty
        try:
            self.header_row, words = self._header(knows, choices.header_row)
            if self._survey.quotes:
                with self._text() as text:
                    self._looked = grammar.check(text, self._grammar, limits) or self._looked
        except StrayQuote as stray:
            if choices.quotes:
                raise
            raise AskQuotes(row=stray.facts["row"]) from None
        self.header = header.checked(words, self.header_row, knows) if self.header_row else words
        if not first(self.rows(), 1):
            header.refuse_nameless(self.header, knows)
            raise NoRows()
        if self._survey.lines > limits.rows and sum(1 for _row in self.rows()) > limits.rows:
            raise TooManyRows(most=f"{limits.rows:,}")

    @contextmanager
    def _text(self) -> Iterator[TextIO]:
        with self._source.open() as raw:
            if self._source.packed:
                raw.read(self._survey.bom)
            else:
                raw.seek(self._survey.bom)
            with io.TextIOWrapper(cast(io.BytesIO, raw), encoding=self._survey.encoding, newline="") as text:
                yield text

    def _header(self, knows: header.Knows, asked: int | None) -> tuple[int, list[str]]:
        head: list[tuple[int, list[str]]] = []
        with self._text() as text:
            for at, cells in grammar.records(text, self._grammar):
                grammar.wide(cells, at, self._limits)
                head.append((at, cells))
                if len(head) >= header.SEARCHED:
                    break
        if asked == 0:
            return 0, header.letters(max((len(cells) for _at, cells in head), default=0))
        if asked is not None:
            found = next((index for index, (at, _cells) in enumerate(head) if at == asked), None)
            if found is None or not any(head[found][1]):
                raise UnknownHeaderRow(row=asked)
        else:
            found = header.find([cells for _at, cells in head], knows)
            if found is None:
                raise EmptyFile()
            self.heads = header.beside(head, found, knows)
        return head[found][0], header.as_words(head[found][1])

    def rows(self) -> Iterator[tuple[int, list[object]]]:
        blank, width, above = 0, len(self.header), self.header_row
        most = self._limits.cell_chars
        with self._text() as text:
            for at, cells in cast(Iterator[tuple[int, list[object]]], grammar.records(text, self._grammar)):
                if at <= above:
                    continue
                if not cells or ((not cells[0] or cells[0].isspace()) and all_blank(cells)):  # type: ignore[attr-defined]
                    blank += 1
                    continue
                if len(cells) > width and not any(cells[width:]):
                    del cells[width:]
                yield at, looked_at(cells, most) if self._looked else cells
        self.blank_rows = blank

    def column(self, index: int) -> Iterator[object]:
        with self._text() as text:
            if self._survey.quotes:
                for at, cells in grammar.records(text, self._grammar):
                    if at > self.header_row and len(cells) > index:
                        yield cells[index]
                return
            delimiter, upto = self._grammar.delimiter, index + 1
            for at, line in enumerate(text, 1):
                if at > self.header_row:
                    cells = line.split(delimiter, upto)
                    if len(cells) > index:
                        yield cells[index].rstrip("\r\n")

    def preview(self, most: int = 20) -> list[tuple[int, list[object]]]:
        """The first rows below the header."""
        return first(self.rows(), most)
