"""A page with a table under a workbook's name, as several platforms export: its text alone, scripts and styles left out."""

import re
from html.parser import HTMLParser
from typing import BinaryIO

from zhanggui.channels.reading.apart.refusal import Bounds, Refuse, too_large
from zhanggui.channels.reading.apart.rows import Rows

_CHARSET = re.compile(rb"charset=[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_MOST_SPAN = 200
_MOST_BYTES = 64 * 1024 * 1024  # a page is held whole while it is read


class _Page(HTMLParser):
    """The rows of the outermost tables, one after another."""

    def __init__(self, bounds: Bounds, rows: Rows) -> None:
        super().__init__(convert_charrefs=True)
        self._bounds, self._rows = bounds, rows
        self._depth = self._silent = self._number = 0
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._silent += 1
        elif tag == "table":
            self._depth += 1
        elif self._depth != 1:
            return
        elif tag == "tr":
            self._end_row()
            self._row = []
        elif tag in ("td", "th"):
            self._end_cell()
            if self._row is None:
                self._row = []
            span = dict(attrs).get("colspan") or "1"
            self._span = min(int(span), _MOST_SPAN) if span.isascii() and span.isdigit() else 1
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent = max(0, self._silent - 1)
        elif tag == "table":
            if self._depth == 1:
                self._end_row()
            self._depth = max(0, self._depth - 1)
        elif self._depth == 1 and tag in ("td", "th"):
            self._end_cell()
        elif self._depth == 1 and tag == "tr":
            self._end_row()

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._silent:
            self._cell.append(data)

    def finish(self) -> None:
        self.close()
        self._end_row()

    def _end_cell(self) -> None:
        if self._cell is not None and self._row is not None:
            self._row.append("".join(self._cell).replace("\xa0", " ").strip())
            self._row.extend([""] * (self._span - 1))
        self._cell, self._span = None, 1

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is not None:
            self._number += 1
            if self._number > self._bounds["rows"] + 20:
                raise Refuse("TOO_MANY_ROWS", most=f"{self._bounds['rows']:,}")
            self._rows.write(self._number, self._row)
        self._row = None


def read(stream: BinaryIO, bounds: Bounds, rows: Rows) -> dict[str, object]:
    """Every row of the page's tables; a row's number counts from the top of the page's first table."""
    size = stream.seek(0, 2)
    if size > min(bounds["unpacked_bytes"], _MOST_BYTES):
        raise too_large({**bounds, "unpacked_bytes": min(bounds["unpacked_bytes"], _MOST_BYTES)})
    stream.seek(0)
    data = stream.read(size)
    words, encoding = _decoded(data)
    page = _Page(bounds, rows)
    for start in range(0, len(words), 65536):
        page.feed(words[start : start + 65536])
    page.finish()
    return {"kind": "html", "rows": rows.count, "encoding": encoding}


def _decoded(data: bytes) -> tuple[str, str]:
    """UTF-8 or GB18030, whole; a page says which but is not always right."""
    said = _CHARSET.search(data[:2048])
    order = ["gb18030", "utf-8"] if said and said[1].lower() in (b"gbk", b"gb2312", b"gb18030") else ["utf-8", "gb18030"]
    if data[:3] == b"\xef\xbb\xbf":
        data, order = data[3:], ["utf-8"]
    failed = 0
    for encoding in order:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError as error:
            failed = max(failed, error.start)
    raise Refuse("BAD_BYTES", row=1 + data[:failed].count(b"\n"), encoding=order[0].upper())
