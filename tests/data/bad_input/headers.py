"""051-068: headers, and the numbers orders and goods are known by."""

from datetime import datetime

from tests.data.bad_input.oracle import PLACES, Cases, asks, offers, refused, taken
from tests.data.bad_input.writing import HEADER, Raw, book, header, row, rows, text

LETTERS = {"order_no": "A", "sku": "B", "quantity": "C", "unit": "D", "name": "E", "phone": "F", "province": "G", "city": "H", "district": "I",
           "street": "J", "paid_at": "K"}  # fmt: skip
FRENCH = ("Numéro de commande", "Référence", "Quantité", "Prix", "Destinataire")


def cases() -> Cases:
    found = Cases()
    _headers(found)
    _order_numbers(found)
    _goods(found)
    return found


def _headers(found: Cases) -> None:
    add = found.add
    add("051", "no-header.csv", text(rows(6), None).encode(), mapping=LETTERS, **asks("HEADERS_UNKNOWN", {"header_row": "0"}, taken(6)))
    add("051", "no-header.xlsx", book(rows(6), None), mapping=LETTERS, **asks("HEADERS_UNKNOWN", {"header_row": "0"}, taken(6)))
    add("052", "two-quantities.csv", text([[*cells, "3"] for cells in rows(6)], header("数量")).encode(), **refused("DUPLICATE_HEADER"))
    add("052", "two-quantities.xlsx", book([[*cells, "3"] for cells in rows(6)], header("数 量")), **refused("DUPLICATE_HEADER"))
    odd = {"订单号": "\u200b订单号", "商品编码": " 商品 编码 ", "数量": "数量\n", "单价": "单\u3000价", "手机": "手机\ufeff"}
    add("053", "odd-header.csv", text(rows(6), [odd.get(word, word) for word in HEADER]).encode(), **taken(6))
    wide = ["Ｏｒｄｅｒ　Ｎｏ", "ＳＫＵ", "Ｑｕａｎｔｉｔｙ", "Unit Price", *HEADER[4:]]
    add("053", "full-width-header.csv", text(rows(6), wide).encode(), **taken(6))
    for word in ("订单号", "数量", "单价"):
        at = HEADER.index(word)
        table = [[*cells[:at], *cells[at + 1 :]] for cells in rows(6)]
        head = [*HEADER[:at], *HEADER[at + 1 :]]
        add("054", f"without-{('number', '', 'quantity', 'price')[at]}.csv", text(table, head).encode(), lacks=word, **refused("HEADERS_MISSING"))
    add("055", "more-columns.csv", text([[*cells, "甲", "乙"] for cells in rows(6)], header("仓管", "星级")).encode(),
        remarks=["仓管", "星级"], **offers("extras", "note", taken(6), taken(6)))
    turned = [cells[::-1] for cells in rows(6)]
    add("056", "columns-turned-round.csv", text(turned, HEADER[::-1]).encode(), **taken(6))
    add("056", "mapped-by-place-has-a-header.csv", text(turned, ["甲乙", *HEADER[:0], *(f"列{at}" for at in range(10))]).encode(),
        mapping=LETTERS, **refused("HEADERS_MISSING"))
    merged = [["订单信息", "", "", "", "收件信息", "", "", "", "", "", ""], list(HEADER), *rows(6)]
    spans = '<mergeCells count="2"><mergeCell ref="A1:D1"/><mergeCell ref="E1:K1"/></mergeCells>'
    add("057", "header-of-two-rows.xlsx", book(merged, None, after=spans), **asks("ASK_HEADER", {"header_row": "2"}, taken(6)))
    add("057", "header-of-two-rows.csv", text(merged, None).encode(), **asks("ASK_HEADER", {"header_row": "2"}, taken(6)))
    foreign = [[f"T{at}", "TEA", "2", "10.00", "Amélie"] for at in range(1, 7)]
    names = dict(zip(("order_no", "sku", "quantity", "unit", "name"), FRENCH, strict=True))
    add("058", "french.csv", text(foreign, FRENCH).encode(), mapping=names, **asks("HEADERS_UNKNOWN", {}, taken(6)))


def _order_numbers(found: Cases) -> None:
    add = found.add
    bad = (
        ("059", "scientific", "1.23457E+18", "SCIENTIFIC_NOTATION"), ("066", "long", "9" * 300, "ID_TOO_LONG"),
        ("066", "line-break", "A\nB", "CONTROL_CHAR"), ("068", "decimal-text", "12345.0", "DECIMAL_ID"),
    )  # fmt: skip
    for number, name, said, code in bad:
        for word, at in PLACES:
            table = rows(6)
            table[at][0] = said
            more = 1 if "\n" in said else 0
            add(number, f"{name}-{word}.csv", text(table).encode(), **taken(5, rej={at + 2: code}), lines=more)
    for word, at in PLACES:
        table = rows(6)
        table[at][0] = 1234567890123456789
        add("060", f"nineteen-digits-as-a-number-{word}.xlsx", book(table), **taken(5, rej={at + 2: "PRECISION_LOST"}))
        table[at][0] = 12345.0
        add("068", f"whole-number-{word}.xlsx", book(table), numbers={str(at + 2): "12345"}, **taken(6))
        table[at][0] = 12345.5
        add("068", f"fraction-{word}.xlsx", book(table), **taken(5, rej={at + 2: "DECIMAL_ID"}))
        table = rows(6)
        table[at][0] = '="1234567890123456789"'
        add("061", f"wrapped-{word}.csv", text(table).encode(), numbers={str(at + 2): "1234567890123456789"}, **taken(6))
        table[at][0] = "'1234567890123456789"
        add("062", f"apostrophe-{word}.csv", text(table).encode(), numbers={str(at + 2): "1234567890123456789"}, **taken(6, warn={at + 2: "PADDED"}))
        table[at][0] = "1234567890123456789\t"
        add("062", f"tab-behind-{word}.csv", text(table).encode(), numbers={str(at + 2): "1234567890123456789"}, **taken(6, warn={at + 2: "PADDED"}))
    odd = (("slash", "A/1%'\"B"), ("sql", "1'; DROP TABLE orders;--"), ("script", "<script>alert(1)</script>"), ("leading-zeros", "000123"))
    for name, said in odd:
        table = rows(6)
        table[2][0] = said
        add("066", f"odd-number-{name}.csv", text(table).encode(), numbers={"4": said}, **taken(6))
    lines = [row(1), row(1, 订单号="", 商品编码="MUG"), row(2), row(3), row(3, 订单号="", 商品编码="MUG")]
    plain = taken(3, rej={3: "ORDER_NO_BLANK", 6: "ORDER_NO_BLANK"})
    add("067", "continuation-lines.csv", text(lines).encode(), orders=3, **offers("fill", "down", plain, taken(5)))
    first = [row(1, 订单号=""), row(2)]
    add("067", "continuation-of-nothing.csv", text(first).encode(),
        **offers("fill", "down", taken(1, rej={2: "ORDER_NO_BLANK"}), taken(1, rej={2: "ORDER_NO_BLANK"})))


def _goods(found: Cases) -> None:
    add = found.add
    for name, said in (("zeros", "000123"), ("letter-e", "00E1"), ("like-a-float", "1E5"), ("month", "MAR1"), ("like-a-date", "2-3")):
        add("063", f"sku-{name}.csv", text([row(1, 商品编码=said)]).encode(), skus=[said], **taken(1))
    for word, at in PLACES:
        for name, value in (("date", datetime(2024, 3, 1)), ("fraction", 2.5)):
            table = rows(6)
            table[at][1] = value
            add("063", f"sku-{name}-{word}.xlsx", book(table), **taken(5, rej={at + 2: "SKU_MANGLED"}))
        table = rows(6)
        table[at][1] = 100000
        add("063", f"sku-number-{word}.xlsx", book(table),
            **offers("sku_numbers", "take", taken(5, rej={at + 2: "SKU_MANGLED"}), taken(6)))
    same = [row(nth, 商品编码=said) for nth, said in enumerate(("ABC-1", "ＡＢＣ－１", "abc-1", "A\u200bBC-1", "ABC -1"), 1)]
    add("064", "one-code-five-ways.csv", text(same).encode(), skus=["ABC-1"], **taken(5))
    head = ("商品编码", "商品名称")
    add("064", "two-codes-of-one-form.csv", text([["CUP-1", "杯"], ["ＣＵＰ－１", "杯子"], ["POT", "壶"]], head).encode(), kind="goods",
        **taken(2, rej={3: "AMBIGUOUS_SKU"}))
    # Goods nobody knows: they wait for a person, or are made, or their orders stay out, as somebody chooses.
    unknown = {"options": {"create_goods": False}, "held": True}
    add("065", "unknown-goods.csv", text(rows(6)).encode(), **unknown,
        **offers("goods", "reject", taken(6), taken(0, rej=dict.fromkeys(range(2, 8), "SKU_UNKNOWN"))))
    add("065", "unknown-goods-made.csv", text(rows(6)).encode(), options={"create_goods": False}, skus=["TEA"],
        **offers("goods", "create", taken(6), taken(6)))
    add("095", "sku-true.xlsx", book([row(1), row(2, 商品编码=Raw('<c r="{r}" t="b"><v>1</v></c>'))]), **taken(1, rej={3: "SKU_MANGLED"}))
