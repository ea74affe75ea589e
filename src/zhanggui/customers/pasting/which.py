"""Which of two addresses a message wants: what is old, not meant, or where it was sent from is told apart from where it goes.

Only what the message says is believed. Where it names two and does not say which, nothing is put aside, and a person is asked.
"""

import re
from typing import NamedTuple

from zhanggui.customers.pasting import goods, names
from zhanggui.customers.pasting.kinds import OTHERS, PHONE
from zhanggui.customers.pasting.sheet import HARD, Sheet
from zhanggui.customers.places.chains import Chain, chains
from zhanggui.customers.places.table import SHORT, Place

DOOR = re.compile(
    r"(?:\d|[一二三四五六七八九十百甲乙丙])\s*(?:号|室|楼|幢|栋|座|层|弄|单元|组|巷|队|#)|路|街|大道|村|巷|胡同|小区|花园|大厦|公寓|广场|苑"
)
OLD, NEW, TO, SAME = "old", "new", "to", "same"
SENDS = r"(?:寄|发|送|邮|快递|投)"
TOWARDS = r"(?:到|往|去|给|至|向)"
# What stands before an address and says whether it is meant: the nearest one counts.
CUES = re.compile(
    r"(?P<kept>(?:别|不要|不用|不必|不)再?(?:改|换|变更)(?:成|到|为|寄|发|去)?)"
    rf"|(?P<same>(?:还是|仍然?|照旧?|按照?|跟|和|同|与)(?:{SENDS}{TOWARDS}?)?(?:旧|老|原来|之前|以前|上次|上回))"
    rf"|(?P<new>(?:更?改|换|变更|更新|更改|修改)(?:一?[下个]|了)?(?:收货|收件)?地址|地址(?:已经?)?(?:改|换|变更?|更新)(?:一?下|了)?[,:]?|新的?(?:收货|收件|邮寄|快递)?(?:地址|住址|地方)|(?:更?改|换|变更?|更[换正]|修[改正]|调整|转)一?下?(?:成|为|到|至|{SENDS}|去|往|了|:)+{TOWARDS}?"
    rf"|搬(?:家?到|去|至|来)|(?:正确|对)的?(?:收货)?(?:地址)?(?:应该?)?[是:]|对的|应该?(?:是|{SENDS}){TOWARDS}?|(?:现在?|如今|目前|这次|本次|这回|这一?单|本单)的?"
    rf"(?:请|麻烦|都|要|就|改|帮我|收货|地址){{0,3}}(?:{SENDS}{TOWARDS}?|是|在|住在?|用|地址|改)"
    rf"|以(?:这|此|下|后|最新|新)[^,;\n]{{0,8}}为准)"
    rf"|(?P<old>(?:别|不要|不用|不必|不能|不可以?|不再|勿|甭|莫|停止|取消)(?:再|往|给我|帮我)?(?:{SENDS}|用|走|写|填|去|往){TOWARDS}?|不{SENDS}{TOWARDS}?|不是(?:在|去)?|不在"
    rf"|旧的?(?:收货|收件)?(?:地址)?|老的?(?:收货|收件)?地址|原(?:来|先|本|收货|收件)?的?(?:收货|收件)?(?:地址)?|(?:之|以|先|从)前的?|曾经|过去的?|上(?:一?次|回)的?|"
    r"错误?的|作废的?|失效的?|(?:寄件|发件|发货|寄出|始发|退货|退件|出发|起运)(?![到往给去至])(?:人|方|地|仓|点)?(?:址)?)"
    rf"|(?P<to>{SENDS}(?:{TOWARDS}|$)|收[货件]?(?:人|方|地)?址?:?|到货地|目的地|送达地?|派送地|运到|{SENDS}件到)"
)
FROM = re.compile(r"(?:从|自|由)(?:我们?|你们?|您)?(?:的|这|那|家|里|边|老家|公司|仓库|店)*$")
LEAVES = re.compile(rf"{SENDS}|搬|到|出")
# What may stand between such a word and the address.
FILL = re.compile(
    r"(?:[到往去给在至向的是了我您你们那这个边里处填留写寄发用住请先还就成为:\s(\[「\"“<>=-]|地址|址|麻烦|帮我|收货|收件|老家|家里|公司|单位|学校|原来|之前|以前|"
    r"改|的话|下单|默认|系统|订单|上面|上次|中国)*"
)
# What stands behind an address and says that it is not meant, or that it is.
GONE = re.compile(
    r"不要了|不用了|用不了|不再用|不能用|不住了?|不在(?:那|这|了)|作废|失效|停用|取消|搬走|搬家|搬了|搬离|退房|退租|(?<![别要勿])[写填打发留搞弄说贴]错|(?<![写填打发留搞弄说贴])错了|有误|不对|收不[到了]|"
    r"(?:别|不要)再?[用寄发](?:[到往去给]|这|那|了|(?=[\s,;。]|$))|(?:是|那个)(?:旧|老|原来|以前|之前|上次|错)的?|(?:旧|老)地址|不是(?:这|那)|算了|才怪"
)
KEPT = re.compile(r"以(?:这|此|上面|前面)[^,;\n]{0,8}为准|才是(?:对|新|正确|现在)|是(?:新|正确|现在|最新)的?(?:地址)?")
# Whatever stands between, this speaks of the address before it.
THIS_GONE = re.compile(r"(?:这|那|上面|前面)(?:个|条)?(?:的)?地址(?:不对|错|不要|不用|作废|是错|有误|取消)")
# 不是寄四川吗? denies nothing; 下次改成… is not for now.
ASKED = re.compile(r"[吗么?]")
LATER = re.compile(r"下次|下回|下一?单|下个月|以后|今后|后面|到时")
# Talk of an address that changes, or is wrong, without saying into what.
TALK = re.compile(
    r"地址(?:有变|有误|变|改|换|错|不对|不是|等|稍后|晚点|待定|未定|再说|另)|(?:改|换|更新|更改|变更|修改)(?:一?[下个]|了)?(?:收货|收件)?地址|"
    r"(?:发|给|报)[^,;\n]{0,4}新地址|(?:旧|老|原)地址|不是(?:这|那)个?地址|(?<![别要勿])[写填打发留搞弄说贴]错|"
    rf"(?:^|[\s,;。\n])(?:不对|错了|更正|纠正)(?=[\s,;。:\n]|是|应|$)|(?:别|不要|勿){SENDS}{TOWARDS}?[^,;\n]{{0,2}}(?:这|那)|"
    r"(?:或者?|要么|还是|改成?为?到?|换成?为?到?|更正为?|应该?是|不是)[^,;\n]{0,14}(?:路|街|大道|小区|胡同|[\d一二三四五六七八九十]\s*(?:号(?!色)|栋|幢|楼|室|单元|弄))"
)
GATE = re.compile(
    rf"[旧舊老原改换換变更搬错錯曾误]|前的?|之前|以前|上次|上回|新地址|新的地址|不要|不用|不是|不对|不在|不再|不{SENDS}|[别勿甭莫从自由]|作废|取消|退房|退租|收不|为准|"
    r"现在|这次|应该|寄件|发件|发货|寄出|收货地|算了|过去|或|要么|还是"
)
# Of the places a message names so many are looked at; of the words before and behind one so many characters.
MOST = 12
LEAD = 30
BEHIND = 44
PIECE = re.compile(rf"[^{re.escape(HARD)} 、:]+")
COUNTED = re.compile(rf"(?:{goods.COUNT})\s?(?:{goods.UNIT})")
OPENS = "([「【“\"<"
CLOSES = ")]」】”\">"


class Mention(NamedTuple):
    """An address as the message names it; ``lead`` is where the words begin that say what it is."""

    chain: Chain
    lead: int
    said: str = ""


def put_aside(sheet: Sheet, apart: list[tuple[int, int]]) -> bool:
    """Claim as other what the message says is not meant, and answer whether a person must look at the address all the same.

    ``apart``: notes; an address that stands in one is never chosen.
    """
    if not GATE.search(sheet.text):
        return False
    told = mentions(sheet.free, chains(sheet.free))
    talked = TALK.search(sheet.text) is not None
    if not told:
        return talked
    weighed = _weighed(sheet, told)
    whole = [one for one in weighed if _has_door(sheet.text, one, weighed)]
    meant = _meant(whole)
    if meant is None:
        unwanted = [one for one in weighed if one.said == OLD]
        if len(unwanted) == len(weighed) or not any(one.said != OLD for one in whole):
            # All that is named is not meant: where it goes stands somewhere else, or nowhere.
            # 老地址 alone is the one the shop knows.
            usual = len(weighed) == 1 and sheet.text[weighed[0].lead : weighed[0].lead + 1] == "老"
            return (bool(unwanted) and not usual) or (talked and not usual and not _only_new(whole))
    else:
        unwanted = [one for one in weighed if one is not meant and (one in whole or one.said == OLD)]
    if any(start <= one.chain.start < end for one in weighed for start, end in apart):
        return True
    for one in unwanted:
        _aside(sheet, one, weighed)
    return talked and not unwanted and not _only_new(whole)


def rivals(text: str, found: list[Chain], chain: Chain) -> tuple[Place, ...]:
    """Other places that are named with a door behind them: as good an address as ``chain``."""
    told = mentions(text, found)
    mine = [one for one in told if one.chain.start < chain.end and chain.start < one.chain.end]
    others = [one for one in told if one not in mine and _stands_alone(text, one.chain) and _has_door(text, one, told)]
    return tuple(
        one.chain.place
        for one in others
        if not (one.chain.place.holds(chain.place) or chain.place.holds(one.chain.place)) or _apart(text, chain, one.chain, told)
    )


def _stands_alone(text: str, chain: Chain) -> bool:
    """Two names, a whole province or city, or a district that begins something: no 东区 in a door, and no 沙田正街."""
    full = text[chain.end - 1] in "省市区县州旗盟" and chain.uses[0].form != SHORT
    if len(chain.spans) > 1:
        return chain.agree
    return full and (chain.place.depth < 3 or not chain.start or not text[chain.start - 1].isalnum())


def _apart(text: str, chain: Chain, other: Chain, told: list[Mention]) -> bool:
    """Two doors in the same place: each name has its own behind it."""
    return _has_door(text, Mention(chain, chain.start), told) and _door_of(text, chain) != _door_of(text, other)


def _door_of(text: str, chain: Chain) -> str:
    return re.split(r"[\s,;。\n]", text[chain.end : chain.end + 40].lstrip(" ,"))[0]


def mentions(text: str, found: list[Chain]) -> list[Mention]:
    """The places that are named like addresses, in their order: by two names at least, by one in full, or with a door behind."""
    taken = bytearray(len(text))
    kept: list[Chain] = []
    for chain in found:
        if any(taken[chain.start : chain.end]):
            continue
        taken[chain.start : chain.end] = b"\1" * (chain.end - chain.start)
        kept.append(chain)
        if len(kept) == MOST:
            break
    return [Mention(chain, chain.start) for chain in sorted(kept, key=lambda one: one.start) if _like_address(text, chain)]


def _like_address(text: str, chain: Chain) -> bool:
    full = text[chain.end - 1] in "省市区县州旗盟" and chain.uses[0].form != SHORT
    return len(chain.spans) > 1 or full or near_door(text[chain.end : chain.end + 16])


def near_door(behind: str) -> bool:
    """Do these words begin with a door?"""
    return DOOR.search(re.split(r"[\s,;。\n]", behind, maxsplit=1)[0]) is not None


def _has_door(text: str, one: Mention, told: list[Mention]) -> bool:
    """Is there a door behind it, before the next place is named?"""
    after = next((other.chain.start for other in told if other.chain.start >= one.chain.end), len(text))
    return DOOR.search(text[one.chain.end : min(after, one.chain.end + 30)].split("\n\n\n")[0]) is not None


def _weighed(sheet: Sheet, told: list[Mention]) -> list[Mention]:
    """Each with what the words before and behind it say."""
    leads: list[tuple[str, int]] = []
    last = 0
    for nth, one in enumerate(told):
        following = told[nth + 1].chain.start if nth + 1 < len(told) else len(sheet.text)
        leads.append(_before(sheet.text, last, one.chain.start, sheet.text[one.chain.end : following]))
        last = one.chain.end
    weighed = []
    for nth, (one, (said, lead)) in enumerate(zip(told, leads, strict=True)):
        # What leads to the next address speaks of that one.
        following = leads[nth + 1][1] if nth + 1 < len(told) else len(sheet.text)
        behind = sheet.text[one.chain.end : min(following, one.chain.end + BEHIND)]
        if said != OLD and (GONE.search(_near(behind)) or THIS_GONE.search(behind)):
            said = OLD
        elif said != OLD and KEPT.search(behind):
            said = NEW
        weighed.append(one._replace(lead=lead, said=said))
    return weighed


def _near(behind: str) -> str:
    """Of what stands behind an address only what still speaks of it: up to a phone or a number of pieces."""
    cut = re.search(r"\d{7}", behind)
    counted = COUNTED.search(behind)
    return behind[: min(cut.start() if cut else len(behind), counted.start() if counted else len(behind))]


def _before(text: str, last: int, start: int, behind: str) -> tuple[str, int]:
    begin = max(last, start - LEAD)
    lead = text[begin:start]
    away = FROM.search(lead)
    if away and LEAVES.search(behind[:60]):
        return OLD, _opened(text, begin + away.start(), begin)
    found = None
    for found in CUES.finditer(lead):  # noqa: B007  # the last is the nearest
        pass
    if found is None or not FILL.fullmatch(lead, found.end()):
        return "", start
    said = {"kept": OLD}.get(found.lastgroup or "", found.lastgroup or "")
    if (said == OLD and "不" in found.group() and ASKED.search(behind[:60])) or (said == NEW and LATER.search(lead[: found.start()])):
        said = ""
    return said, _opened(text, begin + found.start(), begin)


def _opened(text: str, start: int, begin: int) -> int:
    while start > begin and text[start - 1] in OPENS:
        start -= 1
    return start


def _meant(whole: list[Mention]) -> Mention | None:
    """The one that is said to be the new one, where no other is as much."""
    new = [one for one in whole if one.said == NEW]
    if len(new) != 1 or any(one.said == TO and one.chain.start > new[0].chain.start for one in whole):
        return None
    labelled = all(one.said == OLD or one.chain.start < new[0].chain.start for one in whole if one is not new[0])
    return new[0] if labelled else None


def _only_new(whole: list[Mention]) -> bool:
    return len(whole) == 1 and whole[0].said == NEW


def _aside(sheet: Sheet, one: Mention, told: list[Mention]) -> None:
    """Claim an address that is not meant, from the words that say so to the end of its door."""
    limit = min((other.lead for other in told if other.chain.start > one.chain.start), default=len(sheet.text))
    end = one.chain.end
    for match in PIECE.finditer(sheet.text, end, limit):
        if "\n" in sheet.text[end : match.start()] or any(sheet.claims[end : match.start()]):
            break
        stop = next((at for at in range(match.start(), match.end()) if sheet.claims[at] == PHONE), match.end())
        text = sheet.text[match.start() : stop]
        begin, upto = names.bare(text)
        named = names.grade(text[begin:upto]) >= 2 and not DOOR.search(text) and not GONE.search(text)
        if named or (match.start() > end and goods.looks(text) and not DOOR.search(text)):
            break
        if stop < match.end():
            # …27号张三139…: who lives there stays.
            stop -= _hangs(text)
            end = stop
            break
        end = stop
    while end < limit and sheet.text[end] in CLOSES:
        end += 1
    sheet.claim(one.lead, end, OTHERS)


def _hangs(text: str) -> int:
    """How many characters at the end of a door are a name."""
    return next((many for many in (3, 2) if len(text) > many and names.grade(text[-many:]) == 3), 0)
