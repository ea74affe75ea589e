"""How many times what one costs: 3个×129=387元. Which of two numbers counts is told by its unit, its coin and the sum behind it."""

import re
from decimal import Decimal
from typing import NamedTuple

from zhanggui.customers.pasting.amounts import COIN, minor

_MONEY = r"\d{1,7}(?:\.\d{1,2})?"
_TIMES = r"\s{0,8}[*×✖xX]\s{0,8}"
_COMES = rf"(?:\s{{0,8}}=\s{{0,8}}¥?\s{{0,8}}(?P<whole>{_MONEY})(?![\d.])\s{{0,8}}(?P<coin3>{COIN})?)"
# 奶糖 5*10=50 is no price list: of small numbers without a coin nobody can tell.
_SMALL = 20


class Priced(NamedTuple):
    """A price where it stands; ``whole`` is the sum that was said with it."""

    start: int
    end: int
    each: int
    clear: bool = True
    whole: int | None = None


def patterns(count: str, unit: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """3个×129(=387元), and 3×129=387 where nothing says which of them is counted."""
    counted = rf"(?<![\w.*×-])(?:{count})|(?<=[\u4e00-\u9fff)])(?:{count})"
    return (
        re.compile(
            rf"(?P<many>{counted})\s?(?P<unit>{unit})(?P<tail>{_TIMES}(?P<coin>¥)?\s{{0,8}}(?P<sum>{_MONEY})(?![\d.]|\s{{0,8}}(?:{unit}))"
            rf"\s{{0,8}}(?P<coin2>{COIN})?(?:\s{{0,8}}[/每]\s{{0,8}}(?:{unit}))?{_COMES}?)",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?<![\dA-Za-z.*×-])(?P<one>{_MONEY}){_TIMES}(?P<coin>¥)?\s{{0,8}}(?P<sum>{_MONEY})\s{{0,8}}(?P<coin2>{COIN})?{_COMES}",
            re.IGNORECASE,
        ),
    )


def with_unit(found: re.Match[str], many: int, *, heavy: bool) -> Priced | None:
    """The price behind a number of pieces; none where what follows more likely counts packs of so many: 纸巾10包×3.

    Sure where a coin stands there or the sum agrees; else a person looks.
    """
    coin = bool(found["coin"] or found["coin2"])
    each, whole = minor(found["sum"]), minor(found["whole"]) if found["whole"] else None
    if whole is not None:
        agrees = each * many == whole
        clear = agrees and bool(coin or found["coin3"] or "." in found["sum"] or each > _SMALL * 100)
        return Priced(found.start("tail"), found.end(), each, clear, whole)
    money = coin or "." in found["sum"]
    if not money and (heavy or each < _SMALL * 100):
        return None
    return Priced(found.start("tail"), found.end(), each, money)


def without_unit(found: re.Match[str]) -> tuple[int, Priced] | None:
    """(how many, price) where two numbers make the sum behind them; the smaller whole one counts. Sure where only one is whole, or
    only one has a coin."""
    one, two, whole = found["one"], found["sum"], minor(found["whole"])
    if Decimal(one) * Decimal(two) * 100 != whole:
        return None
    coin = bool(found["coin"] or found["coin2"])
    if "." in one and "." in two:
        return None
    counts = [text for text in (one, two) if "." not in text and (text == one or not coin)]
    if not counts or int(min(counts, key=int)) < 1:
        return None
    many = min(counts, key=int)
    each = two if many is one else one
    return int(many), Priced(found.start(), found.end(), minor(each), len(counts) == 1, whole)
