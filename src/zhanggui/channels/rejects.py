"""The reject file: the rows that stayed out, as they were, with the reason and the fix beside each."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from zhanggui.channels import keeping, words
from zhanggui.channels.formats import formats
from zhanggui.channels.models import Import, ImportRow
from zhanggui.channels.reading.choose import known_by, pair
from zhanggui.channels.reading.limits import COMMAND_LINE
from zhanggui.channels.reading.opening import open_table
from zhanggui.channels.refusals import FileForgotten

WRAPPED = re.compile(r'="([^"]*)"')
# A cell that begins like this would be run as a formula by whoever opens the file.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def reject_file(import_id: int) -> tuple[str, bytes]:
    """(name, CSV with a BOM) of an upload's rejected rows. Raises FileForgotten once the upload was thrown away."""
    row = Import.objects.get(pk=import_id)
    if not row.path:
        raise FileForgotten(number=row.number)
    beside = keeping.kept(row.companion_path) if row.companion_path else None
    return f"{row.number}-rejects.csv", written(row, keeping.kept(row.path), beside)


def write_to(out: Path, import_id: int, given: Path, beside: Path | None = None) -> None:
    """The same for files that are still where they were."""
    out.write_bytes(written(Import.objects.get(pk=import_id), given, beside))


def written(row: Import, given: bytes | Path, beside: bytes | Path | None = None) -> bytes:
    """The rejected rows as CSV with two added columns. Of two files the rows are those of the orders, whichever came first."""
    known = formats(row.kind)
    where = {"header_row": row.options.get("header_row"), "sheet": row.options.get("sheet")}
    table: Any = open_table(given, limits=COMMAND_LINE, knows=known_by(known), name=row.file_name, **where)
    if beside is not None:
        other: Any = open_table(beside, limits=COMMAND_LINE, knows=known_by(known))
        table, _rest = pair([table, other], known)
    why = reasons(row.pk)
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow([*table.header, _("原因"), _("怎么改")])
    for number, cells in table.rows():
        if number in why:
            column, code, value = why[number]
            facts = {"row": number, "column": column, "value": value}
            sheet.writerow([*(safe(cell) for cell in cells), words.sentence(code, facts), words.fix(code)])
    return text.getvalue().encode("utf-8-sig")


def reasons(import_id: int) -> dict[int, tuple[str, str, str]]:
    """Row → (column, code, value) of the rejected ones."""
    rows = ImportRow.objects.filter(of_id=import_id, outcome="rej").values_list("row", "column", "code", "value")
    return {number: (column, code, value) for number, column, code, value in rows}


def safe(cell: object) -> str:
    """A cell as text that no spreadsheet runs and we read back as it was; a plain negative number stays one."""
    text = "" if cell is None else str(getattr(cell, "raw", cell))
    if padded := WRAPPED.fullmatch(text.strip()):
        # ="123" is how shops keep a spreadsheet from rounding a number; the apostrophe does the same and runs nothing.
        return f"'{padded[1].strip()}"
    if text.startswith(FORMULA) and not _is_number(text):
        return f"'{text}"
    return text


def _is_number(text: str) -> bool:
    return text[:1] in "+-" and text[1:].replace(".", "", 1).isdecimal() and text[1:].isascii()


def shown(import_id: int, limit: int = 200) -> Iterator[dict[str, Any]]:
    """The first rejected rows with their sentences, for the screen."""
    rows = ImportRow.objects.filter(of_id=import_id, outcome="rej").order_by("row")[:limit]
    for row in rows:
        facts = {"row": row.row, "column": row.column, "value": row.value}
        yield {"row": row.row, "column": row.column, "code": row.code, "says": words.sentence(row.code, facts), "fix": words.fix(row.code)}
