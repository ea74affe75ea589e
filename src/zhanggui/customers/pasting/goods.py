"""What is bought: words, how many of them, and what one costs. Which goods of ours they mean the caller says."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from zhanggui.customers.pasting.amounts import COIN, minor
from zhanggui.customers.pasting.kinds import GOODS
from zhanggui.customers.pasting.parsed import Candidate, Goods, GoodsLine
from zhanggui.customers.pasting.sheet import Sheet, Token, trimmed

UNITS = "件 个 箱 盒 瓶 袋 包 套 双 条 只 台 斤 公斤 本 支 罐 桶 份 把 张 提 对 打 顶 床 片 卷 盆 枚 部 副 串 株 板 听 kg pcs 盘 根 粒 筐 篮 捆 扎 束 朵 盏 幅"
UNIT = "|".join(sorted(UNITS.split(), key=len, reverse=True))
NUMERAL = {"一": 1, "二": 2, "两": 2, "俩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
COUNT = r"\d{1,5}|[一二两俩三四五六七八九]?十[一二三四五六七八九]?|[一二两俩三四五六七八九]"
QUANTITY = re.compile(
    rf"(?:[*×✖]\s*(?P<times>\d{{1,5}})(?![\d.])(?:\s*(?:{UNIT}))?|(?<=[\s\d\u4e00-\u9fff)])[xX]\s*(?P<ex>\d{{1,4}})(?![\dA-Za-z.])(?:\s*(?:{UNIT}))?"
    rf"|各?(?<![\d.\-A-Za-z第])(?P<count>{COUNT})\s?(?P<unit>{UNIT})(?!装|套|月|小时|人|号|半|折|\d|[/码])(?:装(?!修))?|(?:数量|qty|quantity)\s*:?\s*(?P<said>\d{{1,5}})(?:\s*(?:{UNIT}))?)",
    re.IGNORECASE,
)
PRICE = re.compile(
    rf"(?P<each>单价|每(?:{UNIT})|[@]|一(?:{UNIT}))?\s*:?\s*(?:(?P<coin>¥)\s*)?(?P<sum>\d{{1,6}}(?:\.\d{{1,2}})?)\s*(?P<coin2>{COIN})?\s*(?P<per>(?:/|每|一)\s*(?:{UNIT}))?",
    re.IGNORECASE,
)
FILLER = re.compile(
    r"^(?:您?好|请|麻烦|帮我?|给我?|我|想|再|还|另外|一共|总共|共|要|需要|买|来|订购?|下单|拍了?|购买|加|和|及|跟|还有|发|寄|配|带|以及|各|\d+[.、)]|[-+&•·])+\s*|^[\s+&,、·:-]+"
)
LEADING = re.compile(rf"^(?:.{{0,6}}?(?:要|买|来|订|拍|下单|发|寄|加|给我|帮我|再|和|各)|\s*|[-+&,、·\d.]*)\s*$")
TAIL = re.compile(r"[\s,、+&:*×@/(-]+$|(?:,|、|和|及|还有|以及|要|共|一共|总共)$")
NOTE = re.compile(r"\((?P<note>[^()]{1,30})\)\s*$")
TOTALS = re.compile(rf"^(?:一?共|总共|合计|总计)?\s*(?:{COUNT})\s*(?:{UNIT})\s*$")


class Item(NamedTuple):
    text: str
    start: int
    end: int
    quantity: int
    said: bool
    price: int | None
    clear: bool


def looks(text: str) -> bool:
    """Could these words be goods with a number?"""
    return QUANTITY.search(text) is not None


def number(match: re.Match[str]) -> int:
    text = match["times"] or match["ex"] or match["count"] or match["said"]
    if text.isdigit():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return NUMERAL.get(tens, 1) * 10 + NUMERAL.get(ones, 0)
    return NUMERAL[text]


def take(sheet: Sheet, zones: list[tuple[int, int]], skus: Goods | None) -> tuple[GoodsLine, ...]:
    """The goods in what is left of the message; claimed. ``zones``: where the message says that goods are meant."""
    items: list[Item] = []
    for clause in list(sheet.clauses()):
        labelled = any(start <= clause.start and clause.end <= end for start, end in zones)
        items += _items(clause, labelled)
    for item in items:
        sheet.claim(item.start, item.end, GOODS)
    return tuple(_line(item, skus) for item in items)


def _items(clause: Token, labelled: bool) -> list[Item]:
    found = []
    marks = list(QUANTITY.finditer(clause.text))
    at = 0
    for nth, mark in enumerate(marks):
        before = clause.text[at : mark.start()]
        until = marks[nth + 1].start() if nth + 1 < len(marks) else len(clause.text)
        end = mark.end()
        name, price, clear = _priced_before(before)
        start = at
        if LEADING.match(name) and price is None:
            # 要两箱苹果: the number comes first.
            behind = clause.text[end:until]
            if nth + 1 < len(marks):
                cut = re.search(r"[+&、\s]|和|还有", behind.strip())
                behind = behind[: behind.find(cut.group(), len(behind) - len(behind.lstrip()))] if cut else behind
            name, price, clear = _priced_before(behind)
            end += len(behind)
            if not _wordy(name):
                at = end
                continue
        else:
            after = PRICE.match(clause.text, end, until)
            if after and (after["coin"] or after["coin2"] or after["each"] or after["per"]):
                each = bool(after["each"] or after["per"])
                sum_, count = minor(after["sum"]), number(mark)
                if price is None and count and (each or count == 1):
                    price, clear = sum_, True
                elif price is None and count and sum_ % count == 0:
                    price, clear = sum_ // count, False
                end = after.end()
        cleaned = _cleaned(Token(name, clause.start + start, clause.start + mark.start()))
        if cleaned.text and _wordy(cleaned.text):
            found.append(Item(cleaned.text, clause.start + start, clause.start + end, number(mark), True, price, clear))
        at = end
    if not marks and labelled and _wordy(clause.text):
        name, price, clear = _priced_before(clause.text)
        cleaned = _cleaned(Token(name, clause.start, clause.end))
        if cleaned.text:
            found.append(Item(cleaned.text, clause.start, clause.end, 1, False, price, clear))
    return found


def _priced_before(text: str) -> tuple[str, int | None, bool]:
    """(words, price of one, is that clear): a price at their end, or in the middle of them."""
    for match in PRICE.finditer(text):
        if match["coin"] or match["coin2"] or match["each"]:
            kept = f"{text[: match.start()]} {text[match.end() :]}"
            return kept, minor(match["sum"]), True
    return text, None, False


def _wordy(text: str) -> bool:
    return re.search(r"[\u4e00-\u9fff]|[A-Za-z]{2}|[A-Za-z]\d|\d[A-Za-z]|\d{4,}", text) is not None


def _cleaned(token: Token) -> Token:
    text = token.text
    for _ in range(3):
        text = TAIL.sub("", FILLER.sub("", text.strip()))
    return trimmed(Token(text, token.start, token.end), extra="-+&")


def _line(item: Item, skus: Goods | None) -> GoodsLine:
    text = " ".join(item.text.split())
    note = NOTE.search(text)
    if note and not re.search(r"\d|码|色|款|装", note["note"]):
        text = text[: note.start()].strip()
    else:
        note = None
    candidates = tuple(meant(text, skus))
    one = len(candidates) == 1 or bool(candidates and candidates[0].code.lower() in (text.lower(), text.split(" ")[0].lower()))
    sure = item.said and (item.price is None or item.clear) and (skus is None or one)
    return GoodsLine(text, item.quantity, item.price, note["note"] if note else "", sure, ((item.start, item.end),), candidates)


def meant(text: str, skus: Goods | None) -> Sequence[Candidate]:
    """The caller's goods these words may mean: by code, by name, by all the words of a name."""
    if skus is None:
        return ()
    if not isinstance(skus, Mapping):
        return tuple(skus(text))[:10]
    said = text.lower()
    exact = [Candidate(code, name) for code, name in skus.items() if said in (code.lower(), name.lower())]
    if exact:
        return exact
    words = [word for word in re.split(r"[\s,/()+-]+", said) if word]
    inside = [Candidate(code, name) for code, name in skus.items() if code.lower() in words]
    return inside or [
        Candidate(code, name) for code, name in skus.items() if words and all(word in f"{code} {name}".lower() for word in words)
    ][:10]
