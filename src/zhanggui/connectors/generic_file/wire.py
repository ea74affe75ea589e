"""A strange table to orders: its columns are matched, then read as the template's are.

Looser than the template: a line without a code is kept by its name, a price may be a line's total or, on an order of
one line, the order's; and a total below the lines' sum means a discount nobody gave a column.
"""

from collections.abc import Iterator, Sequence

from zhanggui.channels.port import ChannelOrder, Context, Table, Turned
from zhanggui.channels.reading.assemble import Assembler, Rules
from zhanggui.channels.reading.errors import HeadersMissing
from zhanggui.channels.reading.fields import first_words
from zhanggui.channels.reading.matching import propose, settled

_RULES = Rules(sku_needed=False, implied_discount=True)
_GOODS = ("sku", "goods")
_MONEY = ("unit", "line_total", "total")


def missing(columns: Sequence[str] | dict[str, int]) -> list[str]:
    """Our names of the fields an order cannot be read without."""
    ours = first_words()
    lacking = [ours[field] for field in ("order_no", "quantity") if field not in columns]
    for either in (_GOODS, _MONEY):
        if not any(field in columns for field in either):
            lacking.append(" / ".join(ours[field] for field in either))
    return lacking


def lacks(header: Sequence[str]) -> list[str]:
    """What is missing of a header that is otherwise one of orders."""
    found = [field for field, match in propose(header).items() if match.confidence >= 75]
    return missing(found) if len(found) >= 4 and 2 * len(found) >= sum(1 for word in header if word) else []


def certainty(header: Sequence[str]) -> int:
    """At most 55, below every named format; 0 where the needed columns are not found."""
    found = {field: match for field, match in propose(header).items() if match.confidence >= 75}
    if missing(list(found)):
        return 0
    return 25 + min(30, 2 * len(found))


def orders(table: Table, context: Context) -> Iterator[ChannelOrder | Turned]:
    columns = settled(table.header, context.mapping)
    if lacking := missing(columns):
        raise HeadersMissing(missing="、".join(lacking))
    return Assembler(table.header, columns, context, _RULES).orders(table)
