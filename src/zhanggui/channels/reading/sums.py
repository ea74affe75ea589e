"""A line of sums below a table: a word for it in the first cells, and figures alone beside it. It is no order and no goods."""

from collections.abc import Sequence

from zhanggui.channels.port import BadCell
from zhanggui.channels.reading.amounts import exactly
from zhanggui.channels.reading.cells import is_blank, normal
from zhanggui.channels.reading.codes import Code

_WORDS = frozenset(("合计", "总计", "小计", "汇总", "共计", "本页合计", "本页小计", "total", "grandtotal", "subtotal", "totals", "sum"))
# What such a word begins with: nearly every row is told from it by one character.
_BEGIN = frozenset({word[0] for word in _WORDS} | {word[0].upper() for word in _WORDS} | {" ", "\t", "\u3000"})
_FIRST = 3


def is_sum(cells: Sequence[object]) -> bool:
    """Whether a row only adds up those above it."""
    first = cells[0] if cells else None
    if first and not (first.__class__ is str and first[0] in _BEGIN):
        return False
    at = next((at for at, cell in enumerate(cells[:_FIRST]) if not is_blank(cell)), None)
    if at is None or not isinstance(cells[at], str) or normal(str(cells[at])).strip(":") not in _WORDS:
        return False
    beside = [cell for cell in cells[at + 1 :] if not is_blank(cell)]
    return bool(beside) and all(_figure(cell) for cell in beside)


def _figure(cell: object) -> bool:
    if isinstance(cell, BadCell | bool):
        return False
    return isinstance(cell, int | float) or not isinstance(exactly(cell), Code)
