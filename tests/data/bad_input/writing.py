"""The tables, workbooks and archives the cases are made of, written by hand byte by byte: the same on every machine."""

import csv
import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from xml.sax.saxutils import escape

HEADER = ("订单号", "商品编码", "数量", "单价", "收件人", "手机", "省", "市", "区县", "详细地址", "付款时间")
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_EPOCH = datetime(1899, 12, 30)
_STAMP = (2024, 1, 1, 0, 0, 0)


def row(nth: int, **said: object) -> list[object]:
    """A good row of one order; ``said`` changes it by our header words."""
    cells: dict[str, object] = {
        "订单号": f"T{nth}", "商品编码": "TEA", "数量": "2", "单价": "10.00", "收件人": "林晓", "手机": f"139{nth:08}", "省": "浙江省",
        "市": "杭州市", "区县": "西湖区", "详细地址": f"文三路 {nth} 号", "付款时间": "2024-03-08 14:31:12",
    }  # fmt: skip
    return list({**cells, **said}.values())


def rows(many: int) -> list[list[object]]:
    return [row(nth) for nth in range(1, many + 1)]


def header(*more: str) -> list[str]:
    return [*HEADER, *more]


def text(table: Iterable[Sequence[object]], head: Sequence[str] | None = HEADER, delimiter: str = ",", end: str = "\n") -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerows([*([head] if head else []), *table])
    return out.getvalue()


class Raw(NamedTuple):
    """A cell as XML, its place to be filled in."""

    xml: str


def letter(at: int) -> str:
    return (letter(at // 26 - 1) if at >= 26 else "") + chr(65 + at % 26)


def cell(value: object, at: int, number: int) -> str:
    place = f"{letter(at)}{number}"
    if isinstance(value, Raw):
        return value.xml.format(r=place)
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, datetime):
        return f'<c r="{place}" s="1"><v>{(value - _EPOCH).total_seconds() / 86_400}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    if value is None or value == "":
        return ""
    said = str(value)
    space = ' xml:space="preserve"' if said != said.strip() else ""
    return f'<c r="{place}" t="inlineStr"><is><t{space}>{escape(said)}</t></is></c>'


def sheet(table: Iterable[Sequence[object]], *, before: str = "", after: str = "", hidden: Sequence[int] = (), first: int = 1) -> str:
    """A sheet part; ``hidden`` are row numbers, ``before`` and ``after`` stand around the rows."""
    lines = []
    for number, cells in enumerate(table, first):
        said = "".join(cell(value, at, number) for at, value in enumerate(cells))
        mark = ' hidden="1"' if number in hidden else ""
        lines.append(f'<row r="{number}"{mark}>{said}</row>')
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="{MAIN}">{before}<sheetData>{"".join(lines)}</sheetData>{after}</worksheet>'


STYLES = (
    f'<?xml version="1.0"?>\n<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/>'
    '<xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def parts(sheets: Mapping[str, str], *, states: Mapping[str, str] | None = None, book: str = "") -> dict[str, bytes]:
    """The parts of a workbook whose sheets are these, by name."""
    names = list(sheets)
    hidden = states or {}
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" {f"state={chr(34)}{hidden[name]}{chr(34)} " if name in hidden else ""}r:id="rId{at}"/>'
        for at, name in enumerate(names, 1)
    )
    related = "".join(
        f'<Relationship Id="rId{at}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>' for at in range(1, len(names) + 1)
    )
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for at in range(1, len(names) + 1)
    )
    said = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        f"{kinds}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<?xml version="1.0"?>\n<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{book}<sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{related}'
        f'<Relationship Id="rId99" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
        **{f"xl/worksheets/sheet{at}.xml": xml for at, xml in enumerate(sheets.values(), 1)},
    }
    return {name: xml.encode() for name, xml in said.items()}


def zipped(members: Mapping[str, bytes], *, packed: bool = False) -> bytes:
    """An archive of these members. Not packed, it is the same bytes wherever it is made."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), content, archive.compression)
    return out.getvalue()


def book(table: Iterable[Sequence[object]], head: Sequence[object] | None = HEADER, *, packed: bool = False, **more: object) -> bytes:
    """A workbook of one sheet; ``extra`` are parts beside it, the rest is for ``sheet``."""
    extra: dict[str, bytes] = more.pop("extra", {})  # type: ignore[assignment]
    of_book = str(more.pop("of_book", ""))
    xml = sheet([*([head] if head else []), *table], **more)  # type: ignore[arg-type]
    return zipped({**parts({"订单": xml}, book=of_book), **extra}, packed=packed)


def changed(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The same archive with one part's bytes changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    assert old in members[part], (part, old)
    return zipped({**members, part: members[part].replace(old, new, 1)})


def biff(table: Iterable[Sequence[object]]) -> bytes:
    """A workbook as Excel 97 wrote it: records in a stream in a compound file."""
    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    cells = b""
    for at, values in enumerate(table):
        for place, value in enumerate(values):
            if isinstance(value, int | float):
                cells += record(0x0203, struct.pack("<HHHd", at, place, 0, value))
            else:
                said = str(value).encode("utf-16-le")
                cells += record(0x0204, struct.pack("<HHHHB", at, place, 0, len(said) // 2, 1) + said)
    begins = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    name = "订单".encode("utf-16-le")
    size = len(record(0x0809, begins)) + 4 + 8 + len(name) + 4
    globals_ = record(0x0809, begins) + record(0x0085, struct.pack("<IHBB", size, 0, 2, 1) + name) + record(0x000A, b"")
    stream = globals_ + record(0x0809, begins.replace(b"\x05\x00", b"\x10\x00", 1)) + cells + record(0x000A, b"")
    return compound("Workbook", stream)


def compound(name: str, stream: bytes) -> bytes:
    """A compound file of one stream."""
    stream = stream.ljust(4096, b"\0")
    blocks = -(-len(stream) // 512)
    stream = stream.ljust(blocks * 512, b"\0")

    def entry(said: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = (said + "\0").encode("utf-16-le")
        tree = struct.pack("<HBBIII", len(raw), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return raw.ljust(64, b"\0") + tree + bytes(36) + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(name, 2, 0xFFFFFFFF, 2, len(stream)) + bytes(256)
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, blocks + 2), 0xFFFFFFFE]
    assert len(fat) <= 128
    table = struct.pack("<128I", *fat, *[0xFFFFFFFF] * (128 - len(fat)))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    return head + table + directory + stream
