"""What the XML of a sheet tells before anything builds a grid of it: cells far away, entities, formulas without a value."""

import re

from zhanggui.channels.reading.apart.refusal import Bounds, Refuse

BadAt = tuple[int, str, str]

_HEAD = 20
_LAST_ROW = 1_048_576
_MOST_HELD = 1024 * 1024
# Nearly all books name their rows without a prefix and put one blank between attributes: those are found at the speed of a
# plain search, the others all the same.
_ROW = re.compile(rb"<row\b[^>]*>")
_ROW_PREFIXED = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_ROW_NO = re.compile(rb'\sr="([0-9]+)"')
_HIDDEN = re.compile(rb'\shidden="(?:1|true)"')
_FAR = re.compile(rb' r="[A-Za-z]{3,}[0-9]')
_ODD_BLANKS = (b'\tr="', b'\nr="', b'\rr="')
_FAR_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Za-z]{3,})([0-9]+)"')
_NO_VALUE = re.compile(
    rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})([0-9]+)"[^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_WITH_FORMULA = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})([0-9]+)"[^>]*>\s*<(?:\w+:)?f[\s>/]')
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s")
_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^>]*>")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
# The workbook reader gives a broken formula as nothing, which it is not.
_BROKEN = re.compile(
    rb'<(?:\w+:)?c\s(?=[^>]*\br="([A-Z]{1,3})([0-9]+)")[^>]*\bt="e"[^>]*>\s*(?:<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*)?'
    rb"(?:<(?:\w+:)?v>([^<]{0,20}))?"
)
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class Scan:
    """Fed one sheet part in chunks. ``hidden`` are row numbers; ``bad`` are, by row, the cells nobody can read: (column,
    code, what stands there)."""

    def __init__(self, bounds: Bounds, formulas: str = "") -> None:
        self.bounds, self._leave = bounds, formulas == "leave"
        self.rows = self.last_row = self.formulas = self.valueless = self.hidden_columns = self.merged = 0
        self.first_row: int | None = None
        self.hidden: set[int] = set()
        self.bad: dict[int, list[BadAt]] = {}
        self._held = b""

    def feed(self, chunk: bytes) -> None:
        data = self._held + chunk
        cut = data.rfind(b"</c>") + 4
        if cut < 4:
            cut = data.rfind(b"<")
        if cut <= 0 or len(data) - cut > _MOST_HELD:
            cut = len(data)
        self._look(data[:cut])
        self._held = data[cut:]

    def notes(self) -> dict[str, int]:
        """What is worth showing of the sheet, counted."""
        return {"formulas": self.formulas - self.valueless, "hidden_rows": len(self.hidden), "hidden_columns": self.hidden_columns,
                "merged": self.merged}

    def end(self) -> None:
        self._look(self._held)
        self._held = b""

    def _look(self, data: bytes) -> None:
        for tag in (_ROW_PREFIXED if b":row" in data else _ROW).finditer(data):
            self.rows += 1
            number = _ROW_NO.search(tag[0])
            self.last_row = int(number[1][:9]) if number else self.last_row + 1
            if self.first_row is None:
                self.first_row = self.last_row
            if _HIDDEN.search(tag[0]):
                self.hidden.add(self.last_row)
        if self.rows > self.bounds["rows"] + _HEAD:
            raise Refuse("TOO_MANY_ROWS", most=f"{self.bounds['rows']:,}")
        if self.last_row > min(4 * self.rows + 10_000, _LAST_ROW):
            raise Refuse("SPARSE_TOO_WIDE", cell=f"A{self.last_row}")
        if (_FAR.search(data) or any(odd in data for odd in _ODD_BLANKS)) and (far := _FAR_CELL.search(data)):
            row = int(far[2][:9])
            if self.first_row in (None, row) and len(far[1]) == 3:
                raise Refuse("TOO_MANY_COLUMNS", row=row, most=self.bounds["columns"])
            raise Refuse("SPARSE_TOO_WIDE", cell=(far[1] + far[2]).decode()[:20])
        if (b"<f" in data or b":f" in data) and _FORMULA.search(data):
            self.formulas += len(_FORMULA.findall(data))
            for found in _NO_VALUE.finditer(data):
                self.valueless += 1
                self.bad.setdefault(int(found[2]), []).append((_column(found[1]), "FORMULA_NO_VALUE", ""))
            if self._leave:
                for found in _WITH_FORMULA.finditer(data):
                    self.bad.setdefault(int(found[2]), []).append((_column(found[1]), "FORMULA", ""))
        if b"<mergeCell " in data or b":mergeCell " in data:
            self.merged += len(_MERGED.findall(data))
        if self.first_row is None or b"<cols" in data:
            self.hidden_columns += sum(1 for tag in _COLUMN.finditer(data) if _HIDDEN.search(tag[0]))
        if b't="e"' in data:
            for found in _BROKEN.finditer(data):
                said = (found[3] or b"").decode("utf-8", "replace")
                self.bad.setdefault(int(found[2]), []).append((_column(found[1]), "CELL_ERROR", said))


def declares(before: bytes, chunk: bytes) -> bool:
    """Whether a part declares a document type or an entity; no workbook needs one, so neither is ever followed."""
    if not before and (chunk[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in chunk[:64]):
        return True  # in another encoding a declaration could hide from us
    data = before + chunk
    return b"<!" in data and _DECLARES.search(data) is not None


def _column(letters: bytes) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + letter - 64
    return at - 1
