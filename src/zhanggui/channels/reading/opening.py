"""Any file opened as a table, or refused with a reason."""

import gzip
import zlib
from pathlib import Path
from typing import BinaryIO

from zhanggui.channels.reading.csv_table import CsvTable
from zhanggui.channels.reading.errors import Corrupt
from zhanggui.channels.reading.header import Knows, words_known
from zhanggui.channels.reading.limits import COMMAND_LINE, Limits
from zhanggui.channels.reading.sheet_table import SheetTable
from zhanggui.channels.reading.sniff import Kind, kind_of
from zhanggui.channels.reading.source import Source
from zhanggui.channels.reading.table import OpenTable


def open_table(
    given: Path | bytes | BinaryIO,
    *,
    limits: Limits = COMMAND_LINE,
    knows: Knows = words_known,
    sheet: str | None = None,
    header_row: int | None = None,
    name: str = "",
) -> OpenTable:
    """The file as a table that can be read again and again, in constant memory.

    ``given`` is a path, its bytes, or a real open file. The whole file is judged before this returns: what can
    refuse all of it (encoding, quotes, size, bombs) raises a child of ``errors.Unreadable`` here. ``knows`` counts the
    known words of a row and finds the header among the first 20 rows; ``sheet`` and ``header_row`` (physical,
    1-based) are a person's choice instead.
    """
    return _opened(Source(given, name), limits, knows, sheet, header_row, 0)


def _opened(source: Source, limits: Limits, knows: Knows, sheet: str | None, header_row: int | None, level: int) -> OpenTable:
    source.refuse_if_empty()
    try:
        with source.open() as stream:
            head = stream.read(4096)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise Corrupt() from None
    kind = kind_of(head)
    if kind is Kind.TEXT:
        return CsvTable(source, limits, knows, header_row)
    table = SheetTable(source, kind, limits, knows, sheet=sheet, header_row=header_row, level=level)
    if table.unpacked is None:
        return table
    return _opened(Source(table.spool, table.unpacked), limits, knows, sheet, header_row, level + 1)
