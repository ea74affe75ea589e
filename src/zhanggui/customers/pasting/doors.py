"""The address: the names of its divisions, its town, and every word of the door behind them."""

import re
from dataclasses import replace
from typing import NamedTuple

from zhanggui.customers.pasting import apart, goods, names, notes, which
from zhanggui.customers.pasting.kinds import ADDRESS, NAME, NOISE, PHONE
from zhanggui.customers.pasting.parsed import NOTHING, Said, Span
from zhanggui.customers.pasting.sheet import HARD, SOFT, Sheet, Token, trimmed
from zhanggui.customers.places.chains import Chain, chains, sibling, town_behind
from zhanggui.customers.places.table import FORMER, MUNICIPAL, SHORT, Place

WORD = re.compile(
    r"[号室楼幢栋座层弄巷路街道村组队庄园苑城府庭湾厦寓舍区店铺场院校厂库仓站柜坊桥墅轩阁司局所旁屯寨坡岭湖滩街口塔馆港港城]|"
    r"单元|大门|对面|隔壁|楼下|附近|自提点|代收点|里弄"
)
CODE = re.compile(r"^(?:[A-Za-z]?\d{1,4}[A-Za-z]?(?:[-#]\d{1,4}[A-Za-z]?)*#?|[A-Za-z]\d?)$")
STRONG = re.compile(
    r"(?:\d|[一二三四五六七八九十百]|[A-Za-z])\s*(?:号|室|楼|幢|栋|座|层|弄|单元|组|巷|队|#)|(?:路|街|大道|村|巷|胡同|小区|"
    r"花园|大厦|公寓|广场)"
)
LEAD = re.compile(
    r"(?:我?的?(?:收货)?地址是?在?|寄到|寄往|寄去|寄|发到|发往|发去|发|送到|送往|送去|送|到|邮到|邮寄到|邮寄|住在|住|在|"
    r"给我寄到|麻烦寄到|麻烦发到|请寄到?|请发到?|请送到?|改到|改成|改为|换成|中国大?陆?|中华人民共和国|China)[:\s]*$"
)
_PART = r"(?:\d{1,5}|[A-Za-z]|[一二三四五六七八九十]{1,3})\s?(?:号楼|号院|[幢栋座]|单元|[楼层室户])"
# 3幢2单元501室, 5栋1203: more of a door than its street and number.
BUILDING = re.compile(rf"(?:{_PART}\s?-?)+(?:[A-Za-z]?\d{{1,5}}室?)?")
BUILDING_IN = re.compile(r"号楼|[幢栋座室户]|单元")
DOOR_ENDS = re.compile(r"(?:[号室楼栋幢座层弄园苑店站村组厦司校院厂部场城学寓区队舍\dA-Za-z]|单元|中心)[)\]]?$")
TAKES = re.compile(r"(?:亲?收|\(收\)|启)$")
GOODS_BEHIND = re.compile(
    rf"(?:(?<=[号室楼栋幢座层元])|(?<=\d)(?![号室楼栋幢座层单弄巷]))"
    rf"(?P<words>[\u4e00-\u9fff]{{2,10}})\s*(?:(?:{goods.COUNT})\s*(?:{goods.UNIT})|[*×xX]\s*\d{{1,4}}(?:{goods.UNIT})?)$"
)
NAMED_INSIDE = re.compile(r"[(\[-](?P<who>[^()\[\]-]{2,14})[)\]-]?$")
WISH_INSIDE = re.compile(r"[(\[](?P<wish>[^()\[\]]{2,30})[)\]]$")
SPEAKS_OF_OTHER = re.compile(r"(?:电话|手机|联系|姓名|收[货件]|号码|微信)")
LONGEST_NAME = 14
BRACKET = re.compile(r"[\[(【]\d{4}[\])】]")


class Address(NamedTuple):
    country: Said[str] = NOTHING
    province: Said[str] = NOTHING
    city: Said[str] = NOTHING
    district: Said[str] = NOTHING
    town: Said[str] = NOTHING
    street: Said[str] = NOTHING
    # Words right before and right behind that look like the receiver's name.
    before: Token | None = None
    behind: Token | None = None
    certain: bool = False
    # Other places with a door behind them: as good an address as this.
    rivals: tuple[Place, ...] = ()


def take(sheet: Sheet, zones: list[tuple[int, int]]) -> Address:
    """The address in what is left of the message; claimed. ``zones``: where the message says that it stands."""
    text = sheet.free
    found = chains(text, starts=frozenset(_starts(sheet, zones)))
    if not found:
        return _bare_door(sheet, zones)
    chain, outer = apart.joined(text, found)
    if outer is not None:
        sheet.claim(outer.start, outer.end, ADDRESS)
    rivals = which.rivals(text, found, chain)
    # The names said twice: 江苏省南京市江苏省南京市中山路…
    again = next(
        (other for other in found if _follows(sheet, chain, other) and other.agree and other.place.holds(chain.place)), None
    )
    place, town, town_start, end = town_behind(sheet.free, again._replace(uses=chain.uses) if again else chain)
    sheet.claim(chain.start, again.end if again else chain.end, ADDRESS)
    if town:
        sheet.claim(town_start, end, ADDRESS)
    before = _before(sheet, chain.start)
    spans, behind = _door(sheet, end, place, zones)
    street = _written(sheet, spans)
    named = Said(town, True, ((town_start, end),)) if town else NOTHING
    door = Said(street, bool(street), tuple(spans)) if street else NOTHING
    placed = _placed(chain, place, outer)
    other = None if town else sibling(text, chain)
    if other is not None:
        placed = placed._replace(district=replace(placed.district, sure=False, others=(other.district, *placed.district.others)))
        door = replace(door, sure=False)
    return placed._replace(
        town=named, street=door, before=before, behind=behind and behind[0], certain=bool(behind and behind[1]),
        rivals=rivals,
    )  # fmt: skip


def with_building(sheet: Sheet, address: Address) -> Address:
    """With the building and the room, where they stand in a line of their own: behind the name, or behind the phone."""
    if not address.street or BUILDING_IN.search(address.street.value):
        return address
    for clause in sheet.clauses():
        if BUILDING.fullmatch(clause.text) and clause.start > address.street.spans[-1][1]:
            spans = [*address.street.spans, (clause.start, clause.end)]
            sheet.claim(clause.start, clause.end, ADDRESS)
            sure = address.street.sure and not address.rivals
            return address._replace(street=replace(address.street, value=_written(sheet, spans), sure=sure, spans=tuple(spans)))
    return address


def whole(sheet: Sheet, address: Address) -> Address:
    """With what was cut from its end as a name and is none: another is the name."""
    behind = address.behind
    if behind is None or not behind.text or any(sheet.claims[behind.start : behind.end]) or not address.street:
        return address
    spans = list(address.street.spans)
    if spans[-1][1] != behind.start:
        return address
    spans[-1] = (spans[-1][0], behind.end)
    sheet.claim(behind.start, behind.end, ADDRESS)
    return address._replace(street=Said(_written(sheet, spans), False, tuple(spans)))


def _follows(sheet: Sheet, chain: Chain, other: Chain) -> bool:
    if other.place.depth == 3 and other.uses[0].form == FORMER != chain.uses[0].form:
        # 滨海新区塘沽区…: what it was called says where in today's district.
        return False
    whole = sheet.text[other.start : other.end].endswith(("省", "市", "区", "县", "州", "旗", "盟"))
    return whole and other.start >= chain.end and not sheet.text[chain.end : other.start].strip(" ,")


def _starts(sheet: Sheet, zones: list[tuple[int, int]]) -> list[int]:
    starts = []
    for start, _ in zones:
        while start < len(sheet.text) and sheet.text[start] in SOFT:
            start += 1
        starts.append(start)
    return starts


def _placed(chain: Chain, place: Place, outer: Chain | None) -> Address:
    """Province, city and district with what is sure of them."""
    # What else it might be: the same words, or a rival chain as good.
    others = [use.place for use in chain.uses if use.place != place and not use.place.holds(place) and not place.holds(use.place)]
    former = chain.uses[0].form != "full" and chain.uses[0].form != SHORT and len(chain.uses) > 1
    if not chain.agree and chain.outer is not None:
        others.insert(0, chain.outer)
    # One county further down: the county of a town.
    spans = {depth: ((start, end),) for start, end, depth in (*(outer.spans if outer else ()), *chain.spans)}
    sure = chain.agree and not others and not former
    short_end = chain.uses[0].form == SHORT and len(chain.spans) == 1

    def said(value: str, depth: int) -> Said[str]:
        if not value:
            return NOTHING
        at: tuple[Span, ...] = spans.get(depth, ())
        if depth == 1 and not at and value in MUNICIPAL:
            at = spans.get(2, ())
        if depth == 2 and not at and value in MUNICIPAL:
            at = spans.get(1, ())
        rivals = tuple(dict.fromkeys(other[depth - 1] for other in others if other[depth - 1] and other[depth - 1] != value))
        certain = (sure or (not rivals and chain.agree)) and not (short_end and depth > 1 and place.depth == 3)
        return Said(value, certain, at, rivals)

    city = place.city or (place.province if place.province in MUNICIPAL else "")
    district = place.district
    if district and chain.place.depth < 3:
        return Address(
            Said(place.country, True), said(place.province, 1), said(city, 2), Said(district, False), certain=False
        )  # fmt: skip
    return Address(Said(place.country, True), said(place.province, 1), said(city, 2), said(district, 3))


def _before(sheet: Sheet, at: int) -> Token | None:
    """A name right before the address, without anything between: 张三浙江省…; words that only lead to it are dropped."""
    start = at
    while start and not sheet.claims[start - 1] and sheet.text[start - 1] not in HARD + SOFT:
        start -= 1
    text = sheet.text[start:at]
    lead = LEAD.search(text)
    if lead:
        sheet.claim(start + lead.start(), at, NOISE)
        text = text[: lead.start()]
    text = text.rstrip(" ,:")
    if names.grade(text) >= 2:
        return Token(text, start, start + len(text))
    return None


def _door(sheet: Sheet, at: int, place: Place, zones: list[tuple[int, int]]) -> tuple[list[Span], tuple[Token, bool] | None]:
    """The stretches of the door from ``at`` on; claimed. With them a name that hangs at their end, and whether that is clear."""
    spans: list[Span] = []
    behind: tuple[Token, bool] | None = None
    last = at
    for token in _pieces(sheet, at):
        between = sheet.text[last : token.start]
        labelled = any(start <= token.start < end for start, end in zones)
        crossed = any(sheet.claims[last : token.start]) or "\n" in between
        first = not spans and not crossed and token.start - last <= 2
        if labelled and spans and (_is_other(token) or _is_stranger(sheet, token)):
            break
        if not (first or labelled) and not _is_door(sheet, token, crossed, bool(spans)):
            break
        if first and not labelled and "\n" not in between and between and not _is_door(sheet, token, False, False):
            break
        if first and not between and not WORD.search(token.text) and names.grade(token.text) >= 2:
            # 西湖区张三: no door at all.
            behind = (token, sheet.beside(token.start, token.end, PHONE))
            break
        cut = _named(sheet, token)
        if cut is not None:
            token, behind = cut[0], cut[1:]
        wish = WISH_INSIDE.search(token.text)
        if wish and notes.looks(wish["wish"]):
            # 100号(放门口就行).
            sheet.claim(token.start + wish.start(), token.start + wish.start() + 1, NOISE)
            sheet.claim(token.start + wish.end() - 1, token.start + wish.end(), NOISE)
            token = Token(token.text[: wish.start()], token.start, token.start + wish.start())
        if not token.text:
            break
        if spans and not crossed and not re.search(r"[,;|\n]", between):
            spans[-1] = (spans[-1][0], token.end)
        else:
            spans.append((token.start, token.end))
        last = token.end
        if behind:
            break
    for start, end in spans:
        sheet.claim(start, end, ADDRESS)
    if not spans:
        spans = _labelled_door(sheet, zones)
    return spans, behind


def _pieces(sheet: Sheet, at: int) -> list[Token]:
    found = []
    for match in re.finditer(rf"[^{re.escape(HARD)} 、:]+", sheet.free[at:]):
        token = trimmed(Token(match.group(), at + match.start(), at + match.end()))
        if token.text:
            found.append(token)
        if len(found) > 14:
            break
    return found


def _is_door(sheet: Sheet, token: Token, crossed: bool, begun: bool) -> bool:
    text = token.text
    if CODE.match(text):
        return begun and not crossed and not _counts(sheet, token)
    strong = STRONG.search(text) is not None
    if begun and not re.search(r"\d", text) and len(text) == 3 and text[0] in names.SURNAMES and names.grade(text) == 1:
        # 蔡国栋, 管小路: a door that has its number is not followed by another road, but by who lives there.
        return not sheet.beside(token.start, token.end, PHONE)
    if goods.looks(text) and not re.search(r"[号室楼栋幢单元路街]", text):
        return False
    if notes.looks(text) and not strong:
        return False
    if crossed:
        return strong and not notes.looks(text) and names.grade(text) < 2
    if names.grade(text) >= 2 and not (strong and len(text) > 3):
        return False
    return WORD.search(text) is not None


def _is_other(token: Token) -> bool:
    """A name, goods or a wish though the label spoke of an address."""
    begin, end = names.bare(token.text)
    bare = token.text[begin:end]
    if STRONG.search(token.text) and len(token.text) > 3:
        return False
    if SPEAKS_OF_OTHER.match(token.text):
        return True
    return (
        (names.grade(bare) == 3 and (bare != token.text or not WORD.search(bare)))
        or goods.looks(token.text)
        or notes.looks(token.text)
    )


def _is_stranger(sheet: Sheet, token: Token) -> bool:
    """No word of a door, and right beside the phone: who lives there, whatever the name."""
    return names.grade(token.text) > 0 and not WORD.search(token.text) and sheet.beside(token.start, token.end, PHONE)


def _counts(sheet: Sheet, token: Token) -> bool:
    """A code before a number of pieces is goods: A100 *2."""
    return re.match(r"\s*(?:[*×xX]\s*\d|\d+\s*[件个箱盒瓶袋包套双条])", sheet.text[token.end : token.end + 8]) is not None


def _named(sheet: Sheet, token: Token) -> tuple[Token, Token, bool] | None:
    """(door, name, clear): a name that hangs at the end of a door: …5号张三."""
    goods_behind = GOODS_BEHIND.search(token.text)
    inside = NAMED_INSIDE.search(token.text)
    if inside and inside.start():
        begin, end = names.bare(inside["who"])
        clear = end < len(inside["who"]) or sheet.beside(token.end, token.end, PHONE)
        if names.grade(inside["who"][begin:end]) >= (2 if clear else 3):
            start, at = token.start + inside.start(), token.start + inside.start("who") + begin
            return Token(token.text[: inside.start()], token.start, start), Token(inside["who"][begin:end], at, at + end - begin), clear
    if goods_behind and not WORD.search(goods_behind["words"]):
        at = token.start + goods_behind.start()
        return Token(token.text[: goods_behind.start()], token.start, at), Token("", at, at), False
    takes = TAKES.search(token.text)
    text = token.text[: takes.start()] if takes else token.text
    clear = takes is not None or sheet.beside(token.end - 1, token.end, PHONE)
    best: tuple[float, int] | None = None
    for at in range(max(1, len(text) - LONGEST_NAME), len(text) - 1):
        said = text[at:]
        if DOOR_ENDS.search(text[:at]) and _hangs(said, clear) and (best is None or _worth(said) > best[0]):
            best = (_worth(said), at)
    if best is None and clear and STRONG.search(text[:-3]):
        # …号绿城蓝庭张晓明138…: nothing says where the door ends but that a surname and a given name follow.
        at = next((at for many in (3, 2) if _whole_name(text[(at := len(text) - many) :])), 0)
        best, clear = ((0.0, at) if at else None), False
    if best is None:
        return None
    if takes:
        sheet.claim(token.start + takes.start(), token.end, NAME)
    at, said = token.start + best[1], text[best[1] :]
    return Token(text[: best[1]], token.start, at), Token(said, at, at + len(said)), clear


def _whole_name(said: str) -> bool:
    return names.grade(said) == 3 and names.likeness(said) == 1 and not WORD.search(said[-1])


def _worth(said: str) -> float:
    """Of two cuts the likelier: three characters before two, two before four, and a name before what could be one."""
    compound = len(said) == 4 and said[:2] in names.COMPOUND
    return names.grade(said) + names.likeness(said) * 0.5 - abs(len(said) - 3) * (0 if compound else 0.3)


def _hangs(said: str, clear: bool) -> bool:
    """Is it a name though it hangs on a door? 蔡国栋 is one where a phone follows."""
    if said[0] in " -·" or re.search(r"\d", said):
        return False
    if WORD.search(said[-1]) and not names.TITLE.match(said):
        # 轩 ends many a given name, and few a house where a phone follows.
        return clear and len(said) == 3 and said[0] in names.SURNAMES and (names.grade(said) == 1 or said[-1] in "轩桥湖")
    return names.grade(said) >= (2 if clear else 3)


def _labelled_door(sheet: Sheet, zones: list[tuple[int, int]]) -> list[Span]:
    """The door where the message names it apart from its divisions: 详细地址: …"""
    for start, end in zones:
        token = trimmed(Token(sheet.free[start:end], start, end))
        if token.text and "\n" not in token.text:
            sheet.claim(token.start, token.end, ADDRESS)
            return [(token.start, token.end)]
    # Or it stands elsewhere on its own.
    for token in sheet.clauses():
        if STRONG.search(token.text) and re.search(r"\d", token.text) and not goods.looks(token.text):
            pieces = [Token(match.group(), *match.span()) for match in re.finditer(r"\S+", token.text)]
            while len(pieces) > 1 and _is_other(pieces[-1]):
                pieces.pop()
            while len(pieces) > 1 and _is_other(pieces[0]):
                del pieces[0]
            start, end = token.start + pieces[0].start, token.start + pieces[-1].end
            sheet.claim(start, end, ADDRESS)
            return [(start, end)]
    return []


def _bare_door(sheet: Sheet, zones: list[tuple[int, int]]) -> Address:
    """An address that names no division at all."""
    spans = _labelled_door(sheet, zones)
    if not spans:
        return Address()
    return Address(street=Said(_written(sheet, spans), False, tuple(spans)))


def _written(sheet: Sheet, spans: list[Span]) -> str:
    text = " ".join(sheet.written(start, end) for start, end in spans)
    return BRACKET.sub("", text).strip(" ,，、.-/")
