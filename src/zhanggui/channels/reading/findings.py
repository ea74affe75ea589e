"""What is found out about one order while it is read: problems that turn it away, and warnings that go with it."""

from collections.abc import Mapping, Sequence

from zhanggui.channels.port import Problem
from zhanggui.channels.reading.cells import shown, text
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.fields import first_words

# Fields whose content is never quoted in a problem.
PERSONAL = frozenset(
    ("name", "phone", "phone2", "street", "street2", "town", "postcode", "account", "buyer_note", "seller_note")
)
LONGEST = {
    "buyer_note": 2000, "seller_note": 2000, "goods": 500, "spec": 200, "name": 100, "province": 60, "city": 60, "district": 60,
    "town": 60, "postcode": 20, "country": 60, "account": 100, "payment_method": 60, "payment": 60, "status": 60, "flag": 30,
    "carrier": 60, "waybill": 64, "currency": 20,
}


class Findings:
    """Collects by field; knows how the file itself calls each field."""

    __slots__ = ("names", "problems", "row", "warnings")

    def __init__(self, names: Mapping[str, str], row: int, problems: Sequence[Problem] = ()) -> None:
        self.names, self.row = names, row
        self.problems = list(problems)
        self.warnings: list[Problem] = []

    def bad(self, field: str, code: Code, cell: object = None, row: int = 0) -> None:
        self.problems.append(self._problem(field, code, cell, row))

    def warn(self, field: str, code: Code, cell: object = None, row: int = 0) -> None:
        self.warnings.append(self._problem(field, code, cell, row))

    def words(self, field: str, cell: object, row: int = 0) -> str:
        """Free text of a field, ``""`` where there is none or it cannot be read."""
        if cell.__class__ is str:
            short: str = cell.strip()
            if len(short) <= 20 and short[:1] not in ("=", "'"):  # every field has room for this
                return short
        read = text(cell, LONGEST.get(field, 500))
        if isinstance(read, Code):
            self.bad(field, read, cell, row)
            return ""
        return read

    def _problem(self, field: str, code: Code, cell: object, row: int) -> Problem:
        quoted = "" if field in PERSONAL else shown(cell)
        return Problem(row or self.row, self.names.get(field, field), code, quoted)


def names_of(header: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    """Each field as the file calls it, or as we do where the file has no such column."""
    return {**first_words(), **{field: header[at] for field, at in columns.items() if at < len(header)}}




