"""Any file opened as a table, or refused with a reason."""

import gzip
import zlib
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from zhanggui.channels.reading.asking import AskKind, AskUnpack
from zhanggui.channels.reading.choices import Choices
from zhanggui.channels.reading.csv_table import CsvTable
from zhanggui.channels.reading.errors import Corrupt
from zhanggui.channels.reading.header import Knows, words_known
from zhanggui.channels.reading.limits import COMMAND_LINE, Limits
from zhanggui.channels.reading.numbering import Numbered, has_numbers
from zhanggui.channels.reading.sheet_table import SheetTable
from zhanggui.channels.reading.sniff import Kind, kind_of
from zhanggui.channels.reading.source import Source
from zhanggui.channels.reading.table import OpenTable
from zhanggui.channels.reading.text_table import TextTable

_BOOKS, _NEW_BOOKS, _TEXTS = (".xlsx", ".xlsm", ".xls"), (".xlsx", ".xlsm"), (".csv", ".tsv", ".txt")


def open_table(
    given: Path | bytes | BinaryIO,
    *,
    limits: Limits = COMMAND_LINE,
    knows: Knows = words_known,
    sheet: str | None = None,
    choices: Choices = Choices(),
    name: str = "",
) -> OpenTable:
    """The file as a table that can be read again and again, in constant memory.

    ``given`` is a path, its bytes, or a real open file. The whole file is judged before this returns: what can
    refuse all of it (encoding, quotes, size, bombs) raises a child of ``errors.Unreadable`` here. ``knows`` counts the
    known words of a row and finds the header among the first 20 rows; ``sheet`` and ``choices`` are what a person said of
    it. What they did not say and can be read in more than one way raises a child of ``asking.Asked``.
    """
    source = Source(given, name)
    table, kind = _opened(source, limits, knows, sheet, choices, 0)
    if not choices.kind:
        _ask_if_disguised(source.name, kind)
    return Numbered(table, choices.numbers) if choices.numbers and not has_numbers(table.header) else table


def _ask_if_disguised(name: str, kind: Kind) -> None:
    suffix = Path(name).suffix.lower()
    if suffix in _BOOKS and kind is Kind.TEXT:
        raise AskKind(suffix=suffix, seems=_("文本（像 CSV）"), reads="CSV")
    # Shops have always given out pages of HTML as .xls: that is said beside what was read, and not asked.
    if suffix in (*_NEW_BOOKS, *_TEXTS) and kind is Kind.HTML:
        raise AskKind(suffix=suffix, seems=_("网页表格（HTML）"), reads="HTML")
    if suffix in _TEXTS and kind in (Kind.ZIP, Kind.OLE):
        raise AskKind(suffix=suffix, seems=_("Excel 工作簿或压缩包"), reads="Excel")


def _opened(
    source: Source, limits: Limits, knows: Knows, sheet: str | None, choices: Choices, level: int
) -> tuple[OpenTable, Kind]:
    """The table, and what the file really is."""
    source.refuse_if_empty()
    try:
        with source.open() as stream:
            head = stream.read(4096)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise Corrupt() from None
    kind = kind_of(head)
    if kind is Kind.TEXT:
        return _text(source, limits, knows, choices), kind
    table = SheetTable(source, kind, limits, knows, sheet=sheet, choices=choices, level=level)
    if table.unpacked is None:
        return table, kind
    inside, _kind = _opened(Source(table.spool, table.unpacked), limits, knows, sheet, choices, level + 1)
    if not choices.unpack:
        raise AskUnpack(name=Path(table.unpacked.replace("\\", "/")).name[:60])
    return inside, kind


def _text(source: Source, limits: Limits, knows: Knows, choices: Choices) -> OpenTable:
    """A small text is read here; of one that is large, or packed and so of any size, this process sees the rows alone."""
    if limits.text_bytes is None or (not source.packed and source.size() < limits.text_bytes):
        return CsvTable(source, limits, knows, choices)
    return TextTable(source, limits, knows, choices)
