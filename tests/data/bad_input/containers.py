"""001-028: what a file is, and how it is packed."""

import io
import zipfile

from tests.data.bad_input import writing
from tests.data.bad_input.oracle import Cases, asks, refused, taken
from tests.data.bad_input.writing import SHEET, book, rows, text

MIB = 1024 * 1024
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
HTTP = '<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:9/x">]>'


def csv(many: int = 6) -> bytes:
    return text(rows(many)).encode()


def cases() -> Cases:
    found = Cases()
    add = found.add
    add("001", "empty.csv", b"", **refused("EMPTY_FILE"))
    add("001", "empty.xlsx", b"", **refused("EMPTY_FILE"))
    add("001", "bom-alone.csv", b"\xef\xbb\xbf", **refused("EMPTY_FILE"))
    add("002", "header-only.csv", text([]).encode(), **refused("NO_ROWS"))
    add("002", "header-only.xlsx", book([]), **refused("NO_ROWS"))
    add("002", "header-and-blank-lines.csv", (text([]) + ",,,\n" * 5).encode(), **refused("NO_ROWS"))
    add("003", "text-under-a-workbooks-name.xlsx", csv(), **asks("ASK_KIND", {"kind": "as-is"}, taken(6)))
    tabbed = text(rows(6), delimiter="\t").encode("gb18030")
    add("003", "tabs-under-an-old-name.xls", tabbed, **asks("ASK_KIND", {"kind": "as-is"}, taken(6)))
    add("004", "workbook-under-a-texts-name.csv", book(rows(6)), **asks("ASK_KIND", {"kind": "as-is"}, taken(6)))
    add("005", "page.xls", page(), **taken(6))
    add("005", "page-under-a-new-name.xlsx", page(), **asks("ASK_KIND", {"kind": "as-is"}, taken(6)))
    add("005", "page-gbk.xls", page().decode().replace("utf-8", "gbk").encode("gbk"), **taken(6))
    add("005", "page-with-scripts.xls", page().replace(b"<table>", b"<script>alert(1)</script><table>").replace(
        "林晓".encode(), "林<script>alert(2)</script>晓".encode()), **taken(6))
    add("006", "excel-97.xls", writing.biff([writing.HEADER, *rows(6)]), **taken(6))
    add("007", "macro.xlsm", macro(), **taken(6))
    add("008", "binary.xlsb", writing.zipped({"xl/workbook.bin": b"\0" * 40}), **refused("UNSUPPORTED"))
    ods = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}
    add("008", "open-document.ods", writing.zipped(ods), **refused("UNSUPPORTED"))
    add("008", "apple.numbers", writing.zipped({"Index/Document.iwa": b"\0" * 40}), **refused("UNSUPPORTED"))
    sealed = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016) + "EncryptedPackage".encode("utf-16-le") + bytes(512)
    add("009", "password.xlsx", sealed, **refused("ENCRYPTED"))
    add("010", "one-file.zip", writing.zipped({"三月.csv": csv()}), **asks("ASK_UNPACK", {"unpack": "one"}, taken(6)))
    add("010", "one-workbook.zip", writing.zipped({"三月.xlsx": book(rows(6))}), **asks("ASK_UNPACK", {"unpack": "one"}, taken(6)))
    inner = writing.zipped({"a.csv": csv()})
    add("011", "archive-in-archive.zip", writing.zipped({"b.zip": inner}), **refused("NESTED_ARCHIVE"))
    add("011", "three-deep.zip", writing.zipped({"c.zip": writing.zipped({"b.zip": inner})}), **refused("NESTED_ARCHIVE"))
    for word, name in (("up", "../../etc/x.csv"), ("absolute", "/etc/x.csv"), ("drive", "C:\\x.csv"), ("up-backwards", "..\\..\\x.csv")):
        add("012", f"path-{word}.zip", writing.zipped({name: csv()}), **refused("BAD_ARCHIVE"))
    add("012", "link.zip", link(), **refused("BAD_ARCHIVE"))
    add("012", "path-in-a-workbook.xlsx", book(rows(6), extra={"../x.xml": b"<x/>"}), **refused("BAD_ARCHIVE"))
    whole = book(rows(12))
    for part in (4, 2):
        add("013", f"cut-at-1-of-{part}.xlsx", whole[: len(whole) // part], **refused("TRUNCATED"))
    add("013", "cut-at-the-end.xlsx", whole[:-30], **refused("TRUNCATED"))
    for word, place in (("first", b"<row r=\"2\">"), ("middle", b"<row r=\"7\">"), ("last", b"<row r=\"13\">")):
        at = whole.index(place) + 2
        add("014", f"flipped-byte-{word}.xlsx", whole[:at] + bytes([whole[at] ^ 0x20]) + whole[at + 1 :], **refused("CORRUPT"))
    add("015", "bomb-one-string.xlsx", lambda: bomb(300), **refused("TOO_LARGE_UNPACKED"))
    add("015", "bomb-shared-strings.xlsx", lambda: bomb(300, "xl/sharedStrings.xml"), **refused("TOO_LARGE_UNPACKED"))
    add("015", "bomb-under-the-ratio.xlsx", lambda: slow_bomb(), **refused("TOO_LARGE_UNPACKED"))
    add("016", "lying-size.xlsx", lambda: lying(bomb(300)), **refused("CORRUPT"))
    add("017", "overlapping.zip", overlapping(), **refused("BAD_ARCHIVE"))
    add("018", "many-entries.zip", lambda: entries(100_000), **refused("TOO_MANY_ENTRIES"))
    add("018", "many-entries-in-a-workbook.xlsx", lambda: book(rows(2), extra={f"x/{at}": b"" for at in range(2_001)}), **refused("TOO_MANY_ENTRIES"))
    for part, word in ((SHEET, "sheet"), ("xl/styles.xml", "styles"), ("xl/workbook.xml", "book")):
        for declared, what in ((LAUGHS, "laughs"), (FILE, "reads-a-file"), (HTTP, "asks-the-net")):
            evil = writing.changed(book(rows(2)), part, b"?>", b"?>" + declared.encode())
            add("019" if what == "laughs" else "020", f"{what}-{word}.xlsx", evil, **refused("BAD_XML"))
    strings = b'<?xml version="1.0"?>' + LAUGHS.encode() + b"<sst><si><t>&c;</t></si></sst>"
    add("019", "laughs-strings.xlsx", book(rows(2), extra={"xl/sharedStrings.xml": strings}), **refused("BAD_XML"))
    add("021", "far-cell.xlsx", with_row('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), **refused("SPARSE_TOO_WIDE"))
    add("021", "far-row.xlsx", with_row('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), **refused("SPARSE_TOO_WIDE"))
    add("022", "no-such-column.xlsx", with_row('<row r="9"><c r="ZZZZZZ9"><v>1</v></c></row>'), **refused("SPARSE_TOO_WIDE"))
    first = writing.changed(book(rows(2)), SHEET, b'<row r="1">', b'<row r="1"><c r="ZZZZZZ1"><v>1</v></c>')
    add("022", "no-such-column-first.xlsx", first, **refused("SPARSE_TOO_WIDE"))
    add("023", "16384-columns.xlsx", lambda: book([], [f"列{at}" for at in range(16_384)]), **refused("TOO_MANY_COLUMNS"))
    add("023", "201-columns.xlsx", lambda: book([["1"] * 201], [f"列{at}" for at in range(201)]), **refused("TOO_MANY_COLUMNS"))
    add("023", "a-million-columns.csv", lambda: ("a" + ",a" * 1_000_000 + "\n1\n").encode(), **refused("TOO_MANY_COLUMNS"))
    add("024", "1048576-rows.xlsx", lambda: long_book(1_048_575), **refused("TOO_MANY_ROWS"))
    add("024", "100001-rows.csv", lambda: text(rows(100_001)).encode(), **refused("TOO_MANY_ROWS"))
    add("024", "quoted-rows.csv", lambda: ('订单号,数量\n' + '"A",1\n' * 150_000).encode(), **refused("TOO_MANY_ROWS"))
    add("025", "dimension-too-small.xlsx", lambda: book(rows(500), before='<dimension ref="A1:B2"/>'), **taken(500))
    add("025", "dimension-too-large.xlsx", book(rows(6), before='<dimension ref="A1:XFD1048576"/>'), **taken(6))
    add("026", "pdf-and-zip.xlsx", b"%PDF-1.7\n" + book(rows(2)), **refused("NOT_A_SPREADSHEET"))
    add("026", "picture.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(200), **refused("NOT_A_SPREADSHEET"))
    add("026", "picture.csv", b"\xff\xd8\xff\xe0" + bytes(200), **refused("NOT_A_SPREADSHEET"))
    for word, name in (
        ("up", "../../x.csv"), ("long", "长" * 300 + ".csv"), ("turned", "a\u202evsc.x.csv"), ("nul", "a\0b.csv"), ("device", "CON.csv"),
        ("family", "👨‍👩‍👧.csv"), ("tag", "<img src=x onerror=alert(1)>.csv"),
    ):  # fmt: skip
        add("027", f"name-{word}.csv", csv(), name=name, **taken(6))
    return found


def page() -> bytes:
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>" for cells in [writing.HEADER, *rows(6)])
    return f'<html><head><meta charset="utf-8"><style>td{{}}</style></head><body><table>{lines}</table></body></html>'.encode()


def macro() -> bytes:
    return book(rows(6), extra={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1Sub Auto_Open() Shell calc End Sub" * 20})


def link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("x.csv", (2024, 1, 1, 0, 0, 0))
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return out.getvalue()


def with_row(xml: str) -> bytes:
    return writing.changed(book(rows(2)), SHEET, b"</sheetData>", xml.encode() + b"</sheetData>")


def bomb(mib: int, part: str = "") -> bytes:
    """A few hundred kilobytes that unpack to so much."""
    mark = b"ENDLESS"
    members = writing.parts({"订单": writing.sheet([writing.HEADER, *rows(2), writing.row(3, 详细地址=mark.decode())])})
    if part:
        members = {**writing.parts({"订单": writing.sheet([writing.HEADER, *rows(2)])}), part: b"<sst><si><t>" + mark + b"</t></si></sst>"}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            before, found, after = content.partition(mark)
            with archive.open(name, "w") as member:
                member.write(before)
                for _mib in range(mib if found else 0):
                    member.write(b"A" * MIB)
                member.write(after)
    return out.getvalue()


def slow_bomb() -> bytes:
    """Squeezed less than a hundred to one, and still too much: 220 MiB in some 3."""
    noise = bytes((at * at * 2654435761 >> 13) % 26 + 97 for at in range(64 * 1024))
    filler = b"".join(noise[at % 60_000 : at % 60_000 + 700] + b"x" * 50_000 for at in range(0, 4_500 * 7, 7))
    return book(rows(2), extra={"xl/comments1.xml": b"<x>" + filler + b"</x>"}, packed=True)


def lying(data: bytes) -> bytes:
    """The directory says the sheet has a thousand bytes."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo(SHEET).file_size
    return data.replace(size.to_bytes(4, "little"), (1_000).to_bytes(4, "little"))


def overlapping() -> bytes:
    """Two entries of the directory that are the same bytes of the file."""
    data = bytearray(writing.zipped({"a.csv": csv(), "b.csv": csv()}))
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = (0).to_bytes(4, "little")
    return bytes(data)


def entries(many: int) -> bytes:
    return writing.zipped({str(at): b"" for at in range(many)})


def long_book(many: int) -> bytes:
    lines = "".join(f'<row r="{at}"><c r="A{at}"><v>{at}</v></c></row>' for at in range(2, many + 2))
    xml = writing.sheet([["订单号"]]).replace("</sheetData>", lines + "</sheetData>")
    return writing.zipped(writing.parts({"订单": xml}), packed=True)
