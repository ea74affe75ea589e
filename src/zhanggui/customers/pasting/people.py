"""Whose words are whose: what a message says of who sends, and whether two people stand in it."""

import re

from zhanggui.customers.pasting import labels, names
from zhanggui.customers.pasting.kinds import NAME, OTHERS
from zhanggui.customers.pasting.phones import Found
from zhanggui.customers.pasting.sheet import Sheet, Token

SENDS = re.compile(r"(?:^|(?<=[\s,;。]))(?:(?:(?:寄件|发件|寄出)(?:人|方|地|信息)?|发货(?:人|方|地|信息))址?(?:[: ]+|\n)|(?:寄|发):)", re.MULTILINE)
TAKES = re.compile(r"(?:(?:^|(?<=[\s,;。]))(?:收件|收货|收|到)(?:人|方|地|信息)?址?(?:[: ]+|\n)|收(?:件|货)?(?:人|方)?:)", re.MULTILINE)
TAKES_LABEL = re.compile(r"收|签|送货|买家|consignee|receiver|recipient|ship|deliver", re.IGNORECASE)
NUMBER = re.compile(r"1[3-9](?:[ -]?\d){9}")
OF_SENDER = ("name", "phone", "address", "region", "postcode")


def senders(sheet: Sheet, zones: list[labels.Zone]) -> None:
    """Claim what a message says of who sends, where it says who receives as well."""
    _labelled(sheet, zones)
    _in_lines(sheet)


def _labelled(sheet: Sheet, zones: list[labels.Zone]) -> None:
    """寄件人: … 电话: … 地址: …: the labels behind that of the sender are the sender's, up to one of the receiver."""
    takes = [TAKES_LABEL.search(sheet.text[max(0, zone.start - 12) : zone.start].split("\n")[-1]) is not None for zone in zones]
    if not any(zone.kind in OF_SENDER and mine for zone, mine in zip(zones, takes, strict=True)):
        return
    sending = False
    for zone, mine in zip(zones, takes, strict=True):
        if zone.kind in ("sender", "sendernumber"):
            sending = True
        elif mine or zone.kind not in OF_SENDER:
            sending = False
        elif sending:
            sheet.claim(zone.start, zone.end, OTHERS)


def _in_lines(sheet: Sheet) -> None:
    """寄 … 收 …: from the one word to the other, or to the end of the line."""
    sends = SENDS.search(sheet.text)
    takes = [match.start() for match in TAKES.finditer(sheet.text)] if sends else []
    if not sends or not takes:
        return
    after = next((at for at in takes if at >= sends.end()), len(sheet.text))
    line = sheet.text.find("\n", sends.end())
    end = min(after, line if line != -1 else len(sheet.text))
    if NUMBER.search(sheet.text[: sends.start()] + "\n" + sheet.text[end:]):
        sheet.claim(sends.start(), end, OTHERS)


def several(sheet: Sheet, found: list[Found]) -> bool:
    """Do two mobiles stand beside the names of two people? Asked when all else is read."""
    mobiles = [one for one in found if one.kind == "mobile" and sheet.claims[one.start] != OTHERS]
    if len({(one.number, one.extension) for one in mobiles}) < 2:
        return False
    whose: dict[str, set[str]] = {}
    for nth, one in enumerate(mobiles):
        begin = mobiles[nth - 1].end if nth else 0
        end = mobiles[nth + 1].start if nth + 1 < len(mobiles) else len(sheet.text)
        whose.setdefault(one.number, set()).update(_beside(sheet, begin, one, end))
    named = [who for who in whose.values() if who]
    return any(not (first & second) for nth, first in enumerate(named) for second in named[nth + 1 :])


def _beside(sheet: Sheet, begin: int, one: Found, end: int) -> set[str]:
    """The names in the line of a phone and right before it."""
    first = max(begin, sheet.text.rfind("\n", 0, one.start) + 1)
    stop = sheet.text.find("\n", one.end)
    last = min(end, stop if stop != -1 else len(sheet.text))
    return {who for token in _pieces(sheet, first, last) if (who := _who(token))}


def _pieces(sheet: Sheet, start: int, end: int) -> list[Token]:
    """What is a name, or nothing that was understood otherwise."""
    text = "".join(
        letter if kind in (0, NAME) else "\n" for letter, kind in zip(sheet.text[start:end], sheet.claims[start:end], strict=True)
    )
    return [Token(match.group(), *match.span()) for match in re.finditer(r"[^\s,;!?|。、/:()\[\]]+", text)]


def _who(token: Token) -> str:
    begin, end = names.bare(token.text)
    return token.text[begin:end] if names.grade(token.text[begin:end]) >= 2 else ""

