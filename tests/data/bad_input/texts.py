"""029-050: encodings, and the grammar of text files."""

from tests.data.bad_input.oracle import PLACES, Cases, asks, refused, taken
from tests.data.bad_input.writing import HEADER, row, rows, text

TRADITIONAL = (("訂單編號", "商品編碼", "數量", "單價", "收貨人"), [[f"T{at}", "TEA", "2", "10.00", "陳國華灣臺"] for at in range(1, 7)])
JAPANESE = (("注文番号", "商品コード", "数量", "単価", "名前"), [[f"T{at}", "TEA", "2", "10.00", "さくらハナコ"] for at in range(1, 7)])
SMALL = ("Order No", "SKU", "Quantity", "Unit Price", "Goods")
MAPPED = {"order_no": 0, "sku": 1, "quantity": 2, "unit": 3, "name": 4}


def mapping(head: tuple[str, ...]) -> dict[str, str]:
    return {field: head[at] for field, at in MAPPED.items()}


def cases() -> Cases:
    found = Cases()
    _encodings(found)
    _grammar(found)
    return found


def _encodings(found: Cases) -> None:
    add = found.add
    good = text(rows(6))
    add("029", "bom.csv", good.encode("utf-8-sig"), **taken(6))
    add("030", "gbk.csv", good.encode("gbk"), **taken(6))
    add("030", "gb18030-tabs.txt", text(rows(6), delimiter="\t").encode("gb18030"), **taken(6))
    add("030", "english-header-gbk.csv", text([[f"T{at}", "TEA", "2", "10.00", "绿茶"] for at in range(1, 7)], SMALL).encode("gbk"), **taken(6))
    for word, at in PLACES:
        table = rows(6)
        table[at][4] = "㐂𠮷"
        add("031", f"rare-name-{word}.csv", text(table).encode("gb18030"), names={str(at + 2): "㐂𠮷"}, **taken(6))
    for encoding, word, (head, table) in (("cp950", "big5", TRADITIONAL), ("cp932", "shift-jis", JAPANESE)):
        content = text(table, head).encode(encoding)
        choose = {"encoding": encoding}
        add("032", f"{word}.csv", content, mapping=mapping(head), **asks("ASK_ENCODING", choose, taken(6)))
        content = text(table, SMALL).encode(encoding)
        add("032", f"{word}-english-header.csv", content, **asks("ASK_ENCODING", choose, taken(6)))
    add("033", "utf16-le.csv", b"\xff\xfe" + good.encode("utf-16-le"), **taken(6))
    add("033", "utf16-be.csv", b"\xfe\xff" + good.encode("utf-16-be"), **taken(6))
    add("033", "utf32.csv", good.encode("utf-32"), **refused("UNSUPPORTED"))
    for end in ("le", "be"):
        choose = {"encoding": f"utf-16-{end}"}
        add("034", f"utf16-{end}-without-bom.csv", good.encode(f"utf-16-{end}"), **asks("ASK_ENCODING", choose, taken(6)))
    long = text(rows(600)).encode().split(b"\n")
    for line in (2, 500, 601):
        broken = [*long]
        broken[line - 1] = broken[line - 1].replace(b"TEA", b"TE\xff")
        add("035", f"bad-byte-row-{line}.csv", lambda broken=broken: b"\n".join(broken), row=line, **refused("BAD_BYTES"))
    for word, name in (("one", "茅"), ("two", "茅台")):
        content = text([[f"T{at}", "TEA", "2", "10.00", name] for at in range(1, 7)], SMALL).encode("gbk")
        add("036", f"gbk-that-is-utf8-{word}.csv", content, **asks("ASK_ENCODING", {"encoding": "gb18030"}, taken(6)))
    accents = text([[f"T{at}", "TEA", "2", "10.00", "Café crème"] for at in range(1, 7)], SMALL).encode()
    add("036", "accents-are-no-doubt.csv", accents, **taken(6))
    lines = good.split("\n")
    add("037", "utf8-then-gbk.csv", "\n".join(lines[:4]).encode() + b"\n" + "\n".join(lines[4:]).encode("gbk"), row=5, **refused("BAD_BYTES"))
    glued = "\n".join(lines[:4]).encode("gbk") + "\nA,,,,林小满的订单".encode()
    add("037", "gbk-then-utf8.csv", glued, row=5, **refused("BAD_BYTES"))
    garbled = good.encode().decode("gb18030", "ignore").encode()
    add("038", "garbled.csv", garbled, **refused("HEADERS_UNKNOWN"))
    for word, at in PLACES:
        table = rows(6)
        table[at][4] = "林\0晓"
        add("039", f"nul-{word}.csv", text(table).encode(), **taken(5, rej={at + 2: "CONTROL_CHAR"}))


def _grammar(found: Cases) -> None:
    add = found.add
    good = text(rows(6))
    for word, end in (("cr", "\r"), ("lf", "\n"), ("crlf", "\r\n")):
        add("040", f"{word}.csv", good.replace("\n", end).encode(), **taken(6))
    mixed = good.split("\n")
    add("040", "mixed.csv", (mixed[0] + "\r" + mixed[1] + "\r\n" + "\n".join(mixed[2:])).encode(), **taken(6))
    table = [row(1, 详细地址="文三路\n1 号"), row(2), row(3, 数量="0"), row(4)]
    add("041", "break-in-quotes.csv", text(table).encode(), **taken(3, rej={5: "QTY_RANGE"}))
    add("041", "break-in-quotes-crlf.csv", text(table, end="\r\n").encode(), **taken(3, rej={5: "QTY_RANGE"}))
    for word, at in PLACES:
        lines = good.split("\n")
        lines[at + 1] = lines[at + 1].replace("TEA", '"TEA')
        add("042", f"unclosed-quote-{word}.csv", "\n".join(lines).encode(), row=at + 2, **refused("UNCLOSED_QUOTE"))
        lines = good.split("\n")
        lines[at + 1] = lines[at + 1].replace("林晓", '"林"晓')
        stray = "\n".join(lines).encode()
        add("043", f"stray-quote-{word}.csv", stray, **asks("ASK_QUOTES", {"quotes": "plain"}, taken(6)))
        add("043", f"stray-quote-strict-{word}.csv", stray, options={"strict": True}, row=at + 2, **refused("STRAY_QUOTE"))
    for word, mark in (("semicolon", ";"), ("tab", "\t"), ("bar", "|")):
        add("044", f"{word}.csv", text(rows(6), delimiter=mark).encode(), **taken(6))
    wide = good.replace(",", "，").encode()
    add("044", "full-width-comma.csv", wide, **asks("ASK_DELIMITER", {"delimiter": "，"}, taken(6)))
    add("045", "sep-line.csv", ("sep=;\n" + text(rows(6), delimiter=";")).encode(), **taken(6))
    add("045", "sep-line-quoted.csv", ('"sep=|"\n' + text(rows(6), delimiter="|")).encode(), **taken(6))
    for word, at in PLACES:
        few = rows(6)
        few[at] = few[at][:5]
        many = rows(6)
        many[at] = [*many[at], "多", "出"]
        add("046", f"too-few-cells-{word}.csv", text(few).encode(), **taken(5, rej={at + 2: "COLUMN_COUNT"}))
        add("046", f"too-many-cells-{word}.csv", text(many).encode(), **taken(5, rej={at + 2: "COLUMN_COUNT"}))
    add("047", "commas-only.csv", lambda: (good + "," * 10 + ("\n" + "," * 10) * 9_999).encode(), **taken(6, blank=10_000))
    table = [[*cells, "", "", ""] for cells in rows(6)]
    add("047", "blank-columns-at-the-end.csv", (text(table, (*HEADER, "", "", "")) + "\n\n\n").encode(), **taken(6, blank=3))
    add("047", "blank-line-in-the-middle.csv", text([*rows(3), [], *[row(nth) for nth in (4, 5, 6)]]).encode(), **taken(6, blank=1))
    for word, at in PLACES:
        table = rows(6)
        table[at][9] = "长" * 66_000
        content = text(table).encode()
        add("048", f"cell-of-200-kb-{word}.csv", lambda content=content: content, **taken(5, rej={at + 2: "CELL_TOO_LONG"}))
    add("049", "one-endless-line.csv", lambda: good.encode() + b"x" * (6 * 1024 * 1024), **refused("CELL_TOO_LONG"))
    add("049", "one-endless-line-in-quotes.csv", lambda: good.encode() + b'"' + b"x,\n" * 3_000_000, **refused("UNCLOSED_QUOTE"))
    title = "三月订单报表,,,\n导出时间：2024-03-09,,,\n" + good
    add("050", "title-above.csv", title.encode(), **asks("ASK_HEADER", {"header_row": "3"}, taken(6)))
    add("050", "comment-above.csv", ("# exported by hand\n" + good).encode(), **asks("ASK_HEADER", {"header_row": "2"}, taken(6)))
    add("050", "totals-below.csv", (good + "合计,,12,60.00,,,,,,,\n").encode(), **taken(6, blank=1))
    add("050", "totals-below-in-words.csv", (good + "合计,共 12 件,,60.00,,,,,,,\n").encode(), **taken(6, rej={8: "NOT_AN_ORDER"}))
    add("050", "totals-below-without-number.csv", (good + ",合计,12,60.00,,,,,,,\n").encode(), **taken(6, blank=1))
