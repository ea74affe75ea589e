"""What of an order a condition may ask of, by which operators, and how that is said."""

from collections.abc import Callable
from typing import Any, NamedTuple

from zhanggui.orders.checks.facts import Facts, LineFacts

# What the value of a condition is: some of known codes, words that are typed, an amount with its currency, a number, a time of day.
CHOICE, WORDS, MONEY, NUMBER, CLOCK = "choice", "words", "money", "number", "clock"
# How often a question about the lines must be answered with yes.
ANY, EVERY = "any", "every"
# What an observation may say in the book: the value itself, only which of the rule's own words were met, or nothing.
VALUE, WORD, NOTHING = "value", "word", "nothing"

ONE_OF, NONE_OF, BEGINS, CONTAINS = "one_of", "none_of", "begins", "contains"
AT_LEAST, AT_MOST, WITHIN, EMPTY, FILLED = "at_least", "at_most", "within", "empty", "filled"
OPS = {
    ONE_OF: "是其中之一",
    NONE_OF: "不是这些",
    BEGINS: "开头是",
    CONTAINS: "含有其中之一",
    AT_LEAST: "至少",
    AT_MOST: "至多",
    WITHIN: "在这之间",
    EMPTY: "是空的",
    FILLED: "不是空的",
}
# These are said without a value.
BARE = (EMPTY, FILLED)

Read = Callable[[Facts], Any]
ReadLine = Callable[[LineFacts], str]


class Field(NamedTuple):
    """``name`` is for machines, ``zh`` for people. A field of lines has ``of`` and ``line``; ``rest`` of a place are the endings
    people leave out. ``named``: its values are ids of things that have names."""

    name: str
    zh: str
    group: str
    kind: str
    ops: tuple[str, ...]
    read: Read | None = None
    of: str = ""
    line: ReadLine | None = None
    told: str = VALUE
    rest: str = ""
    named: bool = False
    # An order has several of them: any of the values is met by any it has.
    several: bool = False


def _place(name: str, zh: str, rest: str, read: Read) -> Field:
    # Where somebody lives stays out of the book: a rule's firing outlives the address.
    return Field(name, zh, PLACE, WORDS, (ONE_OF, NONE_OF), read, told=NOTHING, rest=rest)


def _lines(name: str, zh: str, ops: tuple[str, ...], line: ReadLine) -> tuple[Field, ...]:
    return (
        Field(f"{ANY}_{name}", f"任意一行的{zh}", GOODS, WORDS, ops, of=ANY, line=line),
        Field(f"{EVERY}_{name}", f"每一行的{zh}", GOODS, WORDS, ops, of=EVERY, line=line),
    )


ORDER, AMOUNTS, GOODS, PLACE, NOTES, BUYER = "订单", "金额和件数", "商品", "收货地", "备注和旗子", "时间和买家"
CODED = (ONE_OF, NONE_OF)
BOUNDED = (AT_LEAST, AT_MOST)
FIELDS: tuple[Field, ...] = (
    Field("shop", "店铺", ORDER, CHOICE, CODED, lambda f: f.shop_id, told=WORD, named=True),
    Field("platform", "平台", ORDER, CHOICE, CODED, lambda f: f.platform),
    Field("source", "来源", ORDER, CHOICE, CODED, lambda f: f.source),
    Field("kind", "订单种类", ORDER, CHOICE, CODED, lambda f: f.kind),
    Field("category", "订单分类", ORDER, CHOICE, (*CODED, EMPTY, FILLED), lambda f: f.category_id, told=WORD, named=True),
    Field("tags", "标签", ORDER, CHOICE, (*CODED, EMPTY, FILLED), lambda f: f.tags, told=WORD, named=True, several=True),
    Field("payment", "付款状态", ORDER, CHOICE, CODED, lambda f: f.payment),
    Field("method", "付款方式", ORDER, CHOICE, CODED, lambda f: f.method),
    Field("total", "应付", AMOUNTS, MONEY, BOUNDED, lambda f: f.total_minor),
    Field("paid", "实付", AMOUNTS, MONEY, BOUNDED, lambda f: f.paid_minor),
    Field("pieces", "件数", AMOUNTS, NUMBER, BOUNDED, lambda f: sum(line.quantity for line in f.lines)),
    Field("kinds", "商品种数", AMOUNTS, NUMBER, BOUNDED, lambda f: len({line.sku_id or line.sku_code for line in f.lines})),
    *_lines("sku", "商品编码", (ONE_OF, NONE_OF, BEGINS), lambda line: line.sku_code),
    *_lines("goods_category", "商品类目", (ONE_OF, NONE_OF), lambda line: line.category),
    *_lines("name", "商品名", (CONTAINS,), lambda line: line.name),
    _place("province", "省", "省市", lambda f: f.province),
    _place("city", "市", "市", lambda f: f.city),
    _place("district", "区县", "区县", lambda f: f.district),
    Field("buyer_note", "买家留言", NOTES, WORDS, (CONTAINS, EMPTY, FILLED), lambda f: f.buyer_note, told=WORD),
    Field("seller_note", "卖家备注", NOTES, WORDS, (CONTAINS, EMPTY, FILLED), lambda f: f.seller_note, told=WORD),
    Field("internal_note", "内部备注", NOTES, WORDS, (CONTAINS, EMPTY, FILLED), lambda f: f.internal_note, told=WORD),
    Field("flag", "旗子", NOTES, CHOICE, (*CODED, EMPTY, FILLED), lambda f: f.flag),
    Field("weekday", "下单在星期", BUYER, CHOICE, CODED),
    Field("hour", "下单时刻", BUYER, CLOCK, (WITHIN,)),
    Field("bought", "以前买过几单", BUYER, NUMBER, BOUNDED, lambda f: f.bought),
)
BY_NAME = {field.name: field for field in FIELDS}
