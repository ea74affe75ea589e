"""088-097: what a spreadsheet has besides values."""

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path

from tests.data.bad_input import writing
from tests.data.bad_input.oracle import PLACES, Cases, asks, offers, refused, taken
from tests.data.bad_input.writing import HEADER, MAIN, SHEET, Raw, book, row, rows

STRICT = {MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main", writing.OFFICE: "http://purl.oclc.org/ooxml/officeDocument/relationships"}


def cases() -> Cases:
    found = Cases()
    _formulas(found)
    _hidden(found)
    _texts(found)
    _writers(found)
    return found


def _with(at: int, **said: object) -> list[list[object]]:
    table = rows(6)
    table[at] = row(at + 1, **said)
    return table


def _formulas(found: Cases) -> None:
    add = found.add
    for word, at in PLACES:
        saved = book(_with(at, 数量=Raw('<c r="{r}"><f>1+1</f><v>2</v></c>')))
        add("088", f"formula-{word}.xlsx", saved, remarks=["公式"], **asks("ASK_FORMULAS", {"formulas": "take"}, taken(6)))
        add("088", f"formula-left-out-{word}.xlsx", saved, **asks("ASK_FORMULAS", {"formulas": "leave"}, taken(5, rej={at + 2: "FORMULA"})))
        for name, xml in (("empty", "<f>1+1</f>"), ("no-value", "<f>1+1</f><v></v>"), ("closed", "<f/>")):
            table = _with(at, 数量=Raw(f'<c r="{{r}}">{xml}</c>'))
            add("089", f"formula-{name}-{word}.xlsx", book(table), **taken(5, rej={at + 2: "FORMULA_NO_VALUE"}))
        for name in ("#REF!", "#N/A", "#DIV/0!"):
            table = _with(at, 数量=Raw(f'<c r="{{r}}" t="e"><v>{name}</v></c>'))
            add("090", f"error-{name.strip('#!').replace('/', '-').lower()}-{word}.xlsx", book(table), **taken(5, rej={at + 2: "CELL_ERROR"}))
    merged = [row(1), row(1, 订单号="", 商品编码="MUG"), row(2)]
    spans = '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    add("091", "merged-number.xlsx", book(merged, after=spans), orders=2,
        **offers("fill", "down", taken(2, rej={3: "ORDER_NO_BLANK"}), taken(3)))


def _hidden(found: Cases) -> None:
    add = found.add
    for word, at in PLACES:
        data = book(rows(6), hidden=[at + 2])
        add("092", f"hidden-row-{word}.xlsx", data, remarks=["隐藏"], **offers("hidden", "take", taken(5, rej={at + 2: "HIDDEN_ROW"}), taken(6)))
    columns = '<cols><col min="6" max="6" width="0" hidden="1"/></cols>'
    add("092", "hidden-column.xlsx", book(rows(6), before=columns), remarks=["隐藏"], **taken(6))
    one, two = writing.sheet([HEADER, *rows(3)]), writing.sheet([HEADER, *(row(at) for at in (7, 8))])
    for state in ("hidden", "veryHidden"):
        data = writing.zipped(writing.parts({"旧": two, "新": one}, states={"旧": state}))
        add("093", f"{state}-sheet.xlsx", data, remarks=["隐藏"], **taken(3))
    data = writing.zipped(writing.parts({"三月": one, "四月": two}))
    add("093", "two-sheets.xlsx", data, **asks("SEVERAL_SHEETS", {"sheet": "四月"}, taken(2)))
    data = writing.zipped(writing.parts({"说明": writing.sheet([["请看第二页"]]), "三月": one}))
    add("093", "an-explanation-and-a-sheet.xlsx", data, **taken(3))
    data = writing.zipped(writing.parts({"旧": two}, states={"旧": "hidden"}))
    add("093", "all-hidden.xlsx", data, **refused("NO_ROWS"))


def _texts(found: Cases) -> None:
    add = found.add
    rich = Raw('<c r="{r}" t="inlineStr"><is><r><t>林</t></r><r><rPr><b/></rPr><t>晓</t></r><rPh sb="0" eb="1"><t>リン</t></rPh></is></c>')
    add("094", "rich-text.xlsx", book(_with(2, 收件人=rich)), names={"4": "林晓"}, **taken(6))
    add("094", "line-break.xlsx", book(_with(2, 详细地址="文三路\n1 号")), **taken(6))
    strings = (
        f'<?xml version="1.0"?>\n<sst xmlns="{MAIN}"><si><t>TEA</t></si><si><r><t>绿</t></r><r><t>茶</t></r></si>'
        '<si><t>林晓</t><rPh sb="0" eb="1"><t>リン</t></rPh></si></sst>'
    )  # fmt: skip
    table = _with(2, 商品编码=Raw('<c r="{r}" t="s"><v>0</v></c>'), 收件人=Raw('<c r="{r}" t="s"><v>2</v></c>'))
    members = writing.parts({"订单": writing.sheet([HEADER, *table])})
    related = f'<Relationship Id="rId98" Type="{writing.OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'.encode()
    members["xl/_rels/workbook.xml.rels"] = members["xl/_rels/workbook.xml.rels"].replace(b"</Relationships>", related)
    add("094", "shared-strings.xlsx", writing.zipped({**members, "xl/sharedStrings.xml": strings.encode()}), names={"4": "林晓"}, **taken(6))
    add("095", "number-true.xlsx", book(_with(2, 订单号=True)), **taken(5, rej={4: "CELL_TYPE"}))
    add("095", "number-error.xlsx", book(_with(2, 订单号=Raw('<c r="{r}" t="e"><v>#N/A</v></c>'))), **taken(5, rej={4: "CELL_ERROR"}))
    outside = {
        "xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{MAIN}"><ddeLink ddeService="cmd" ddeTopic="/C calc"/></externalLink>'.encode(),
        "xl/connections.xml": f'<connections xmlns="{MAIN}"><connection id="1" url="http://127.0.0.1:9/x"/></connections>'.encode(),
        "xl/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0" + bytes(60),
        "xl/media/image1.png": b"\x89PNG" + bytes(60),
    }
    for name, content in outside.items():
        add("096", f"{name.split('/')[1].split('.')[0].lower()}.xlsx", book(rows(6), extra={name: content}), remarks=["外部链接"], **taken(6))


def _writers(found: Cases) -> None:
    """The habits of other programs: each writes the same table in its own way."""
    add = found.add
    plain = book(_with(2, 付款时间=datetime(2024, 12, 1)))
    strict = plain
    for part in ("xl/workbook.xml", SHEET, "xl/styles.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels"):
        for old, new in STRICT.items():
            if old.encode() in _part(strict, part):
                strict = writing.changed(strict, part, old.encode(), new.encode())
    add("097", "strict-namespace.xlsx", strict, **taken(6))
    add("097", "absolute-targets.xlsx", writing.changed(plain, "xl/_rels/workbook.xml.rels", b'"worksheets/', b'"/xl/worksheets/'), **taken(6))
    add("097", "prefixed-names.xlsx", _prefixed(plain), **taken(6))
    bare = _part(plain, SHEET)
    for number in range(1, 8):
        for at in range(len(HEADER)):
            bare = bare.replace(f' r="{writing.letter(at)}{number}"'.encode(), b"")
        bare = bare.replace(f'<row r="{number}"'.encode(), b"<row")
    add("097", "no-references.xlsx", writing.changed(plain, SHEET, _part(plain, SHEET), bare), **taken(6))
    add("097", "packed.xlsx", lambda: book(rows(6), packed=True), **taken(6))
    add("097", "dimension-and-views.xlsx", book(rows(6), before='<dimension ref="A1:K7"/><sheetViews><sheetView workbookViewId="0"><pane ySplit="1"/>'
        '</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>', after='<autoFilter ref="A1:K7"/>'), **taken(6))
    for saved in sorted((Path(__file__).parent / "writers").glob("*.xls*")):
        add("097", f"by-{saved.name}", saved.read_bytes, **taken(6))


def _part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def _prefixed(data: bytes) -> bytes:
    """Every element of the sheet with a prefix, as some libraries write them."""
    xml = _part(data, SHEET)
    new = re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", xml).replace(b"xmlns=", b"xmlns:x=")
    return writing.changed(data, SHEET, xml, new)
