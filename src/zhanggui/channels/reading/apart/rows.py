"""Rows on their way between the two processes: one JSON array a line.

``[number, cells]``, or ``[number, cells, {"column": [kind, text, …]}]`` for cells JSON has no word for: ``d`` a moment,
``e`` an unreadable cell by its code; the key ``hidden`` marks a hidden row.
"""

import datetime
import json
from collections.abc import Sequence
from typing import TextIO

from zhanggui.channels.reading.apart.scan import BadAt

_ERRORS = frozenset(("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA"))
_TEXT = {str}
_EXACT_BELOW = 1e15
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Rows:
    """Writes rows; ``count`` is how many had something in them."""

    def __init__(self, out: TextIO, columns: int) -> None:
        self._out, self._columns, self.count = out, columns, 0

    def flush(self) -> None:
        self._out.flush()

    def write(self, number: int, values: Sequence[object], bad: Sequence[BadAt] = (), *, hidden: bool = False) -> None:
        if not (bad or hidden) and len(values) <= self._columns and set(map(type, values)) == _TEXT:
            said = _encode([number, values])
            if '"#' not in said:  # every cell is plain text, as most rows are
                if any(values):
                    self._out.write(said + "\n")
                    self.count += 1
                return
        cells: list[object] = []
        beside: dict[str, object] = {}
        for place, value in enumerate(values):
            plain, special = _carried(value)
            cells.append(plain)
            if special:
                beside[str(place)] = special
        for place, code, said in bad:
            if place < len(cells) and (code == "FORMULA" or cells[place] in (None, "")):
                beside[str(place)] = ["e", code, said]
        if not beside and not any(cells):
            return
        while len(cells) > self._columns and cells[-1] in (None, "") and str(len(cells) - 1) not in beside:
            cells.pop()
        if hidden:
            beside["hidden"] = True
        self._out.write(_encode([number, cells, beside] if beside else [number, cells]))
        self._out.write("\n")
        self.count += 1


def _carried(value: object) -> tuple[object, list[str] | None]:
    """What JSON can carry, and the special beside it."""
    if isinstance(value, str):
        return (None, ["e", "CELL_ERROR", value]) if value[:1] == "#" and value in _ERRORS else (value, None)
    if isinstance(value, bool):
        return None, ["e", "CELL_TYPE", "TRUE" if value else "FALSE"]
    if isinstance(value, float):
        # A workbook has one kind of number; a whole one is given back as a whole one.
        return (int(value) if value.is_integer() and abs(value) < _EXACT_BELOW else value), None
    if isinstance(value, datetime.datetime):
        return None, ["d", value.isoformat()]
    if isinstance(value, datetime.date):
        return None, ["d", datetime.datetime.combine(value, datetime.time()).isoformat()]
    return (value, None) if value is None or isinstance(value, int) else (str(value), None)
