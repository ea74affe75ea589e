"""Which format a table is of, best first, and which other table completes it."""

from collections.abc import Sequence
from dataclasses import dataclass

from zhanggui.channels.port import FileFormat, Table
from zhanggui.channels.reading.errors import HeadersMissing, HeadersUnknown
from zhanggui.channels.reading.header import Knows, words_known
from zhanggui.channels.reading.matching import settled


@dataclass(frozen=True, slots=True)
class Choice:
    """``score`` is 1 to 100; ``companion`` is the table that completes this one, where the format wants one."""

    format: FileFormat
    score: int
    companion: Table | None = None


def choose(table: Table, formats: Sequence[FileFormat], companions: Sequence[Table] = ()) -> list[Choice]:
    """Every format that recognises the header, the surest first; equal ones in the order given."""
    ranked = [
        Choice(fmt, score, next((other for other in companions if fmt.companion(other.header)), None))
        for fmt in formats
        if (score := fmt.recognises(table.header)) > 0
    ]
    return sorted(ranked, key=lambda choice: -choice.score)


def best(table: Table, formats: Sequence[FileFormat], companions: Sequence[Table] = ()) -> Choice:
    """The surest choice, or ``HeadersUnknown`` naming what was seen; where most of it is known, ``HeadersMissing`` naming what is not there."""
    ranked = choose(table, formats, companions)
    if not ranked:
        for fmt in formats:
            lacks = getattr(fmt, "lacks", None)  # only a format that takes any words knows what it misses
            if lacks is not None and (missing := lacks(table.header)):
                raise HeadersMissing(missing="、".join(missing))
        raise HeadersUnknown(headers="、".join(word[:20] for word in table.header[:8] if word))
    return ranked[0]


def orders_told(header: Sequence[str]) -> bool:
    """Whether this header names who gets the goods, as every list of orders does and no list of their lines."""
    found = settled(header, None)
    return any(field in found for field in ("name", "phone", "street"))


def known_by(formats: Sequence[FileFormat]) -> Knows:
    """How to find the header row of a file of any of these formats."""
    def knows(header: Sequence[str]) -> int:
        sure = max((fmt.recognises(header) for fmt in formats), default=0)
        return words_known(header) + sure

    return knows


def pair(tables: Sequence[Table], formats: Sequence[FileFormat]) -> tuple[Table, list[Table]]:
    """Of several files given together, the one with the orders and the rest; the order they came in does not matter."""
    def sure(table: Table) -> int:
        own = max((fmt.recognises(table.header) for fmt in formats), default=0)
        return own - 101 if any(fmt.companion(table.header) for fmt in formats) else own

    main = max(tables, key=sure)
    return main, [table for table in tables if table is not main]
