"""Workbooks are read in a process of their own: what is wrong with one is said, and harms nobody."""

import contextlib
import io
import re
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rustpy_xlsxwriter import write_worksheet, write_worksheets

from zhanggui.channels.port import BadCell
from zhanggui.channels.reading import errors, sheet_table
from zhanggui.channels.reading.asking import AskUnpack
from zhanggui.channels.reading.cells import order_no
from zhanggui.channels.reading.choices import Choices
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.limits import Limits
from zhanggui.channels.reading.opening import open_table

ROW = {"订单号": "A1", "商品编码": "TEE", "数量": 2, "单价": 59.5, "下单时间": datetime(2026, 3, 8, 14, 30)}
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture(autouse=True, params=["by one process", "by two"])
def read(request, monkeypatch):
    """Every book is read as a small one is, and as a large one."""
    if request.param == "by two":
        bounds = sheet_table._bounds
        monkeypatch.setattr(sheet_table, "_bounds", lambda limits: {**bounds(limits), "apart_bytes": 0})


def book(rows=None, **more) -> bytes:
    out = io.BytesIO()
    write_worksheet(rows or [ROW], out, **more)
    return out.getvalue()


def rewritten(data: bytes, part: str, change) -> bytes:
    """The same book with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return out.getvalue()


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_cells(xml: bytes) -> bytes:
    """A book whose sheet has these rows of XML after its own."""
    return rewritten(book(), SHEET, lambda content: content.replace(b"</sheetData>", xml + b"</sheetData>"))


@pytest.mark.capability("I-06")
def test_typed_cells_come_as_they_are():
    table = open_table(book())
    assert table.kind == "xlsx"
    assert table.header == list(ROW)
    assert list(table.rows()) == [(2, ["A1", "TEE", 2, 59.5, datetime(2026, 3, 8, 14, 30)])]
    assert list(table.rows()) == list(table.rows())
    assert list(table.column(2)) == [2]


def test_a_long_number_in_an_id_column_is_not_taken():
    table = open_table(book([{"订单号": 1234567890123456789.0, "数量": 1}]))
    ((_row, cells),) = table.rows()
    assert order_no(cells[0]) is Code.PRECISION_LOST


def test_the_1904_calendar_is_honoured():
    data = rewritten(book(), "xl/workbook.xml", lambda xml: re.sub(b"<workbookPr ?", b'<workbookPr date1904="1" ', xml))
    ((_row, cells),) = open_table(data).rows()
    assert cells[4] == datetime(2030, 3, 9, 14, 30)


def test_a_title_above_and_blank_rows_below():
    table = open_table(book(header_row=4))
    assert table.header_row == 5
    assert [number for number, _cells in table.rows()] == [6]
    table = open_table(with_cells(b'<row r="5"><c r="A5" t="inlineStr"><is><t>A2</t></is></c></row>'))
    assert [number for number, _cells in table.rows()] == [2, 5]
    assert table.blank_rows == 2


def test_the_sheet_with_known_headers_is_read_and_the_others_named():
    out = io.BytesIO()
    write_worksheets([("说明", [{"填写": "请看第二页", "备注一": ""}]), ("三月", [ROW]), ("四月", [ROW])], out)
    table = open_table(out.getvalue())
    assert table.sheet == "三月"
    assert table.other_sheets == ["说明", "四月"]
    assert open_table(out.getvalue(), sheet="四月").sheet == "四月"


def test_hidden_sheets_are_not_read():
    out = io.BytesIO()
    write_worksheets([("旧", [{"订单号": "X", "数量": 1}]), ("新", [ROW])], out)
    hidden = rewritten(
        out.getvalue(),
        "xl/workbook.xml",
        lambda xml: xml.replace(b'<sheet name="\xe6\x97\xa7"', b'<sheet state="hidden" name="\xe6\x97\xa7"'),
    )
    table = open_table(hidden)
    assert table.sheet == "新"
    assert table.notes["hidden_sheets"] == 1


def test_hidden_rows_are_turned_away_by_name():
    table = open_table(with_cells(b'<row r="3" hidden="1"><c r="A3" t="inlineStr"><is><t>A2</t></is></c></row>'))
    assert list(table.rows())[1][1][0] == BadCell("HIDDEN_ROW")
    assert table.notes["hidden_rows"] == 1


def test_a_formula_never_worked_out_is_no_blank_cell():
    cells = (
        b'<row r="3"><c r="A3" t="inlineStr"><is><t>A2</t></is></c><c r="C3"><f>1+1</f></c>'
        b'<c r="D3"><f>2*2</f><v>4</v></c></row>'
    )
    table = open_table(with_cells(cells))
    _first, (_number, read) = table.rows()
    assert read[2] == BadCell("FORMULA_NO_VALUE")
    assert read[3] == 4
    assert table.notes["formulas"] == 1


def test_a_broken_formula_is_no_text():
    table = open_table(
        with_cells(b'<row r="3"><c r="A3" t="inlineStr"><is><t>A2</t></is></c><c r="C3" t="e"><v>#REF!</v></c></row>')
    )
    assert list(table.rows())[1][1][2] == BadCell("CELL_ERROR", "#REF!")


def test_the_dimension_is_never_trusted():
    small = rewritten(
        book([ROW] * 30), SHEET, lambda xml: re.sub(b'<dimension ref="[^"]*"', b'<dimension ref="A1:B2"', xml)
    )
    assert len(list(open_table(small).rows())) == 30


@pytest.mark.parametrize(
    ("xml", "refused"),
    [
        (b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', errors.SparseTooWide),
        (b'<row r="9"><c r="ZZZZZZ9"><v>1</v></c></row>', errors.SparseTooWide),
        (b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>', errors.SparseTooWide),
    ],
)
def test_a_cell_far_away_is_refused_before_a_grid_is_built(xml, refused):
    with pytest.raises(refused):
        open_table(with_cells(xml))


def test_a_first_row_too_wide_is_refused():
    wide = b'<row r="1"><c r="XFD1"><v>1</v></c></row>'
    data = rewritten(
        book(),
        SHEET,
        lambda xml: re.sub(b"<sheetData>.*</sheetData>", b"<sheetData>" + wide + b"</sheetData>", xml, flags=re.DOTALL),
    )
    with pytest.raises(errors.TooManyColumns):
        open_table(data)
    with pytest.raises(errors.TooManyColumns):
        open_table(book([{f"列{at}": "1" for at in range(201)}]))


def test_too_many_rows_are_refused():
    with pytest.raises(errors.TooManyRows):
        open_table(book([{"订单号": f"A{at}", "数量": 1} for at in range(200)]), limits=Limits(rows=100))


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("part", [SHEET, "xl/styles.xml", "xl/workbook.xml"])
@pytest.mark.parametrize("declared", [LAUGHS, OUTSIDE])
def test_entities_are_refused_and_never_followed(part, declared):
    with pytest.raises(errors.BadXml):
        open_table(rewritten(book(), part, lambda xml: xml.replace(b"?>", b"?>" + declared, 1)))
    with pytest.raises(errors.BadXml):
        open_table(rewritten(book(), part, lambda xml: xml.decode().encode("utf-16")))


def test_a_bomb_is_refused_by_its_directory_and_by_its_bytes():
    bomb = rewritten(book(), SHEET, lambda xml: xml.replace(b"</sheetData>", b"</sheetData>" + b" " * 60_000_000))
    assert len(bomb) < 200_000
    with pytest.raises(errors.TooLargeUnpacked):
        open_table(bomb)
    lying = bomb.replace((60_000_000).to_bytes(4, "little")[1:], (1000).to_bytes(4, "little")[1:])
    with pytest.raises(errors.Unreadable):
        open_table(lying)
    with pytest.raises(errors.TooLargeUnpacked):
        open_table(bomb, limits=Limits(ratio=10**9, unpacked_bytes=1_000_000))


def test_broken_containers_are_told_apart():
    data = book([ROW] * 50)
    with pytest.raises(errors.Truncated):
        open_table(data[:-200])
    at = data.index(b"xl/worksheets/sheet1.xml") + 60
    with pytest.raises(errors.Corrupt):
        open_table(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
    with pytest.raises(errors.TooManyEntries):
        open_table(zipped(**{f"x{at}": b"" for at in range(2001)}))
    with pytest.raises(errors.BadArchive):
        open_table(zipped(**{"../../etc/x.csv": b"a,b\n1,2\n"}))
    with pytest.raises(errors.BadArchive):
        open_table(zipped(**{"a.csv": b"a,b\n1,2\n", "b.csv": b"a,b\n1,2\n"}))
    with pytest.raises(errors.Unsupported):
        open_table(zipped(**{"content.xml": b"<x/>", "mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}))
    with pytest.raises(errors.Unsupported):
        open_table(zipped(**{"xl/workbook.bin": b"\0"}))


def test_a_password_is_told():
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1016 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512
    with pytest.raises(errors.Encrypted):
        open_table(ole)
    with pytest.raises(errors.Unreadable):
        open_table(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2048)


def test_an_archive_is_opened_one_level_deep():
    rows = "订单号,数量\nA1,2\n".encode("gbk")
    with pytest.raises(AskUnpack) as told:
        open_table(zipped(**{"三月.csv": rows}))
    assert told.value.facts["name"] == "三月.csv"
    table = open_table(zipped(**{"三月.csv": rows}), choices=Choices(unpack="one"))
    assert table.preview() == [(2, ["A1", "2"])]
    reading = table.rows()
    assert [next(reading)] == list(table.rows()) == table.preview()  # one reader does not disturb another
    assert open_table(zipped(**{"orders.xlsx": book()}), choices=Choices(unpack="one")).header == list(ROW)
    with pytest.raises(errors.NestedArchive):
        open_table(zipped(**{"a.zip": zipped(**{"b.csv": rows})}))


def test_a_page_under_a_workbooks_name_is_its_table_alone():
    page = (
        "<html><head><meta charset=gbk><style>td{}</style></head><body><table><tr><th>订单号</th><th>数量</th></tr>"
        "<tr><td>A1<script>alert(1)</script></td><td>2&nbsp;</td></tr></table></body></html>"
    ).encode("gbk")
    table = open_table(page)
    assert table.kind == "html"
    assert list(table.rows()) == [(2, ["A1", "2"])]


def test_a_reader_that_dies_or_hangs_is_a_refusal(monkeypatch):
    for start, limits in (
        ("import os; os.abort()", Limits()),
        ("import time; time.sleep(60)", Limits(wall_s=1)),
        ("print(1)", Limits()),
    ):
        monkeypatch.setattr(sheet_table, "_START", start)
        with pytest.raises(errors.ReaderStopped):
            open_table(book(), limits=limits)


def test_whoever_is_read_apart_leaves_nobody_behind(monkeypatch):
    """A process that hangs while it looks takes the one that builds along."""
    start = sheet_table._START.replace(
        "import runpy",
        "import time; from zhanggui.channels.reading.apart import book; book._examined = lambda *_: time.sleep(60); import runpy",
    )
    monkeypatch.setattr(sheet_table, "_START", start)
    with pytest.raises(errors.ReaderStopped):
        open_table(book(), limits=Limits(wall_s=2))
    until = time.monotonic() + 5
    while (left := readers()) and time.monotonic() < until:
        time.sleep(0.05)
    assert not left


def readers() -> list[str]:
    """The readers that look at nothing and live."""
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if b"book._examined = " in (one / "cmdline").read_bytes():
                found.append(one.name)
    return found


def test_a_reader_out_of_memory_is_a_refusal():
    with pytest.raises(errors.ReaderStopped):
        open_table(
            book([{"订单号": f"A{at}", "商品名称": "长" * 200} for at in range(20_000)]),
            limits=Limits(memory_bytes=30 * 1024 * 1024),
        )


def test_moments_of_a_sheet_have_no_zone_of_their_own():
    ((_row, cells),) = open_table(book()).rows()
    assert cells[4].tzinfo is None
    assert cells[4].replace(tzinfo=UTC) == datetime(2026, 3, 8, 14, 30, tzinfo=UTC)
