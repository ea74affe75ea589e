"""Which earlier solutions are worth reading first. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

SHOWN, LOOKED_AT = 3, 12


class Found(NamedTuple):
    """One lesson somebody may read: whether its order held the same goods, and whether it was the same shop's."""

    lesson_id: int
    helped: int
    same_goods: bool
    same_shop: bool


def best(found: Iterable[Found], most: int = LOOKED_AT) -> list[Found]:
    """Each lesson once: the same goods and shop before either alone, then what helped most, then the newest."""
    by_id: dict[int, Found] = {}
    for one in found:
        known = by_id.get(one.lesson_id, one)
        by_id[one.lesson_id] = one._replace(same_goods=one.same_goods or known.same_goods, same_shop=one.same_shop or known.same_shop)
    ranked = sorted(by_id.values(), key=lambda one: (one.same_goods + one.same_shop, one.same_goods, one.helped, one.lesson_id), reverse=True)
    return ranked[:most]


def distinct(said: Iterable[tuple[int, str]], most: int = SHOWN) -> list[int]:
    """(lesson, what it says to do), best first: the first few that do not say what one before them says."""
    found: dict[str, int] = {}
    for lesson_id, words in said:
        found.setdefault(" ".join(words.split()).casefold(), lesson_id)
    return list(found.values())[:most]
