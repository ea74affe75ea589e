"""069-087: numbers, money and dates."""

from datetime import datetime

from tests.data.bad_input.oracle import PLACES, Cases, asks, taken
from tests.data.bad_input.writing import Raw, book, header, row, rows, text

BAD_QUANTITIES = (
    ("069", "minus", "-1", "QTY_RANGE"), ("069", "zero", "0", "QTY_RANGE"), ("070", "half", "1.5", "QTY_NOT_WHOLE"),
    ("071", "nan", "NaN", "NUMBER_FORMAT"), ("071", "infinity", "Infinity", "NUMBER_FORMAT"), ("071", "1e400", "1e400", "NUMBER_FORMAT"),
    ("072", "1E3", "1E3", "NUMBER_FORMAT"), ("072", "plus", "+3", "NUMBER_FORMAT"), ("072", "hex", "0x10", "NUMBER_FORMAT"),
    ("072", "underscore", "1_000", "NUMBER_FORMAT"), ("072", "arabic", "٣", "NUMBER_FORMAT"), ("074", "billion", "1000000000", "QTY_RANGE"),
    ("079", "empty", "", "BLANK"),
)  # fmt: skip
BAD_PRICES = (
    ("071", "nan", "NaN", "NUMBER_FORMAT"), ("071", "1e400", "1e400", "NUMBER_FORMAT"), ("073", "european", "1.000,00", "NUMBER_FORMAT"),
    ("073", "brackets", "(5.00)", "NUMBER_FORMAT"), ("073", "minus-behind", "5-", "NUMBER_FORMAT"), ("073", "percent", "12%", "NUMBER_FORMAT"),
    ("074", "10-to-15", "1000000000000000", "AMOUNT_RANGE"),
    ("075", "three-decimals", "9.999", "TOO_PRECISE"), ("076", "minus", "-1.00", "PRICE_RANGE"),
)  # fmt: skip
BAD_DATES = (
    ("082", "30-february", "2024-02-30", "DATE_FORMAT"), ("082", "zeros", "0000-00-00", "DATE_FORMAT"),
    ("082", "hashes", "#########", "DATE_FORMAT"),
    ("085", "two-digit-year", "24-3-8", "DATE_FORMAT"), 
    ("085", "minguo", "民国113年3月8日", "DATE_FORMAT"), ("086", "future", "2099-01-01", "DATE_RANGE"),
    ("086", "before-2000", "1999-12-31 10:00:00", "DATE_RANGE"), ("087", "phantom-day", "1900-02-29", "DATE_FORMAT"),
    ("087", "serial-60", "60", "DATE_RANGE"),
    ("087", "negative-serial", "-5", "DATE_RANGE"),
)  # fmt: skip


def cases() -> Cases:
    found = Cases()
    _quantities(found)
    _money(found)
    _dates(found)
    return found


def _with(at: int, **said: object) -> list[list[object]]:
    table = rows(6)
    table[at] = row(at + 1, **said)
    return table


def _quantities(found: Cases) -> None:
    for number, name, said, code in BAD_QUANTITIES:
        for word, at in PLACES:
            found.add(number, f"quantity-{name}-{word}.csv", text(_with(at, 数量=said)).encode(), **taken(5, rej={at + 2: code}))
    found.add("069", "typed-zero.xlsx", book(_with(2, 数量=0)), **taken(5, rej={4: "QTY_RANGE"}))
    found.add("070", "typed-half.xlsx", book(_with(2, 数量=1.5)), **taken(5, rej={4: "QTY_NOT_WHOLE"}))
    found.add("070", "one-point-zero.csv", text(_with(2, 数量="1.0")).encode(), **taken(6))
    found.add("070", "typed-one.xlsx", book(_with(2, 数量=1.0)), **taken(6))
    found.add("072", "full-width.csv", text(_with(2, 数量="１２")).encode(), **taken(6, warn={4: "FULL_WIDTH"}))
    found.add("095", "typed-true.xlsx", book(_with(2, 数量=True)), **taken(5, rej={4: "CELL_TYPE"}))
    found.add("095", "formula-text.xlsx", book(_with(2, 数量=Raw('<c r="{r}" t="str"><v>2</v></c>'))), **taken(6))


def _money(found: Cases) -> None:
    add = found.add
    for number, name, said, code in BAD_PRICES:
        for word, at in PLACES:
            add(number, f"price-{name}-{word}.csv", text(_with(at, 单价=said)).encode(), **taken(5, rej={at + 2: code}))
    for name, said in (("thousands", "1,000.50"), ("yen-sign", "￥1,234.50"), ("sign", "¥9.90"), ("word", "9.90元")):
        add("073", f"price-{name}.csv", text(_with(2, 单价=said)).encode(), **taken(6))
    add("074", "typed-10-to-15.xlsx", book(_with(2, 单价=1e15)), **taken(5, rej={4: "AMOUNT_RANGE"}))
    add("074", "product-too-large.csv", text(_with(2, 单价="9999999999", 数量="1000000")).encode(), **taken(5, rej={4: "AMOUNT_RANGE"}))
    add("075", "float-tail.xlsx", book(_with(2, 单价=19.900000000000002)), **taken(6))
    add("075", "typed-too-fine.xlsx", book(_with(2, 单价=9.999)), **taken(5, rej={4: "TOO_PRECISE"}))
    add("076", "gift.csv", text(_with(2, 单价="0")).encode(), **taken(6, warn={4: "ZERO_PRICE"}))
    for word, at in PLACES:
        for name, said in (("minus", "-5"), ("more-than-all", "20.01")):
            table = [[*cells, said if nth == at else ""] for nth, cells in enumerate(rows(6))]
            add("076", f"discount-{name}-{word}.csv", text(table, header("整单优惠")).encode(), **taken(5, rej={at + 2: "DISCOUNT_RANGE"}))
        for name, said, more in (
            ("one-fen", "20.01", taken(6, warn={at + 2: "OFF_BY_ONE"})), ("more", "25.00", taken(5, rej={at + 2: "TOTAL_MISMATCH"})),
            ("less", "15.00", taken(5, rej={at + 2: "TOTAL_MISMATCH"})),
        ):  # fmt: skip
            table = [[*cells, said if nth == at else ""] for nth, cells in enumerate(rows(6))]
            add("077", f"total-off-by-{name}-{word}.csv", text(table, header("订单总额")).encode(), **more)
    mixed = [[*row(1), "CNY"], [*row(1, 商品编码="MUG"), "USD"], [*row(2), "CNY"]]
    conflict = {2: "CONFLICTING_VALUE", 3: "CONFLICTING_VALUE"}
    add("078", "two-currencies.csv", text(mixed, header("币种")).encode(), **taken(1, rej=conflict))
    add("078", "unknown-currency.csv", text([[*row(1), "XYZ"], [*row(2), "CNY"]], header("币种")).encode(), **taken(1, rej={2: "CURRENCY_UNKNOWN"}))


def _dates(found: Cases) -> None:
    add = found.add
    for number, name, said, code in BAD_DATES:
        for word, at in PLACES:
            add(number, f"date-{name}-{word}.csv", text(_with(at, 付款时间=said)).encode(), **taken(5, rej={at + 2: code}))
    day = "2024-12-01T00:00:00+08:00"
    add("080", "typed-date.xlsx", book(_with(2, 付款时间=datetime(2024, 12, 1))), paid={"4": day}, **taken(6))
    add("080", "typed-date-1904.xlsx", book(_with(2, 付款时间=Raw('<c r="{r}" s="1"><v>44165</v></c>')), of_book='<workbookPr date1904="1"/>'),
        paid={"4": day}, **taken(6))
    serial = text(_with(2, 付款时间="45627")).encode()
    add("080", "serial.csv", serial, paid={"4": day}, **asks("ASK_SERIALS", {"serials": "1900"}, taken(6)))
    add("080", "serial-1904.csv", text(_with(2, 付款时间="44165")).encode(), paid={"4": day}, **asks("ASK_SERIALS", {"serials": "1904"}, taken(6)))
    add("080", "serial-left-out.csv", serial, **asks("ASK_SERIALS", {"serials": "leave"}, taken(5, rej={4: "DATE_SERIAL"})))
    add("080", "untyped-number.xlsx", book(_with(2, 付款时间=45627)), paid={"4": day}, **asks("ASK_SERIALS", {"serials": "1900"}, taken(6)))
    either = text(_with(2, 付款时间="03/04/2024 10:00")).encode()
    for order, at in (("dmy", "2024-04-03T10:00:00+08:00"), ("mdy", "2024-03-04T10:00:00+08:00")):
        add("081", f"day-or-month-{order}.csv", either, paid={"4": at}, **asks("ASK_DATES", {"dates": order}, taken(6)))
    add("081", "day-or-month-left-out.csv", either, **asks("ASK_DATES", {"dates": "leave"}, taken(5, rej={4: "DATE_ORDER"})))
    add("082", "typed-hashes.xlsx", book(_with(2, 付款时间="#########")), **taken(5, rej={4: "DATE_FORMAT"}))
    for name, said in (("gap", "2024/3/10 2:30"), ("twice", "2024/11/3 1:30")):
        content = text(_with(2, 付款时间=said)).encode()
        add("083", f"clock-turned-{name}.csv", content, zone="America/New_York", **taken(6, warn={4: "AMBIGUOUS_TIME"}))
    for name, said in (
        ("offset", "2024-12-01T00:00:00+08:00"), ("zulu", "2024-11-30T16:00:00Z"), ("epoch", "1732982400"), ("epoch-ms", "1732982400000"),
    ):  # fmt: skip
        add("084", f"{name}.csv", text(_with(2, 付款时间=said)).encode(), paid={"4": day}, **taken(6))
    add("085", "day-only.csv", text(_with(2, 付款时间="2024-12-01")).encode(), paid={"4": day}, **taken(6))
    add("085", "chinese.csv", text(_with(2, 付款时间="2024年3月8日 下午2:30")).encode(), paid={"4": "2024-03-08T14:30:00+08:00"}, **taken(6))
    add("087", "typed-serial-60.xlsx", book(_with(2, 付款时间=Raw('<c r="{r}" s="1"><v>60</v></c>'))), **taken(5, rej={4: "DATE_RANGE"}))
    add("087", "typed-negative.xlsx", book(_with(2, 付款时间=Raw('<c r="{r}" s="1"><v>-5</v></c>'))), **taken(5, rej={4: "DATE_FORMAT"}))
