"""A number that is taken back: 要3个，不对，2个就行. The later one counts, and a person looks."""

import re
from itertools import islice

from zhanggui.customers.pasting.goods import COUNT, UNIT
from zhanggui.customers.pasting.sheet import Sheet

MANY = rf"(?:{COUNT})\s?(?:{UNIT})"
WRONG = r"(?:不对|[写填打发搞弄说点]?错了?|不是|算了|改[成为到]?|换[成为到]?|变成|[减加][到成]|更正|纠正|还是|[哦噢啊呃额欸诶]+不|不不|不,)"
QUIET = r"(?:(?!元|块)[^\d\n一二两三四五六七八九十]){0,7}"
# 3个，不对，2个: up to where the later number begins.
TAKEN_BACK = re.compile(rf"{MANY}\s*[^\w\n]{{0,4}}\n?{QUIET}?{WRONG}{QUIET}?(?={MANY}|(?:\d{{1,4}}|[两俩])(?![\d.元块号年月日点折码]))")
# 不是3个，是2个
DENIED = re.compile(rf"不是\s?{MANY}[\s,]{{0,3}}(?:而?是|,|(?={MANY}))")
GONE = re.compile(r"(?<=[\s,])(?:刚才?|我|刚刚|上面|之前)?(?:[写填打发搞弄说点]错|错|不对)了?(?=[\s,;。\n]|$)")
ENOUGH = re.compile(rf"(?<=[{''.join(sorted({unit[-1] for unit in UNIT.split('|')}))}])(?:就行|就够|就好|就可以|即可|够|得|好)了?(?=[\s,;。!\n]|$)")
# More than anybody takes back in one message: a long stretch of blanks costs too much to read over.
MOST = 6
GATE = re.compile(r"[对错是算改换变减加更纠还不]")


def take_back(sheet: Sheet) -> list[tuple[int, int]]:
    """Blank numbers that are taken back, so that the later one is read in their place; where that was."""
    for match in islice(ENOUGH.finditer(sheet.free), MOST):
        sheet.blank(*match.span())
    if not GATE.search(sheet.text):
        return []
    found: list[tuple[int, int]] = []
    for pattern in (DENIED, TAKEN_BACK, TAKEN_BACK):
        for match in pattern.finditer(sheet.free):
            if len(found) < MOST and not any(sheet.claims[match.start() : match.end()]):
                sheet.blank(*match.span())
                found.append(match.span())
    if found:
        for match in islice(GONE.finditer(sheet.free), MOST):
            sheet.blank(*match.span())
    return found
