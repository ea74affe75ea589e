"""A file opened together with the one that completes it, whichever of the two was given first."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from zhanggui.channels.port import FileFormat
from zhanggui.channels.reading.choices import Choices
from zhanggui.channels.reading.choose import known_by, pair
from zhanggui.channels.reading.limits import Limits
from zhanggui.channels.reading.opening import open_table
from zhanggui.channels.reading.sums import is_sum

Given = Path | bytes


class Opened(NamedTuple):
    """``table`` is read from ``given`` and has the orders, goods or stock; ``companion`` from ``beside``, where there is one.
    ``swapped`` says that they were given the other way round."""

    given: Given
    table: Any
    beside: Given | None = None
    companion: Any = None
    swapped: bool = False


def opened(
    given: Given,
    beside: Given | None = None,
    *,
    known: Sequence[FileFormat],
    limits: Limits,
    name: str = "",
    choices: Choices = Choices(),
    sheet: str | None = None,
) -> Opened:
    """Both files as tables. ``sheet`` and the header row of ``choices`` are of the one with the orders: it is what a person
    was shown.

    Raises whatever refuses one of the files as a whole, and what asks how to read it.
    """
    knows = known_by(known)

    def plainly(one: Given) -> Any:
        return open_table(one, limits=limits, knows=knows, choices=replace(choices, header_row=None, numbers=""))

    def as_chosen(one: Given) -> Any:
        return open_table(one, limits=limits, knows=knows, name=name, choices=choices, sheet=sheet)

    if beside is None:
        return Opened(given, as_chosen(given))
    second = plainly(beside)
    if any(each.companion(second.header) for each in known):
        first = as_chosen(given)
    else:
        first = plainly(given)
        if any(each.companion(first.header) for each in known):
            second = as_chosen(beside)
    main, _others = pair([first, second], known)
    if main is first:
        return Opened(given, first, beside, second)
    return Opened(beside, second, given, first, swapped=True)


class Counted:
    """A table that counts what it gives out, so that no row is lost between the file and the books. A row that only adds up others
    is left out, and named in ``sums``; it counts as one of those with nothing in them."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self.seen = 0
        self.sums: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    @property
    def blank_rows(self) -> int:
        return int(self._table.blank_rows) + len(self.sums)

    @blank_rows.setter
    def blank_rows(self, many: int) -> None:
        self._table.blank_rows = many - len(self.sums)

    def rows(self) -> Iterator[tuple[int, list[object]]]:
        self.seen, self.sums = 0, []
        for row in self._table.rows():
            if is_sum(row[1]):
                self.sums.append(row[0])
                continue
            self.seen += 1
            yield row
