"""A workbook read row by row: the zip kind examined first, the old kind as it is."""

import os
import re
import zipfile
from collections.abc import Callable
from typing import BinaryIO, NamedTuple

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from zhanggui.channels.reading.apart.archive import Meter, members, only_file
from zhanggui.channels.reading.apart.both import both
from zhanggui.channels.reading.apart.ending import Ended
from zhanggui.channels.reading.apart.refusal import Bounds, Refuse
from zhanggui.channels.reading.apart.rows import Rows
from zhanggui.channels.reading.apart.scan import Scan, declares

_HEAD = 20
_WIDEST = 702
# Standard input, opened once more; other systems than Linux have no such place.
_OWN = "/proc/self/fd/0"
_MOST_CELLS = 40_000_000
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml").fullmatch
_OTHER_BOOKS = {"xl/workbook.bin": "xlsb", "content.xml": "ods", "index/document.iwa": "numbers", "index.zip": "numbers",
                "word/document.xml": "docx", "ppt/presentation.xml": "pptx"}
_FOREIGN = ("xl/externallinks/externallink", "xl/connections.xml", "xl/embeddings/", "xl/media/", "xl/ddelinks/", "xl/activex/activex")
_ENCRYPTED_NAME = "EncryptedPackage".encode("utf-16-le")
_MACRO_FREE = {"zip": "xlsx", "ole": "xls"}


class Unpacked(Exception):
    """The archive was no workbook but held one file; ``part`` is it."""

    def __init__(self, archive: zipfile.ZipFile, part: zipfile.ZipInfo, meter: Meter) -> None:
        super().__init__(part.filename)
        self.archive, self.part, self.meter = archive, part, meter


class Seen(NamedTuple):
    """What the XML of a book told: of each sheet part its scan, and the part of each sheet."""

    scans: dict[str, Scan]
    parts: list[str]


def read(stream: BinaryIO, kind: str, wanted: str | None, bounds: Bounds, rows: Rows, formulas: str) -> Ended:
    """The rows of one visible sheet: the wanted one, or the only one. With several and none wanted, the first rows of
    each instead, for somebody to choose. ``formulas`` is ``"leave"`` where no saved result of one counts."""
    if kind != "zip":
        stream.seek(0)
        if _ENCRYPTED_NAME in stream.read(4 * 1024 * 1024):
            raise Refuse("ENCRYPTED")
        return _built(stream, kind, wanted, bounds, rows, lambda: Seen({}, []))
    size = stream.seek(0, 2)
    stream.seek(0)
    archive = zipfile.ZipFile(stream)
    entries = members(archive, size, bounds)
    names = {entry.filename.lower() for entry in entries}
    for other, label in _OTHER_BOOKS.items():
        if other in names:
            raise Refuse("UNSUPPORTED", kind=label)
    meter = Meter(bounds)
    if "xl/workbook.xml" not in names:
        raise Unpacked(archive, only_file(entries, bounds), meter)

    def look() -> Seen:
        return Seen(_examined(archive, meter, formulas), _parts_of_sheets(archive))

    if sum(entry.file_size for entry in entries) < bounds["apart_bytes"] or not os.path.exists(_OWN):
        seen = look()
        return _beside(names) | _built(stream, kind, wanted, bounds, rows, lambda: seen)

    def build(asked: Callable[[], Seen]) -> Ended:
        # An opening of its own: two who seek in one file lose their place.
        with open(_OWN, "rb") as own:
            return _built(own, kind, wanted, bounds, rows, asked)

    return _beside(names) | both(look, build)


def _built(stream: BinaryIO, kind: str, wanted: str | None, bounds: Bounds, rows: Rows, asked: Callable[[], Seen]) -> Ended:
    """The rows written, or the heads of several sheets. What was seen of the XML is ``asked`` for before the first row is written."""
    stream.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(stream)
    except PasswordError:
        raise Refuse("ENCRYPTED") from None
    sheets = book.sheets_metadata
    visible = [(at, meta.name) for at, meta in enumerate(sheets)
               if meta.visible == SheetVisibleEnum.Visible and meta.typ == SheetTypeEnum.WorkSheet]
    if not visible:
        raise Refuse("NO_ROWS")
    answer: Ended = {"hidden_sheets": len(sheets) - len(visible), "kind": _MACRO_FREE[kind]}
    if wanted is None and len(visible) > 1:
        return answer | {"heads": {name: _head(book.get_sheet_by_index(at), bounds) for at, name in visible}}
    at, name = next(((at, name) for at, name in visible if name == wanted), visible[0])
    sheet = book.get_sheet_by_index(at)
    seen = asked()
    scan = seen.scans.get(seen.parts[at]) if at < len(seen.parts) else None
    _write(sheet, scan, rows)
    rows.flush()
    return answer | {"sheet": name, "others": [other for _at, other in visible if other != name], "rows": rows.count,
                     **(scan.notes() if scan else {})}


def _beside(names: set[str]) -> Ended:
    """What lies in the book besides its cells, and is never opened: programs, and what would be fetched from elsewhere."""
    macros = sum(1 for name in names if name.endswith("vbaproject.bin"))
    foreign = sum(1 for name in names if name.startswith(_FOREIGN))
    return {"macros": macros, "foreign": foreign}


def _examined(archive: zipfile.ZipFile, meter: Meter, formulas: str) -> dict[str, Scan]:
    """Every XML part inflated once, which also checks its sum; the scan of each sheet part."""
    scans = {}
    for entry in archive.infolist():
        name = entry.filename.lower()
        if not name.endswith((".xml", ".rels", ".vml")):
            continue
        scan = Scan(meter.bounds, formulas) if _SHEET_PART(name) else None
        before = b""
        for chunk in meter.chunks(archive, entry):
            if declares(before, chunk):
                raise Refuse("BAD_XML")
            before = chunk[-16:]
            if scan:
                scan.feed(chunk)
        if scan:
            scan.end()
            scans[name] = scan
    return scans


def _parts_of_sheets(archive: zipfile.ZipFile) -> list[str]:
    """The part of each sheet, in the workbook's order; ``""`` where it cannot be told."""
    try:
        relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    except KeyError:
        return []
    targets = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", relations):
        own, target = re.search(r'\bId="([^"]*)"', tag), re.search(r'\bTarget="([^"]*)"', tag)
        if own and target:
            path = target[1].lstrip("/").lower()
            targets[own[1]] = path if path.startswith("xl/") else f"xl/{path}"
    sheets = re.findall(r"<(?:\w+:)?sheet\s[^>]*>", book)
    return [targets.get(own[1], "") if (own := re.search(r'\b\w+:id="([^"]*)"', tag)) else "" for tag in sheets]


def _head(sheet: CalamineSheet, bounds: Bounds) -> list[list[str]]:
    rows = sheet.to_python(skip_empty_area=False, nrows=_HEAD)
    return [[str(cell)[:100] for cell in row[: bounds["columns"]]] for row in rows]


def _write(sheet: CalamineSheet, scan: Scan | None, rows: Rows) -> None:
    if sheet.total_width > _WIDEST or sheet.total_height * max(1, sheet.total_width) > _MOST_CELLS:
        raise Refuse("SPARSE_TOO_WIDE", cell=f"{sheet.total_width} × {sheet.total_height}")
    hidden = scan.hidden if scan else set()
    bad = scan.bad if scan else {}
    for number, values in enumerate(sheet.iter_rows(), 1):
        rows.write(number, values, bad.get(number, ()), hidden=number in hidden)
