"""Every division by every name people write: whole, short, and former."""

import gzip
import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from zhanggui.customers.places.former import ALSO, MERGED, pairs

FULL, FORMER, SHORT = "full", "former", "short"
PEOPLES = (
    "蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 "
    "达斡尔 仫佬 羌 布朗 撒拉 毛南 "
    "仡佬 锡伯 阿昌 普米 塔吉克 怒 鄂温克 保安 裕固 京 独龙 鄂伦春 各"
)
PEOPLE = "|".join(sorted(PEOPLES.split(), key=len, reverse=True))
# 恩施土家族苗族自治州 → 恩施; the one-character peoples always say 族, 蒙古 and others may leave it out.
SELF_RULED = re.compile(rf"^(.{{2,}}?)(?:(?:{PEOPLE})族|蒙古|哈萨克|柯尔克孜|锡伯|塔吉克|维吾尔|回)*自治([州县旗区])$")
ENDINGS = ("特别行政区", "自治区", "自治州", "地区", "林区", "矿区", "新区", "省", "市", "区", "县", "盟", "旗")
OVERSEAS = {"香港特别行政区": "HK", "澳门特别行政区": "MO", "台湾省": "TW"}
MUNICIPAL = frozenset(("北京市", "上海市", "天津市", "重庆市"))


NOT_ITS_END = tuple("岛路街村山湖")


class Place(NamedTuple):
    """A division in today's whole names; a county ruled by its province stands in ``city``."""

    province: str
    city: str = ""
    district: str = ""

    @property
    def depth(self) -> int:
        return 3 if self.district else 2 if self.city else 1

    @property
    def name(self) -> str:
        return self.district or self.city or self.province

    @property
    def country(self) -> str:
        return OVERSEAS.get(self.province, "CN")

    def holds(self, other: "Place") -> bool:
        """Does the other lie in it, or is it the same?"""
        return self.province == other.province and self.city in ("", other.city) and self.district in ("", other.district)


class Use(NamedTuple):
    """A place a word may mean, and whether the word is its whole, its former or its short name."""

    place: Place
    form: str


class Table(NamedTuple):
    words: dict[str, tuple[Use, ...]]
    # The first two characters of the words, and how long the longest of them is.
    starts: dict[str, int]
    towns: dict[Place, str]
    inside: dict[Place, tuple[Place, ...]]


@cache
def table() -> Table:
    """The whole table; read once."""
    towns: dict[Place, str] = {}
    inside: dict[Place, list[Place]] = {}
    packed = files("zhanggui.customers.places").joinpath("data/divisions.txt.gz").read_bytes()
    province, city = "", ""
    for line in gzip.decompress(packed).decode().splitlines():
        name, *below = line[1:].split("\t")
        if line[0] == "1":
            province, city = name, ""
            place = Place(name)
        elif line[0] == "2":
            city = name
            place = Place(province, name)
            inside[Place(province)].append(place)
        else:
            place = Place(province, city, name)
            inside[Place(province, city)].append(place)
        inside[place] = []
        if below:
            towns[place] = "\t" + "\t".join(below) + "\t"
    words = _words(list(inside))
    starts: dict[str, int] = {}
    for word in words:
        starts[word[:2]] = max(starts.get(word[:2], 0), len(word))
    return Table(words, starts, towns, {place: tuple(below) for place, below in inside.items()})


def stem(name: str) -> str:
    """``杭州市`` → ``杭州``, ``恩施土家族苗族自治州`` → ``恩施``; a name that would be left with one character stays whole."""
    ruled = SELF_RULED.match(name)
    if ruled:
        return ruled[1]
    for ending in ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return name


def _words(places: list[Place]) -> dict[str, tuple[Use, ...]]:
    found: dict[str, list[Use]] = {}

    def add(word: str, place: Place, form: str) -> None:
        uses = found.setdefault(word, [])
        if all(use.place != place for use in uses):
            uses.append(Use(place, form))

    for place in places:
        add(place.name, place, FULL)
    whole = set(found)
    for name, paths in pairs(ALSO):
        for path in paths:
            add(name, Place(*path), FULL)
    for place in places:
        for word in _other_words(place):
            add(word, place, SHORT if word == stem(place.name) else FULL)
    for name, paths in pairs(MERGED):
        for path in paths:
            add(name, Place(*path), FORMER)
    for place in places:
        # 萧山市 and 萧山县 became 萧山区; 运城地区 became 运城市.
        short = stem(place.name)
        endings = ("市", "县", "区") if place.depth == 3 else ("地区",) if place.depth == 2 else ()
        for word in (short + ending for ending in endings):
            if short != place.name and word not in whole:
                add(word, place, FORMER)
    return {word: tuple(uses) for word, uses in found.items()}


def _other_words(place: Place) -> list[str]:
    name, short = place.name, stem(place.name)
    words = [short] if short != name else []
    ruled = SELF_RULED.match(name)
    if ruled and place.depth > 1:
        words += [ruled[1] + ruled[2], f"{ruled[1]}自治{ruled[2]}"]
    if len(short) > 3 and name[-1] in "县旗州":
        # 前郭尔罗斯蒙古族自治县 is 前郭县 to those who live there, 东乌珠穆沁旗 东乌旗, 科尔沁左翼后旗 科左后旗.
        words.append(short[:2] + name[-1])
        wing = re.search("([左右])翼([前后中]?)", name)
        words += [name[0] + wing[1] + wing[2] + name[-1]] if wing else []
    if name.endswith("族区") and (mixed := re.match(rf"^(.{{2,}}?)(?:{PEOPLE})族区$", name)):
        words += [f"{mixed[1]}区", mixed[1]]
    if "高新" in name and "区" in name:
        words += ["高新区", "高新技术产业开发区", "高新技术开发区", f"{stem(place.city)}高新区"]
    elif "经济技术开发区" in name or "经济开发区" in name:
        words += ["经开区", "经济技术开发区", "经济开发区", "开发区", f"{stem(place.city)}经开区", f"{stem(place.city)}开发区"]
    elif place.depth == 3 and name.startswith(short) and name.startswith(stem(place.city)) and name.endswith(("区", "园区")):
        # 苏州工业园区 is written 工业园区 after its city.
        rest = name.removeprefix(place.city).removeprefix(stem(place.city))
        words += [rest] if len(rest) > 2 else []
    return words


def town_at(place: Place, text: str, start: int) -> str:
    """The town of this county or city that ``text`` names at ``start``; the longest, or empty."""
    listed = table().towns.get(place, "")
    for end in range(min(len(text), start + 12), start + 1, -1):
        # 永兴岛 is not the town 永兴: a name without its kind ends where the word does.
        cut = text[end - 1] not in "镇乡道场区" and text[end : end + 1] in NOT_ITS_END
        if f"\t{text[start:end]}\t" in listed and not cut:
            return text[start:end]
    return ""
