"""A file each of whose rows stands for itself, as those of goods and of stock do: its columns matched, its rows read one by one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from zhanggui.channels.port import Problem, Table, Turned
from zhanggui.channels.reading.cells import normal, sku
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.errors import HeadersMissing
from zhanggui.channels.reading.fields import ORDER_FIELDS
from zhanggui.channels.reading.findings import Findings
from zhanggui.channels.reading.matching import settled

Row = tuple[Mapping[str, object], Findings]
# Whoever names one of these tells of orders, whatever else the columns are called.
_OF_ORDERS = {field: ORDER_FIELDS[field] for field in ("order_no", "name", "phone", "street", "account")}


@dataclass(frozen=True)
class RowFile:
    """``fields`` are ours with the words for each, the first two of which head the template in Chinese and English;
    ``needed`` are those no row can do without; each column that is known makes us ``surer`` by so much of 100.
    ``others`` finds a header that is of another kind of file although it has what is needed."""

    fields: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...]
    template: tuple[str, ...]
    surer: int
    others: Callable[[Sequence[str]], bool] = lambda header: False

    def headers(self, language: str) -> list[str]:
        """The header of the template, in ``"zh"`` or ``"en"``."""
        return [self.fields[field][1 if language.startswith("en") else 0] for field in self.template]

    def certainty(self, header: Sequence[str]) -> int:
        """How sure we are of this header, above 50; 0 without the needed columns, and for a file of orders."""
        if settled([word for word in header if normal(word) not in self._own()], None, _OF_ORDERS) or self.others(header):
            return 0
        found = settled(header, None, self.fields)
        return 50 + self.surer * len(found) if all(field in found for field in self.needed) else 0

    def column_of(self, header: Sequence[str], field: str) -> str:
        """What the file calls a field of ours; ``""`` where it has none."""
        at = settled(header, None, self.fields).get(field)
        return "" if at is None else header[at]

    def _own(self) -> set[str]:
        return {normal(word) for words in self.fields.values() for word in words}

    def rows(self, table: Table, mapping: Mapping[str, str] | None) -> Iterator[Row | Turned]:
        """Each row once: its cells by our field, and where to say what is wrong with them; or turned away for its width.

        ``mapping`` is a person's choice, our field → header. Raises HeadersMissing before the first row.
        """
        columns = settled(table.header, mapping, self.fields)
        missing = [self.fields[field][0] for field in self.needed if field not in columns]
        if missing:
            raise HeadersMissing(missing="、".join(missing))
        return _rows(table, columns)


def _rows(table: Table, columns: Mapping[str, int]) -> Iterator[Row | Turned]:
    names = {field: table.header[at] for field, at in columns.items()}
    width = len(table.header)
    for row, cells in table.rows():
        if len(cells) == width:
            yield {field: cells[at] for field, at in columns.items()}, Findings(names, row)
        else:
            yield Turned("", (row,), (Problem(row, "", Code.COLUMN_COUNT, f"{len(cells)} ≠ {width}"),))


def code_of(given: Mapping[str, object], found: Findings) -> str:
    """The goods code of a row; ``""``, and a problem, where it cannot be read."""
    code = sku(given["sku"])
    if isinstance(code, Code):
        found.bad("sku", code, given["sku"])
        return ""
    return code
