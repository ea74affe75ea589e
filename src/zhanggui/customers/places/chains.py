"""Where in a text a place is named: province, city, district beside each other, any of them missing or written short."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from zhanggui.customers.places.table import FORMER, FULL, SHORT, Place, Table, Use, table, town_at

# What may stand between two names of one address.
BETWEEN = re.compile(
    r"[\s,，、/\\|>\-·.。:：_\"']*(?:(?:(?:所在)?(?:省份|省市区|城市|区县|地区|区域)|省|市|区|县|区/县)\s*[:：]\s*"
    r"|(?:省|自治区)?直辖县级行政(?:区划|单位)|(?:省|自治区)直辖县?|市辖区)?[\s,，、/\\|>\-·.。:：_\"']*"
)
# A short name before these names a road, a house, a dish: not a place an address begins with.
ROAD = re.compile(
    r"(?:[东南西北中上下][一二三四五六七八九十]?|[一二三四五六七八九十])?(?:[路街道巷弄里桥]|大道|大街|胡同|大厦|饭店|酒店|银行|大学|学院|公寓|花园|"
    r"小区|广场|公园|家园|新村|人(?!民)|话|菜|味"
    r"|烤|小[学面区笼]|产|款|版|号|站|楼|村|苑|城(?![路街大区关中东西南北厢步固口]))"
)
# 陕西兴平西城路: a city keeps its name, and the road begins with where it lies; 广州天河北路 is one road.
TURNED = re.compile(r"[东南西北](?:[一二三四五六七八九十]+[路街道巷]|大街|城)")
DOOR = re.compile(r"[路街巷弄号村镇乡组队道栋幢座楼室苑园里湾屯寨坊店厦城\d]")
# Every city has one: these say nothing without the city before them.
EVERYWHERE = frozenset(
    ("高新区", "高新技术产业开发区", "高新技术开发区", "经开区", "经济技术开发区", "经济开发区", "开发区", "工业园区")
)
# 石岛管理区: no division, and written where its towns are.
MANAGED = re.compile(r"[\u4e00-\u9fff]{2,3}管理区")
WEIGHT = {FULL: 3.0, FORMER: 2.6, SHORT: 1.6}


class Chain(NamedTuple):
    """Names beside each other. ``uses``: what the last of them may mean, likeliest first; ``spans``: where each stood."""

    uses: tuple[Use, ...]
    spans: tuple[tuple[int, int, int], ...]
    score: float
    agree: bool = True
    # What stood before a name that does not belong to it.
    outer: Place | None = None

    @property
    def start(self) -> int:
        return self.spans[0][0]

    @property
    def end(self) -> int:
        return self.spans[-1][1]

    @property
    def place(self) -> Place:
        return self.uses[0].place


def chains(text: str, *, starts: frozenset[int] = frozenset()) -> list[Chain]:
    """Every chain of names, best first. ``starts``: where an address is said to begin."""
    known = table()
    found: list[Chain] = []
    memo: dict[int, list[tuple[int, tuple[Use, ...]]]] = {}
    for at in range(len(text) - 1):
        for end, uses in _names(text, at, known, memo):
            begun = at == 0 or not text[at - 1].isalnum()
            for chain in _grown(text, known, memo, Chain(uses, (), 0.0), at, end, uses, first=True):
                whole = chain._replace(score=chain.score + 0.4 * begun + 2.0 * (at in starts) + _ending(text, chain) - at * 0.002)
                if whole.score > 1.4:
                    found.append(whole)
    return sorted(found, key=lambda chain: -chain.score)


def _names(
    text: str, at: int, known: Table, memo: dict[int, list[tuple[int, tuple[Use, ...]]]]
) -> list[tuple[int, tuple[Use, ...]]]:
    if at not in memo:
        found: list[tuple[int, tuple[Use, ...]]] = []
        longest = known.starts.get(text[at : at + 2], 0)
        for end in range(min(len(text), at + longest), at + 1, -1):
            uses = known.words.get(text[at:end])
            if uses and not (found and found[-1][0] == end + 1 and text[end] in "区县" and _cut(uses, found[-1][1])):
                found.append((end, uses))
        memo[at] = found
    return memo[at]


def _cut(uses: tuple[Use, ...], longer: tuple[Use, ...]) -> bool:
    """塘沽 in 塘沽区: a name whose own ending would be left behind."""
    places = {use.place for use in longer}
    return all(use.place in places for use in uses)


def _grown(
    text: str,
    known: Table,
    memo: dict[int, list[tuple[int, tuple[Use, ...]]]],
    before: Chain,
    at: int,
    end: int,
    uses: tuple[Use, ...],
    *,
    first: bool,
) -> Iterator[Chain]:
    road = ROAD.match(text, end) is not None and not _begins(text, end, known, memo)
    chain = _joined(text, before, at, end, uses, road=road, first=first)
    if chain is None:
        return
    yield chain
    if len(chain.spans) == 4:
        return
    gap = BETWEEN.match(text, end)
    after = gap.end() if gap else end
    for further, named in _names(text, after, known, memo):
        yield from _grown(text, known, memo, chain, after, further, named, first=False)


def _paved(use: Use, road: bool, turned: bool) -> bool:
    """A short name that is part of a road's."""
    return road and not (turned and use.place.name.endswith(("市", "县")))


def sibling(text: str, chain: Chain) -> Place | None:
    """The district whose short name stands right behind another of its city: 余杭区临平… lies in 临平区 today."""
    if chain.place.depth < 3 or not chain.agree:
        return None
    for end in range(chain.end + 2, min(chain.end + 4, len(text)) + 1):
        for use in table().words.get(text[chain.end : end], ()):
            near = use.form == SHORT and use.place.depth == 3 and use.place[:2] == chain.place[:2] and use.place != chain.place
            if near and (TURNED.match(text, end) or not ROAD.match(text, end)) and text[end : end + 1] not in "镇乡村区县市":
                return use.place
    return None


def _begins(text: str, at: int, known: Table, memo: dict[int, list[tuple[int, tuple[Use, ...]]]]) -> bool:
    """Does a whole name begin here? 张家口桥东区 is no bridge."""
    return any(text[end - 1] in "市区县州旗盟" and uses[0].form != SHORT for end, uses in _names(text, at, known, memo))


def _joined(text: str, before: Chain, at: int, end: int, uses: tuple[Use, ...], *, road: bool, first: bool) -> Chain | None:
    """The chain with one more name, or None where that name is no place here."""
    if first and text[at:end] in EVERYWHERE:
        return None
    turned = road and TURNED.match(text, end) is not None
    if first:
        inside = bool(at) and text[at - 1].isalnum()
        turned = turned and not inside
        fit = [
            use for use in uses if not (use.form == SHORT and (_paved(use, road, turned) or (use.place.depth == 3 and inside)))
        ]
        if not fit:
            return None
        fit.sort(key=_rank)
        best = fit[0]
        score = WEIGHT[best.form] - (0.5 if best.form == SHORT and best.place.depth == 3 else 0)
        return Chain(tuple(fit), ((at, end, best.place.depth),), score)
    inner = [
        use
        for use in uses
        if not (use.form == SHORT and _paved(use, road, turned))
        and any(
            (
                held.place.holds(use.place)
                # 滨海新区塘沽: what it was called says where in today's district, and stays.
                and (held.place != use.place or (use.place.depth < 3 and use.form != SHORT) or held.form == use.form == FORMER)
            )
            or _doubled(held.place, use.place)
            for held in before.uses
        )
    ]
    if inner:
        inner.sort(key=_rank)
        best = inner[0]
        same = before.place == best.place
        score = before.score + (0.2 if same else WEIGHT[best.form])
        return Chain(tuple(inner), (*before.spans, (at, end, best.place.depth)), score, before.agree, before.outer)
    named = sorted(
        (
            use
            for use in uses
            if use.form != SHORT
            and use.place.depth > before.place.depth
            and (use.form == FORMER or use.place.name == text[at:end])
        ),
        key=_rank,
    )
    if not named or not before.agree or text[before.spans[-1][0] : before.spans[-1][1]] == text[at:end]:
        return None
    return Chain(tuple(named), (*before.spans, (at, end, named[0].place.depth)), before.score + 1.0, False, before.place)


def _doubled(held: Place, named: Place) -> bool:
    """北京市 said again after 北京: its city."""
    return held.depth == 2 and named.depth == 1 and held.city == held.province == named.province


def _rank(use: Use) -> tuple[int, int, int]:
    place = use.place
    big = place.city == place.province or place in CAPITALS or Place(place.province, place.city) in CAPITALS
    return (0 if use.form == FULL else 1, place.depth, 0 if big else 1)


CAPITALS_OF = (
    "河北省/石家庄市 山西省/太原市 内蒙古自治区/呼和浩特市 辽宁省/沈阳市 吉林省/长春市 黑龙江省/哈尔滨市 江苏省/南京市 浙江省/杭州市 "
    "安徽省/合肥市 福建省/福州市 江西省/南昌市 山东省/济南市 河南省/郑州市 湖北省/武汉市 湖南省/长沙市 广东省/广州市 广东省/深圳市 "
    "广西壮族自治区/南宁市 海南省/海口市 四川省/成都市 贵州省/贵阳市 云南省/昆明市 西藏自治区/拉萨市 陕西省/西安市 甘肃省/兰州市 "
    "青海省/西宁市 宁夏回族自治区/银川市 新疆维吾尔自治区/乌鲁木齐市"
)
CAPITALS = frozenset(Place(*path.split("/")) for path in CAPITALS_OF.split())


def _ending(text: str, chain: Chain) -> float:
    """Is there a door behind it?"""
    after = text[chain.end : chain.end + 24].split("\n\n")[0]
    if DOOR.search(after):
        return 0.8
    return 0.0


def town_behind(text: str, chain: Chain) -> tuple[Place, str, int, int]:
    """(place, town, start, end): the fourth level behind a chain; a town names the county where only the city was said."""
    gap = re.compile(r"[\s,，、/\\|>\-·]*").match(text, chain.end)
    at = gap.end() if gap else chain.end
    for use in chain.uses:
        town = town_at(use.place, text, at)
        if town:
            return use.place, town, at, at + len(town)
    if chain.place.depth == 2:
        homes = [(county, town) for county in table().inside[chain.place] if (town := town_at(county, text, at))]
        if len(homes) == 1 and homes[0][1].endswith(("镇", "乡", "街道")):
            return homes[0][0], homes[0][1], at, at + len(homes[0][1])
    managed = MANAGED.match(text, at) if chain.place.depth == 3 else None
    if managed:
        return chain.place, managed.group(), at, managed.end()
    return chain.place, "", chain.end, chain.end
