"""What two of a kind leave unsure: two addresses, two people, a number that was corrected."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from zhanggui.customers.pasting.kinds import OTHERS
from zhanggui.customers.pasting.parsed import Parsed, Said
from zhanggui.customers.pasting.phones import Found
from zhanggui.customers.pasting.sheet import Sheet
from zhanggui.customers.places.table import Place, table

PLACES = ("province", "city", "district")
ADDRESS = (*PLACES, "town", "street")
PHONES = ("phone", "phone2", "extension")
# Of a number: it was wrong, or another takes its place.
OTHER_NUMBER = re.compile(
    r"不对|[写填打发搞弄说]?错了?|不是|改[成为到]?|换[成为了]?|更正|停机|空号|打不通|不用了|作废|旧号|老号|新号|旧的|老的|原来|之前|以前|别打|不要打"
)


def told(
    parsed: Parsed, sheet: Sheet, numbers: Sequence[Found], rivals: Sequence[Place], *, address: bool, people: bool
) -> Parsed:
    """``parsed`` with what nobody can be sure of marked so. ``address``: the message speaks of another address than it names;
    ``people``: two of them stand in it."""
    marked: set[str] = set()
    if rivals or address:
        marked.update(ADDRESS)
        if rivals and parsed.phone2:
            # Two addresses and two numbers: two people, or as good as.
            people = True
    if people:
        marked.update(("name", *PHONES, *ADDRESS))
    if parsed.province and _named_elsewhere(parsed, sheet):
        marked.update(PLACES)
    if parsed.phone and _called_otherwise(sheet, numbers):
        marked.update(PHONES)
    if not marked:
        return parsed
    made: dict[str, Any] = {}
    for name in marked:
        said: Said[Any] = getattr(parsed, name)
        if said:
            also = [place[PLACES.index(name)] for place in rivals] if name in PLACES else []
            others = tuple(dict.fromkeys([*said.others, *(one for one in also if one and one != said.value)]))
            made[name] = replace(said, sure=False, others=others)
    return replace(parsed, **made)


def _named_elsewhere(parsed: Parsed, sheet: Sheet) -> bool:
    """Is a province left over that the address does not lie in?"""
    mine = Place(parsed.province.value, parsed.city.value, parsed.district.value)
    for said in parsed.rest:
        start, end = said.spans[0]
        uses = () if sheet.claims[start] == OTHERS else table().words.get(sheet.text[start:end].strip(), ())
        if any(use.place.depth == 1 for use in uses) and not any(use.place.holds(mine) for use in uses):
            return True
    return False


def _called_otherwise(sheet: Sheet, numbers: Sequence[Found]) -> bool:
    """Two numbers with a word between them, or behind the last, that takes one back."""
    if len({one.number for one in numbers}) < 2:
        return False
    first, last = numbers[0], numbers[-1]
    return last.start - first.end < 60 and (
        OTHER_NUMBER.search(sheet.text[first.end : last.start]) is not None
        or OTHER_NUMBER.search(sheet.text[max(0, first.start - 12) : first.start]) is not None
        or OTHER_NUMBER.search(sheet.text[last.end : last.end + 12]) is not None
    )
