"""Numbers to call: mobiles, landlines, numbers a platform lends with an extension, numbers abroad, and masked ones."""

import re
from typing import NamedTuple

from zhanggui.customers.pasting.kinds import OTHERS, PHONE
from zhanggui.customers.pasting.parsed import NOTHING, Said, Span
from zhanggui.customers.pasting.sheet import Sheet

EXTENSION = (
    r"(?:\s*(?:,?\s*转接?|,?\s*分机号?|拓展号?|ext\.?|#|-)\s*:?\s*(?P<ext{n}>\d{{2,6}})(?![\d号栋幢室楼元块]|-\d)|"
    r"\s*,\s*(?P<comma{n}>\d{{4}})(?=\s*(?:[,;\n]|$)))?"
)
MOBILE = re.compile(
    r"(?<![\d*])(?:\(?\+?\s?(?:00)?86\)?[\s-]{0,2})?(?P<number>1[3-9](?:[ \-.]?\d){9}|1 [3-9](?: \d){9})(?!\d)" + EXTENSION.format(n=""),
    re.IGNORECASE,
)
LANDLINE = re.compile(
    r"(?<![\d\-*])(?:\(?\+?86\)?[\s-]?)?(?:\(?(?P<area>0(?:10|2\d|[3-9]\d\d))\)?[\s-]{0,2}(?P<local>[2-8]\d{2,3}[\s-]?\d{4})"
    r"|(?P<free>[48]00[\s-]?\d{3}[\s-]?\d{4}|[48]00[\s-]?\d{4}[\s-]?\d{3}))(?!\d)"
    r"(?:\s*(?:转接?|分机号?|ext\.?|#|-)\s*:?\s*(?P<ext>\d{1,6})(?![\d号栋幢室楼元块]))?",
    re.IGNORECASE,
)
ABROAD = re.compile(
    r"(?<![\d+])(?:(?P<code>\+(?!\s?(?<=[^\s:(]\+)1[3-9]\d{9}(?!\d)|\s1[3-9]\d{9}(?!\d))\s?(?!86)\d{1,3}|00852|00853|00886)[\s\-()]*(?P<number>\d(?:[\s\-()]{0,2}\d){6,12})"
    r"|(?P<taiwan>09\d\d[\s-]?\d{3}[\s-]?\d{3}))(?!\d)"
)
MASKED = re.compile(r"(?<!\d)1[3-9]\d[*×]{3,5}\d{3,4}(?:\s*(?:转|-)\s*\d{3,6})?(?!\d)")
BRACKET = re.compile(r"[\[(【]\s*(?P<ext>\d{4})\s*[\])】]")
SPOKEN = re.compile(r"(?:电话|手机|致电)?[是:]?$")


class Found(NamedTuple):
    kind: str
    number: str
    extension: str
    start: int
    end: int


class Phones(NamedTuple):
    phone: Said[str] = NOTHING
    phone2: Said[str] = NOTHING
    extension: Said[str] = NOTHING


def find(sheet: Sheet) -> list[Found]:
    """Every number in the message, in its order; each is claimed."""
    found = []
    for pattern, kind in ((MASKED, "masked"), (ABROAD, "abroad"), (MOBILE, "mobile"), (LANDLINE, "landline")):
        for match in pattern.finditer(sheet.text):
            if not any(sheet.claims[match.start() : match.end()]):
                found.append(_taken(match, kind))
                sheet.claim(match.start(), match.end(), PHONE)
    return sorted(found, key=lambda one: one.start)


def _taken(match: re.Match[str], kind: str) -> Found:
    groups = match.groupdict()
    if kind == "masked":
        number = re.sub(r"\s", "", match.group().replace("×", "*"))
        return Found(kind, number, "", match.start(), match.end())
    extension = groups.get("ext") or groups.get("comma") or ""
    if kind == "abroad":
        code = re.sub(r"\D", "", groups["code"] or "").removeprefix("00")
        digits = re.sub(r"\D", "", groups["number"] or "")
        number = f"+{code}{digits}" if code else f"+886{re.sub(r'[^0-9]', '', groups['taiwan'])[1:]}"
    elif kind == "landline":
        local = re.sub(r"\D", "", groups["local"] or groups["free"] or "")
        number = f"{groups['area']}-{local}" if groups["area"] else local
    else:
        number = re.sub(r"\D", "", groups["number"])
    return Found(kind, number, extension, match.start(), match.end())


def chosen(found: list[Found], sheet: Sheet) -> Phones:
    """The first mobile is the phone, the next number the second; more than two are candidates."""
    numbers: dict[str, Found] = {}
    spans: dict[str, tuple[Span, ...]] = {}
    for one in sorted(found, key=lambda one: one.kind in ("landline", "masked")):
        if sheet.claims[one.start] == OTHERS:
            # Of whoever sends.
            continue
        held = numbers.get(one.number)
        numbers[one.number] = held if held and held.extension else one
        spans[one.number] = (*spans.get(one.number, ()), (one.start, one.end))
    if not numbers:
        return Phones()
    first, *more = numbers.values()
    bracket = BRACKET.search(sheet.text)
    extension = Said(first.extension, True, spans[first.number]) if first.extension else NOTHING
    if bracket and first.kind == "mobile":
        for again in BRACKET.finditer(sheet.text):
            sheet.claim(again.start(), again.end(), PHONE)
        if not first.extension:
            extension = Said(bracket["ext"], False, ((bracket.start(), bracket.end()),))
    phone = Said(
        first.number, first.kind != "masked" and len(numbers) < 3, spans[first.number], tuple(one.number for one in more[1:])
    )
    if not more:
        return Phones(phone, NOTHING, extension)
    second = more[0]
    whole = f"{second.number}-{second.extension}" if second.extension else second.number
    others = tuple(one.number for one in more[1:])
    return Phones(phone, Said(whole, second.kind != "masked" and not others, spans[second.number], others), extension)
