"""Names of one address that stand apart: 河南省郑州市 王五 138… 金水区花园路1号; and a province that is not where the rest lies."""

import re
from typing import NamedTuple

from zhanggui.customers.pasting import which
from zhanggui.customers.places.chains import BETWEEN, Chain
from zhanggui.customers.places.table import SHORT, Place

# 寄江苏…: what leads to an address stands right before it.
LED = re.compile(r"[寄发送到往邮址是在]$")


class Lies(NamedTuple):
    """``chain`` is where the door stands behind; ``outer`` names more of the same place elsewhere in the message."""

    chain: Chain
    outer: Chain | None = None


def joined(text: str, found: list[Chain]) -> Lies:
    """The best chain with what is said of it elsewhere. Where that is another place, the chain does not agree."""
    chain = found[0]
    inner = _inner(text, found, chain)
    if inner is not None:
        return Lies(inner, chain)
    others = [other for other in found[1:] if other.place.depth < 3 and (other.end <= chain.start or other.start >= chain.end)]
    taken: list[Chain] = []
    for other in others:
        if any(other.start < held.end and held.start < other.end for held in taken):
            continue
        if len(taken) == which.MOST:
            break
        taken.append(other)
        close = other.end <= chain.start and _gap(text, other.end) >= chain.start
        if not ((close and _begun(text, other)) or _alone(text, other)):
            continue
        inside = tuple(use for use in chain.uses if any(held.place.holds(use.place) for held in other.uses))
        if inside and other.place.depth < chain.spans[0][2]:
            return Lies(chain._replace(uses=inside), other)
        if not inside and chain.agree and not any(_near(one.place, use.place) for one in other.uses for use in chain.uses):
            # 江苏 杭州西湖区…: which of them was meant a person says.
            return Lies(chain._replace(agree=False, outer=other.place))
    if chain.place.depth == 1 and chain.agree:
        # 江苏杭州文三路: a city of another province, where its own would stand.
        at = _gap(text, chain.end)
        city = next((other for other in found if other.start == at and not _near(other.place, chain.place)), None)
        if city is not None:
            return Lies(chain._replace(agree=False, outer=city.place))
    return Lies(chain)


def _inner(text: str, found: list[Chain], chain: Chain) -> Chain | None:
    """The district, where it stands behind the name and the phone and the door behind it."""
    if chain.place.depth == 3 or not chain.agree or which.near_door(text[chain.end : chain.end + 16]):
        return None
    for other in found[1:]:
        if other.start < chain.end or not _bounded(text, other.start) or other.uses[0].form == SHORT:
            continue
        inside = tuple(use for use in other.uses if chain.place.holds(use.place) and use.place != chain.place)
        if inside and which.near_door(text[other.end : other.end + 24]):
            return other._replace(uses=inside, agree=True, outer=None)
    return None


def _near(one: Place, other: Place) -> bool:
    return one.holds(other) or other.holds(one)


def _gap(text: str, at: int) -> int:
    gap = BETWEEN.match(text, at)
    return gap.end() if gap else at


def _bounded(text: str, at: int) -> bool:
    return not at or not text[at - 1].isalnum()


def _begun(text: str, other: Chain) -> bool:
    return _bounded(text, other.start) or LED.search(text[max(0, other.start - 1) : other.start]) is not None


def _alone(text: str, other: Chain) -> bool:
    """A whole name, or several, with nothing else in their clause; a short one alone may be anything."""
    whole = len(other.spans) > 1 or (other.uses[0].form != SHORT and text[other.end - 1] in "省市区州盟")
    return whole and _begun(text, other) and (other.end == len(text) or not text[other.end].isalnum())
