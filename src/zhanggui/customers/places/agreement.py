"""Do province, city and district belong together, and are they today's names? Looked up, never guessed."""

import re
from functools import lru_cache
from typing import NamedTuple

from zhanggui.customers.places.table import FORMER, MUNICIPAL, SHORT, Place, Use, stem, table, town_at

# Headings, and names so common that a city need not be in the table to have one.
NOTHING_SAID = re.compile(r"^(?:|市辖区|县|其他|其它|全境|.*直辖县(?:级行政区划|级行政单位)?|省直辖|自治区直辖)$")
ANYWHERE = re.compile(
    r"^(?:[东南西北中]区|[城郊矿新]区|(?:.{0,4})?(?:高新|经开|开发|工业园|产业园|保税|示范|管理|度假|新城)区?|.*(?:开发区|"
    r"园区|示范区|管理区|试验区|新区))$"
)


class Disagreement(NamedTuple):
    """``code``: ``city-elsewhere``, ``district-elsewhere`` or ``former-name``; ``given`` the name, ``lies_in`` where it lies today
    (several with 、), ``not_in`` where it was put; ``suggestion`` the right place, where there is only one."""

    code: str
    given: str
    lies_in: str
    not_in: str
    suggestion: Place | None


@lru_cache(16_384)
def disagreement(province: str, city: str, district: str) -> Disagreement | None:
    """What is wrong with where an address says it lies; None where nothing is, and where the table does not know the names.

    ``("浙江省", "宁波市", "萧山区")``: 萧山区 lies in 杭州市, not in 宁波市. A name that was changed is told with today's.
    """
    in_province = _named(province, 1)
    in_city = [] if NOTHING_SAID.match(city) else _named(city, 2)
    if in_province and in_city and not _within(in_province, in_city):
        return _elsewhere("city-elsewhere", city, in_city, province)
    outer = _within(in_province, in_city) if in_province and in_city else in_city or in_province
    former = next((use for use in outer if use.form == FORMER and use.place.depth == 2), None) if in_city else None
    if not NOTHING_SAID.match(district) and outer:
        inner = _named(district, 3)
        inside = _within(outer, inner)
        if inside:
            changed = all(use.form == FORMER for use in inside)
            return _changed(district, inside) if changed else None
        if inner and not ANYWHERE.match(district) and not _is_town(outer, district):
            return _elsewhere("district-elsewhere", district, inner, city if in_city else province)
    return _changed(city, [former]) if former else None


def _named(name: str, depth: int) -> list[Use]:
    """What a name means in its column; a municipality is its own city, and 仙桃市 may stand as a district."""
    uses = table().words.get(name.strip(), ())
    fit = [use for use in uses if use.place.depth == depth]
    if depth == 2:
        fit = fit or [
            Use(Place(name_, name_), use.form)
            for use in uses
            if (name_ := use.place.province) in MUNICIPAL and use.place.depth == 1
        ]
        # 昆山市 in the column of cities.
        fit = fit or [use for use in uses if use.place.depth == 3 and use.form != SHORT]
    if depth == 3:
        fit += [use for use in uses if use.place.depth == 2 and use.form != SHORT and not table().inside.get(use.place)]
    return fit


def _within(outer: list[Use], inner: list[Use]) -> list[Use]:
    return [use for use in inner if any(held.place.holds(use.place) or use.place.holds(held.place) for held in outer)]


def _is_town(outer: list[Use], name: str) -> bool:
    """Cities without counties have their towns where others have districts."""
    return any(town_at(use.place, name + ending, 0) == name + ending for use in outer for ending in ("", "街道", "镇"))


def _elsewhere(code: str, given: str, uses: list[Use], outside: str) -> Disagreement | None:
    whole = [use for use in uses if use.form != SHORT] or ([] if len({use.place for use in uses}) > 1 else uses)
    if not whole:
        return None
    places = list(dict.fromkeys(use.place for use in whole))
    homes = list(dict.fromkeys((place.city if place.district else place.province) for place in places))
    return Disagreement(code, given, "、".join(homes[:4]), outside, places[0] if len(places) == 1 else None)


def _changed(given: str, uses: list[Use]) -> Disagreement | None:
    places = list(dict.fromkeys(use.place for use in uses))
    names = [place.name for place in places]
    if stem(given) == stem(names[0]) or not names:
        # 萧山市 for 萧山区: every carrier knows it.
        return None
    return Disagreement("former-name", given, "、".join(names), "", places[0] if len(places) == 1 else None)
