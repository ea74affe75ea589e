"""098-104: words, people, the same order again, and sheer size."""

from tests.data.bad_input.oracle import PLACES, Cases, refused, taken
from tests.data.bad_input.writing import Raw, book, header, row, rows, text

NOTES = (
    ("hyperlink", '=HYPERLINK("http://127.0.0.1:9/","x")'), ("dde", "=cmd|' /C calc'!A0"), ("plus", "+1+1"), ("minus", "-2+3"), ("at", "@SUM(1)"),
    ("full-width", "＝1+1"),
)  # fmt: skip
EVIL = (
    ("tag", "<img src=x onerror=alert(1)>"), ("braces", "{{7*7}}"), ("jndi", "${jndi:ldap://127.0.0.1/a}"), ("percent", "%00"),
    ("log-line", "好\n2024-01-01 ERROR root: fake"), ("sql", "'); DROP TABLE orders;--"),
)  # fmt: skip
ODD = (
    ("family", "👨‍👩‍👧‍👦 收"), ("combining", "e\u0301 ñ"), ("turned", "a\u202egnp.exe"), ("zalgo", "Z\u0351\u0343\u0329a\u0300\u0301"),
    ("private", "\ue000"), ("four-bytes", "𠮷野家"), ("arabic", "مرحبا"),
)  # fmt: skip
PHONES = (
    ("masked", "138****1234", "PHONE_MASKED"), ("extension", "18877771111-123", ""), ("plus-86", "+86 139 0000 0001", ""),
    ("landline", "0571-88887777", ""),
    ("words", "请打门铃", "PHONE_FORMAT"),
)  # fmt: skip


def cases() -> Cases:
    found = Cases()
    add = found.add
    for number, words in (("098", NOTES), ("099", EVIL), ("100", ODD)):
        for name, said in words:
            table = [[*cells, said if nth == 2 else ""] for nth, cells in enumerate(rows(6))]
            content = text(table, header("买家留言")).encode()
            add(number, f"note-{name}.csv", content, notes={"4": said}, **taken(6))
    for word, at in PLACES:
        table = [[*cells, "好\x07的" if nth == at else ""] for nth, cells in enumerate(rows(6))]
        add("100", f"control-{word}.csv", text(table, header("买家留言")).encode(), **taken(5, rej={at + 2: "CONTROL_CHAR"}))
    lone = text(rows(6)).replace("林晓", "林\ud800", 1).encode("utf-8", "surrogatepass")
    add("100", "lone-surrogate.csv", lone, row=2, **refused("BAD_BYTES"))
    lone = Raw('<c r="{r}" t="inlineStr"><is><t>&#xD800;</t></is></c>')
    add("100", "lone-surrogate.xlsx", book([row(1, 收件人=lone), row(2)]), **refused("CORRUPT"))
    for word, at in PLACES:
        table = rows(6)
        table[at][9] = "长" * 5_000
        content = text(table).encode()
        add("101", f"address-of-5000-{word}.csv", lambda content=content: content, **taken(5, rej={at + 2: "CELL_TOO_LONG"}))
        table[at][9] = "长" * 600
        add("101", f"address-of-600-{word}.csv", text(table).encode(), **taken(5, rej={at + 2: "CELL_TOO_LONG"}))
    for name, said, code in PHONES:
        table = rows(6)
        table[2][5] = said
        add("101", f"phone-{name}.csv", text(table).encode(), **taken(6, warn={4: code} if code else {}))
    twice = [*rows(3), row(2), row(4)]
    add("102", "row-twice.csv", text(twice).encode(), orders=4, **taken(4, dup=1))
    add("102", "row-twice-at-once.csv", text([row(1), row(1), row(2)]).encode(), orders=2, **taken(2, dup=1))
    other = [*rows(3), row(2, 收件人="王五", 详细地址="别处"), row(4)]
    add("102", "number-twice-with-another-buyer.csv", text(other).encode(), **taken(3, rej={3: "CONFLICTING_VALUE", 5: "CONFLICTING_VALUE"}))
    add("104", "10000-rows.csv", lambda: text(rows(10_000)).encode(), **taken(10_000))
    add("104", "10000-rows-bad-at-the-ends.csv", lambda: long(), **taken(9_997, rej={2: "QTY_RANGE", 5_001: "QTY_RANGE", 10_001: "QTY_RANGE"}))
    add("104", "10000-rows.xlsx", lambda: book(rows(10_000), packed=True), **taken(10_000))
    return found


def long() -> bytes:
    table = rows(10_000)
    for at in (0, 4_999, 9_999):
        table[at][2] = "0"
    return text(table).encode()
