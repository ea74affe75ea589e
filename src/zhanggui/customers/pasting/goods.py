"""What is bought: words, how many of them, and what one costs. Which goods of ours they mean the caller says."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from zhanggui.customers.pasting import names, products
from zhanggui.customers.pasting.amounts import COIN, minor
from zhanggui.customers.pasting.kinds import GOODS
from zhanggui.customers.pasting.parsed import Candidate, Goods, GoodsLine
from zhanggui.customers.pasting.products import Priced
from zhanggui.customers.pasting.sheet import INNER, Sheet, Token

UNITS = (
    "件 个 箱 盒 瓶 袋 包 套 双 条 只 台 斤 公斤 本 支 罐 桶 份 把 张 提 对 打 顶 床 片 卷 盆 枚 部 副 串 株 板 听 kg pcs "
    "盘 根 粒 筐 篮 捆 扎 束 朵 盏 幅 饼 尊 坛 缸 杯 碗 排 棵 头 尾 节 帖 剂 管 筒 挂 版 匣 盅 钵 方 枝 架 辆 匹 坨 "
    "壶 册 沓 叠 吨 樽 颗 枕 锭 屉 笼 刀 款 "
    "对儿 份儿 千克 克装 大箱 小箱 大盒 小盒 大袋 小袋 大包 小包 大瓶 小瓶 整箱 箱装 打儿 set box"
)
UNIT = "|".join(sorted(UNITS.split(), key=len, reverse=True))
NUMERAL = {"一": 1, "二": 2, "两": 2, "俩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
COUNT = r"\d{1,5}|[一二两三四五六七八九]百|[一二两俩三四五六七八九]?十[一二三四五六七八九]?|[一二两俩三四五六七八九]"
# 块 counts pieces of what comes in blocks, and where the number is a word; else it is money.
BLOCKS = r"(?<=\d)两(?![\u4e00-\u9fff])|(?<=[一二两三四五六])块(?!钱|\d)|(?<=[皂腐糕毯砖布墨垫]\d)块(?!钱|\d)|(?<=\d)口(?![\u4e00-\u9fff])"
HEAVY = ("斤", "公斤", "kg", "克", "千克", "吨", "KG", "Kg")
# Blanks are counted everywhere: a message of nothing else would be read over and over.
QUANTITY = re.compile(
    rf"(?:(?<![\w.*×])(?P<lead>\d{{1,3}})\s{{0,8}}[*×xX]\s{{0,8}}(?=[\u4e00-\u9fff])|[*×✖]\s{{0,8}}(?P<times>\d{{1,5}})(?![\d.]|\s{{0,8}}{COIN})(?:\s{{0,8}}(?:{UNIT}))?|"
    rf"(?<=[\s\d\u4e00-\u9fff)])[xX]\s{{0,8}}(?P<ex>\d{{1,4}})(?![\dA-Za-z.]|\s{{0,8}}{COIN})(?:\s{{0,8}}(?:{UNIT}))?"
    rf"|各?(?:(?<![\d.\-A-Za-z第])|(?<=[\u4e00-\u9fff]-)|(?<=[A-Za-z])(?=[一二两三四五六七八九十])|(?<=[a-zA-Z\d][gGlLmM]))(?P<count>{COUNT})\s?(?P<unit>{UNIT}|{BLOCKS})(?!装|套|月|小时|人|号|半|折|\d(?!\d*(?:\.\d+)?\s{{0,8}}{COIN})|码|/\s?(?:{UNIT})(?![\u4e00-\u9fff]))|(?:数量|qty|"
    rf"quantity)\s{{0,8}}:?\s{{0,8}}(?P<said>\d{{1,5}})(?:\s{{0,8}}(?:{UNIT}))?)",
    re.IGNORECASE,
)
TIMES_EACH, TIMES_WHOLE = products.patterns(COUNT, f"{UNIT}|块")
# What one costs says so by its words: 单价 59, 59元/件, 45元一瓶, 88一斤, @59.
EACH = re.compile(
    rf"\s{{0,8}}(?:(?:单价|每(?:{UNIT})|@|一(?:{UNIT}))\s{{0,8}}:?\s{{0,8}}¥?\s{{0,8}}(?P<sum>\d{{1,6}}(?:\.\d{{1,2}})?)(?![\d.]|\s{{0,8}}(?:{UNIT}))\s{{0,8}}{COIN}?(?:\s{{0,8}}/\s{{0,8}}(?:{UNIT}))?"
    rf"|¥?\s{{0,8}}(?<![\d.])(?P<sum2>\d{{1,6}}(?:\.\d{{1,2}})?)(?:\s{{0,8}}{COIN}?\s{{0,8}}(?:/|每)\s{{0,8}}|\s{{0,8}}{COIN}\s{{0,8}}一|一)(?:{UNIT}|块))",
    re.IGNORECASE,
)
# What is only a sum; before the number it is of one piece, behind it of the line.
SUM = re.compile(
    rf"\s{{0,8}}(?:¥\s{{0,8}}(?P<sum>\d{{1,6}}(?:\.\d{{1,2}})?)(?:\s{{0,8}}{COIN})?|(?<![\d.])(?P<sum2>\d{{1,6}}(?:\.\d{{1,2}})?)\s{{0,8}}{COIN})",
    re.IGNORECASE,
)
DECIMAL = re.compile(r"(?P<sum>\d{1,6}\.\d{1,2})\s{0,8}$")
# 58的苹果.
OF_PRICE = re.compile(rf"\D{{0,6}}(?<![\d.])(?P<sum>\d{{1,5}}(?:\.\d{{1,2}})?)\s{{0,8}}{COIN}?(?P<sum2>)的(?=[\u4e00-\u9fff])", re.IGNORECASE)
# 羊毛衫 175 一件, 靴子 39 一双: no price.
HEIGHT, FEET = re.compile(r"1[0-9][05]|\d"), re.compile(r"3[4-9]|4[0-6]")
BARE_PRICE = re.compile(r"\s(?P<sum>[1-9]\d{0,4})\s{0,8}$")
AFTER = re.compile(
    (
        rf"\s{{0,8}}\(?[*×xX]?\s{{0,8}}(?:¥\s{{0,8}}(?P<sum>\d{{1,6}}(?:\.\d{{1,2}})?)(?:\s{{0,8}}{COIN})?|"
        rf"(?P<sum2>\d{{1,6}}(?:\.\d{{1,2}})?)\s{{0,8}}{COIN})(?!\s{{0,8}}(?:/|每|一))\)?"
    ),
    re.IGNORECASE,
)
ASK = (
    r"(?:之前|以前|上次|上回)?[买拍订]过?的|[您你]?好[呀啊呢]?|哈[喽啰罗]|嗨|嘿|hello|hi|在吗|早上好|上午好|中午好|下午好|晚上好|亲爱?的?|老板娘?|掌柜的?|店家|店主|客服|老规矩|老样子|请|麻烦|帮我?|"
    r"给我?|我们?|想|再|还|另外?|一共|总共|要了?|需要|买了?|来了?|订购?了?|下单了?|拍了?|购买了?|"
    r"跟|(?:要?的)?是|还有|以及|上次的|上回的|之前的|的?那个?|这个|今天|商品|货品|产品|宝贝|\d+[.、)]|[-+&•·~#@,、:]"
)
# 发 asks in 帮我发, and is hair in 发簪: these only behind another such word, or apart.
FAINT = "(?:[和及加发寄配带定各就先都也刚]|把(?![子手]))"
FILLER = re.compile(rf"^(?:{FAINT}(?=\s)|\s*[就先都也刚]?(?:{ASK})\s*(?:{FAINT}\s*)?)+", re.IGNORECASE)
ONLY = re.compile(rf"^(?:\s*(?:{ASK}|{FAINT})\s*)*\s*$", re.IGNORECASE)
TAIL = re.compile(
    r"(?:(?<=\s)(?:麻烦|请|帮我?|谢谢|多谢|辛苦)|[\s,、+&:*×@/(~-]|还?有货?[吗么嘛没]|想|拿|多少钱|怎么卖|再?来|再?要|[寄发送邮][到往给]|[到往寄]|和|及|还有|以及|一?共|总共|买了?|订|拍了?|[吧呢哦哈啊了噻嘛咯哟呗哒喔呀]|(?<=[A-Za-z\d])的|[发寄送]?[到来]?这[里儿边])+$"
)
NOTE = re.compile(r"\((?P<note>[^()]{1,30})\)\s*$")


# Who asks says it before the number: 想要两箱…, 再来3盒….
ASKS = re.compile(r"(?:要|来|买|订|拍|再|加|[发寄送邮捎带]|拿|给我|给俺|下单|定|整|弄)(?:个|了|上|点|一下|下)?$")


# 枕套一对2个: which of them counts?
COUNTED = re.compile(r"[一两二三四五六七八九十][对双套打]$")
LAST = re.compile(r"(?P<name>.*[^\s:\d.])[\s:]+(?P<many>[1-9]\d{0,2})")
NOTHING_BOUGHT = ("无", "没有", "同上", "见图", "如图", "略")
# 要3个，退1个: what is given back is no goods.
GIVEN_BACK = re.compile(r"[再要想我把先]{0,3}(?:退(?![热烧红黑])|[减少]$)")
# Of these a number is in doubt: 水杯3×5, 水杯3个×2.
TWO_NUMBERS = re.compile(r"(?:[\u4e00-\u9fff]\d{1,5}|(?<!\d)\d{1,4}\s?[个件只双条台套把顶辆])\s*$")
NO_GOODS = re.compile(r"[号路街楼栋室层弄村镇元]|单元|电话|手机|微信|群|年|月|日|邮编|运费|共|收|付|款|价|减")


HUE = r"(?:[深浅淡亮暗墨天藏宝湖草军酒玫橘杏米粉]?[红绿黑白蓝黄紫粉灰棕橙青金银]|米|杏|橘|咖啡?|卡其|藏青|酒红|玫红)色?"
# 一个绿的一个黑的 tells how the two are meant that were just named.
TRAIT = re.compile(rf"(?:{HUE}|[大中小均加]{{1,2}}[号码]|[大中小]|[XSML]{{1,4}}码?|[男女童]款?)[的款]?", re.IGNORECASE)

TRAITS_END = re.compile(rf"(?:^|\s|(?<=..))(?:{TRAIT.pattern})$", re.IGNORECASE)


class Item(NamedTuple):
    text: str
    start: int
    end: int
    quantity: int
    said: bool
    price: int | None
    clear: bool
    # The sum of the line, where that is what was said.
    whole: int | None = None
    # How its pieces differ, in the words of the message, and of how many it speaks.
    traits: tuple[str, ...] = ()
    told: int = 0


def looks(text: str) -> bool:
    """Could these words be goods with a number?"""
    return QUANTITY.search(text) is not None


def number(match: re.Match[str]) -> int:
    many = number_of(match["lead"] or match["times"] or match["ex"] or match["count"] or match["said"])
    return many * 12 if match["unit"] == "打" else many


def number_of(text: str) -> int:
    """A number in figures or in words."""
    if text.isdigit():
        return int(text)
    if text.endswith("百"):
        return NUMERAL[text[0]] * 100
    if "十" in text:
        tens, _, ones = text.partition("十")
        return NUMERAL.get(tens, 1) * 10 + NUMERAL.get(ones, 0)
    return NUMERAL[text]


def take(
    sheet: Sheet, zones: list[tuple[int, int]], skus: Goods | None, *, back: Sequence[tuple[int, int]] = ()
) -> tuple[tuple[GoodsLine, ...], int | None]:
    """The goods in what is left of the message, claimed, and the sum of the only line where one was said.

    ``zones``: where the message says that goods are meant; ``back``: where a number was taken back.
    """
    items: list[Item] = []
    before = Token("", 0, 0)
    for clause in list(sheet.clauses()):
        labelled = any(start <= clause.start and clause.end <= end for start, end in zones)
        found = _items(clause, labelled)
        for item in found:
            if GIVEN_BACK.match(item.text):
                # How many are left then a person says.
                items = [*items[:-1], items[-1]._replace(clear=False)] if items else items
                continue
            if not item.text and item.said and (not items or items[-1].said) and _adjoins(sheet, before, clause):
                # 小枣，10袋: the words stand in the clause before.
                item = item._replace(text=_cleaned(before.text), start=before.start)
                sheet.claim(before.start, before.end, GOODS)
            if items and items[-1].said and item.said and item.price is None and _tells(items[-1].text, item.text):
                words = sheet.written(max(item.start, clause.start), item.end).strip(" ,，、")
                items[-1] = items[-1]._replace(traits=(*items[-1].traits, words), told=items[-1].told + item.quantity)
            elif item.text and (named := _priced_again(items, item)) is not None:
                items[named] = items[named]._replace(price=item.price)
            elif item.text:
                items.append(item)
            elif items:
                items[-1] = _with(items[-1], item, later=bool(back))
            else:
                continue
            sheet.claim(max(item.start, clause.start), item.end, GOODS)
        before = Token("", 0, 0) if found else clause
    items = [item for item in items if item.said or item.price is not None or item.start in _begun(zones, items)]
    # Of three that were named, one green and one black: which is the third? And a colour alone is nothing to buy.
    items = [item._replace(clear=item.clear and item.told in (0, item.quantity) and not TRAIT.fullmatch(item.text)) for item in items]
    whole = items[0].whole if len(items) == 1 else None
    if back:
        # Which of them was meant a person sees; the number that was taken back is not counted.
        items = [item._replace(clear=False) for item in items]
    return tuple(_line(item, skus) for item in items), whole


def _tells(before: str, text: str) -> bool:
    """Is this no more than a colour or a size of what was named before, and that without one of its own?"""
    return TRAIT.fullmatch(text) is not None and TRAITS_END.search(before) is None


def _priced_again(items: list[Item], item: Item) -> int | None:
    """桂花糕、定胜糕各三盒，桂花糕26元/盒: which of those named gets its price."""
    if item.said or item.price is None:
        return None
    return next((nth for nth, one in enumerate(items) if one.text == item.text and one.price is None), None)


def _size(number_: str, unit: str) -> bool:
    return HEIGHT.fullmatch(number_) is not None or (unit == "双" and FEET.fullmatch(number_) is not None)


def _sold(name: str) -> bool:
    return names.grade(name) < 2 and not NO_GOODS.search(name)


def _adjoins(sheet: Sheet, before: Token, clause: Token) -> bool:
    """Is the clause before short, made of words, and only a comma away?"""
    name = _cleaned(before.text)
    return bool(name) and len(name) <= 12 and _wordy(name) and sheet.text[before.end : clause.start].strip() in ("", ",", "?", "!")


def _begun(zones: list[tuple[int, int]], items: list[Item]) -> set[int]:
    return {item.start for item in items if any(start <= item.start < end for start, end in zones)}


def _with(item: Item, more: Item, *, later: bool) -> Item:
    """A number or a price that stood on its own belongs to the goods before it; a second number is never sure."""
    if more.said and not item.said:
        item = item._replace(quantity=more.quantity, said=True)
    elif more.said and more.quantity != item.quantity:
        item = item._replace(quantity=more.quantity if later else item.quantity, clear=False, end=max(item.end, more.end))
    if more.price is not None and item.price is None:
        item = item._replace(price=more.price, clear=more.clear)
    return item


def _items(clause: Token, labelled: bool) -> list[Item]:
    """The goods of one clause; one without words is a number or a price alone."""
    text, many_priced = _priced(clause.text)
    priced = many_priced[0] if many_priced else None
    each = priced.each if priced else None
    marks = _counting(text, list(QUANTITY.finditer(text)))
    if not marks:
        last = LAST.fullmatch(text)
        if last and _wordy(last["name"]) and (labelled or _sold(last["name"])) and (name := _cleaned(last["name"])):
            # 苹果 2: likely, and no more.
            return [Item(name, clause.start, clause.end, int(last["many"]), True, each, False)]
        if not (labelled or each is not None):
            return []
        name = _cleaned(text)
        if name in NOTHING_BOUGHT or not _wordy(name):
            name = ""
        if not name and each is None:
            return []
        return [Item(name, clause.start, clause.end, 1, False, each, True)]
    found: list[Item] = []
    at = 0
    for nth, mark in enumerate(marks):
        start, end, many = at, mark.end(), number(mark)
        until = marks[nth + 1].start() if nth + 1 < len(marks) else len(text)
        here = next((one for one in many_priced if at <= one.start < until), priced if len(marks) == 1 else None)
        name, price, whole, clear = text[at : mark.start()], here.each if here else None, here.whole if here else None, here is None or here.clear
        # 毛衣 129 两件: a number in figures beside one in words.
        worded = mark["count"] and not mark["count"][0].isdigit()
        if (mark["times"] or mark["ex"]) and price is None and TWO_NUMBERS.search(name):
            clear = False
        elif mark["unit"] == "打":
            # A dozen may be a piece of its own to whoever sells it.
            clear = False
        bare = BARE_PRICE.search(name) if mark["times"] or mark["ex"] or worded else None
        before = OF_PRICE.match(name) or SUM.search(name) or (DECIMAL.search(name) if mark["times"] or mark["ex"] else None)
        if before and price is None:
            price = minor(before["sum"] or before["sum2"])
            name = f"{name[: before.start()]} {name[before.end() :]}"
        elif bare and price is None and _wordy(name[: bare.start()]) and not (worded and _size(bare["sum"], mark["unit"])):
            # 奶粉 3段 228*6: likely its price.
            price, clear, name = minor(bare["sum"]), False, name[: bare.start()]
        asked = ASKS.search(name.rstrip()) if mark["count"] and not ONLY.match(name) else None
        if asked and len(marks) == nth + 1 and len(_cleaned(text[end:until])) > 1 and not _cleaned(text[end:until])[:1].isdigit():
            # What stands before the asking is chat, not goods.
            start, name = at + len(name), ""
        if ONLY.match(name) and not mark["said"]:
            # 要两箱苹果: the number comes first.
            behind = text[end:until]
            cut = re.search(r"(?<=\S)(?:[+&、]|\s|和|还有)", behind) if nth + 1 < len(marks) else None
            behind = behind[: cut.start()] if cut else behind
            name, end = behind, end + len(behind)
            after = SUM.search(name)
            if after:
                whole = minor(after["sum"] or after["sum2"])
                name = name[: after.start()]
        else:
            after = AFTER.match(text, end, until)
            if after:
                whole, end = minor(after["sum"] or after["sum2"]), after.end()
                if mark.end() < len(text) and re.match(r"\s*[*×xX]", text[mark.end() :]):
                    price, whole = whole, None
        if whole is not None and price is None and many and whole % many == 0:
            price, clear = whole // many, many == 1
        elif whole is not None and price is None and many:
            # ×4 ¥19.9: no four pieces cost that.
            price, whole, clear = whole, None, False
        if here and start <= here.start < until:
            end = max(end, here.end)
        name = _cleaned(re.sub("^[和及加]", "", name.lstrip(" )]、/")) if found else name)
        if name and not _wordy(name):
            name = ""
        if mark.group().startswith("各"):
            # 桂花鸭和雨花茶各2份
            *firsts, name = [part for part in re.split(r"[和跟与及、+&/]|\s+(?=\S{2})", name) if part.strip()] or [""]
            found += [Item(part.strip(), clause.start + start, clause.start + end, many, True, price, clear) for part in firsts]
        found.append(Item(name, clause.start + start, clause.start + end, many, True, price, clear, whole))
        at = end
    return [item for item in found if item.text or len(found) == 1]


def _priced(text: str) -> tuple[str, list[Priced]]:
    """The prices of single pieces, and the clause with blanks where they stood."""
    found = []
    if "*" in text or "×" in text or "x" in text or "X" in text:
        for match in TIMES_EACH.finditer(text):
            one = products.with_unit(match, number_of(match["many"]), heavy=match["unit"] in HEAVY)
            if one is not None:
                found.append(one)
                text = _blanked(text, one)
        for match in TIMES_WHOLE.finditer(text) if "=" in text else ():
            if (product := products.without_unit(match)) is not None:
                many, one = product
                found.append(one)
                text = text[: one.start] + f"×{many}".ljust(one.end - one.start) + text[one.end :]
    matches = list(EACH.finditer(text))
    if matches and re.match(rf"\s*一(?!{'|'.join(HEAVY)})", matches[0].group()):
        # 芒果 10斤 一箱 89元: 一箱 is how many, where nothing else is.
        left = text[: matches[0].start()] + " " + text[matches[0].end() :]
        if (marks := list(QUANTITY.finditer(left))) and all(mark["unit"] in HEAVY for mark in marks):
            matches = []
    if any(match.group().endswith("块") for match in matches):
        # 黑茶3块 158/块: here 块 is no money.
        text = re.sub(r"(?<=\d)块", "件", text)
    for match in matches:
        found.append(Priced(match.start(), match.end(), minor(match["sum"] or match["sum2"])))
        text = _blanked(text, found[-1])
    return text, sorted(found)


def _blanked(text: str, one: Priced) -> str:
    return text[: one.start] + " " * (one.end - one.start) + text[one.end :]


def _counting(text: str, marks: list[re.Match[str]]) -> list[re.Match[str]]:
    """Of two numbers side by side one counts, the other belongs to the goods: 棉被 8斤 1床, 3袋 10斤 大米."""
    if len(marks) > 1 and ONLY.match(text[: marks[0].start()]) and not _wordy(text[marks[-1].end() :]):
        # 三只松鼠坚果2袋: where words come before the last number, the first belongs to them.
        marks = marks[1:]
    outside = [mark for mark in marks if text.count("(", 0, mark.start()) == text.count(")", 0, mark.start())]
    marks = outside or marks
    found: list[re.Match[str]] = []
    for mark in marks:
        if not found or text[found[-1].end() : mark.start()].strip():
            found.append(mark)
        elif (mark["unit"] in HEAVY) <= (found[-1]["unit"] in HEAVY):
            found[-1] = mark
    return found


def _wordy(text: str) -> bool:
    return re.search(r"[\u4e00-\u9fff]|[A-Za-z]{2}|[A-Za-z]\d|\d[A-Za-z]|\d{4,}", text) is not None


def _cleaned(text: str) -> str:
    text = " ".join(text.split())
    for _ in range(2):
        shorter = TAIL.sub("", FILLER.sub("", text)).strip()
        if not shorter:
            break
        text = shorter
    text = re.sub(r"(?<=..)[一两]打$", "", text)
    return "" if ONLY.match(text) else " ".join(text.strip(" :：-+&】【[]《》").split())


def _line(item: Item, skus: Goods | None) -> GoodsLine:
    text = item.text.replace(INNER, ",")
    note = NOTE.search(text)
    if note and not re.search(r"\d|码|色|款|装", note["note"]):
        text = text[: note.start()].strip()
    else:
        note = None
    said = " ".join([note["note"], *item.traits] if note else item.traits)
    candidates = tuple(meant(text, skus))
    one = len(candidates) == 1 or bool(candidates and candidates[0].code.lower() in (text.lower(), text.split(" ")[0].lower()))
    sure = item.said and item.clear and (skus is None or one) and len(text) <= 20 and not COUNTED.search(text)
    return GoodsLine(text, item.quantity, item.price, said, sure, ((item.start, item.end),), candidates)


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
    return (
        inside
        or [
            Candidate(code, name)
            for code, name in skus.items()
            if words and all(word in f"{code} {name}".lower() for word in words)
        ][:10]
    )
