"""The reject file: the rows that stayed out, as they were, with the reason and the fix beside each."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from zhanggui.channels import keeping, words
from zhanggui.channels.formats import formats
from zhanggui.channels.models import Import, ImportProblem, ImportRow
from zhanggui.channels.opened import Given, opened
from zhanggui.channels.outcome import details_beside
from zhanggui.channels.reading.cells import FORMULA
from zhanggui.channels.reading.cells import shown as quoted
from zhanggui.channels.reading.choices import Choices
from zhanggui.channels.reading.limits import AGAIN
from zhanggui.channels.reading.quoting import kept
from zhanggui.channels.refusals import FileForgotten
from zhanggui.channels.reviving import REVIVED

WRAPPED = re.compile(r'="([^"]*)"')


def reject_file(import_id: int, *, companion: bool = False) -> tuple[str, bytes]:
    """(name, CSV with a BOM) of an upload's rejected rows, or of those of its companion: each can be mended and brought
    again under its own header. Raises FileForgotten once the upload was thrown away."""
    row = Import.objects.get(pk=import_id)
    if not row.path:
        raise FileForgotten(number=row.number)
    tables = tables_of(row, keeping.kept(row.path), keeping.kept(row.companion_path) if row.companion_path else None)
    name = Path(f"{row.number}-rejects.csv")
    return (details_beside(name).name, written(row, tables[1], companion=True)) if companion else (name.name, written(row, tables[0]))


def write_to(out: Path, import_id: int, given: Path, beside: Path | None = None) -> None:
    """The same for files that are still where they were; the rows of a companion go to ``details_beside(out)``."""
    row = Import.objects.get(pk=import_id)
    tables = tables_of(row, given, beside)
    out.write_bytes(written(row, tables[0]))
    if beside is not None:
        details_beside(out).write_bytes(written(row, tables[1], companion=True))


def tables_of(row: Import, given: Given, beside: Given | None) -> tuple[Any, Any]:
    """The files of an import opened again, the orders first."""
    # What came in was chosen then; what a file would ask otherwise has its answer.
    chosen = {"formulas": "take", "quotes": "plain" if row.options.get("choices", {}).get("quotes") == "plain" else "strict"}
    choices = Choices.of({**row.options.get("choices", {}), "kind": "as-is", **chosen}, row.options.get("header_row"))
    files = opened(
        given, beside, known=formats(row.kind), limits=AGAIN, name=row.file_name, choices=choices, sheet=row.options.get("sheet")
    )
    return files.table, files.companion


def written(row: Import, table: Any, *, companion: bool = False) -> bytes:
    """The rejected rows of one file as CSV with two added columns. A row too short is filled up; what a row has beyond the
    header stands behind the reason, so that the row stays out until somebody has put it right."""
    width = len(table.header)
    why = reasons(row.pk, companion=companion)
    at = {word: index for index, word in enumerate(table.header)}
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow([*map(safe, table.header), _("原因"), _("怎么改")])
    for number, cells in table.rows():
        if number in why:
            told = [
                (words.sentence(code, {"row": number, "column": column, "value": _as_written(cells, at.get(column), value)}), words.fix(code))
                for column, code, value in why[number]
            ]
            own = [safe(cell) for cell in cells]
            own += [""] * (width - len(own))
            fixes = dict.fromkeys(fix for _says, fix in told if fix)
            sheet.writerow([*own[:width], safe(" ".join(says for says, _fix in told)), " ".join(fixes), *own[width:]])
    return text.getvalue().encode("utf-8-sig")


def _as_written(cells: list[object], at: int | None, value: str) -> str:
    """The value as the file has it: the books keep it masked, and here it stands beside its reason anyway."""
    if value and at is not None and at < len(cells):
        whole = quoted(cells[at])
        if kept(whole)[:60] == value:
            return whole
    return value


def reasons(import_id: int, *, companion: bool = False) -> dict[int, list[tuple[str, str, str]]]:
    """Row → every (column, code, value) of the rejected ones of one file."""
    file = ImportRow.File.COMPANION if companion else ImportRow.File.GIVEN
    rows = ImportRow.objects.filter(of_id=import_id, file=file, outcome="rej").values_list("row", "column", "code", "value")
    found = {number: [why] for number, *why in rows}
    more = ImportProblem.objects.filter(of_id=import_id, file=file).order_by("row", "nth")
    for number, *why in more.values_list("row", "column", "code", "value"):
        found[number].append(why)
    return {number: [(column, code, value) for column, code, value in each] for number, each in found.items()}


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
    """The first rejected rows with their sentences, for the screen: one for every problem of each, the first problem of a row
    ``leads``. ``beside`` says the row is one of the companion. Two statements."""
    rows = list(ImportRow.objects.filter(of_id=import_id, outcome="rej").order_by("file", "row")[:limit])
    more: dict[tuple[int, int], list[ImportProblem]] = {}
    if rows:
        last = (rows[-1].file, rows[-1].row)
        upto = Q(file__lt=last[0]) | Q(file=last[0], row__lte=last[1])
        for also in ImportProblem.objects.filter(upto, of_id=import_id).order_by("nth"):
            more.setdefault((also.file, also.row), []).append(also)
    for row in rows:
        for nth, one in enumerate([row, *more.get((row.file, row.row), ())]):
            yield {**_told(one), "beside": bool(row.file), "leads": not nth}


def noted(import_id: int, limit: int = 200) -> Iterator[dict[str, Any]]:
    """The first updated rows of which something is worth knowing, and those of orders that came back, with their sentences."""
    which = Q(outcome="upd") & ~Q(code="") | Q(outcome="ok", code=REVIVED)
    rows = ImportRow.objects.filter(which, of_id=import_id, file=ImportRow.File.GIVEN).order_by("row")
    for row in rows[:limit]:
        yield {**_told(row), "subject_id": row.subject_id}


def _told(one: ImportRow | ImportProblem) -> dict[str, Any]:
    facts = {"row": one.row, "column": one.column, "value": one.value}
    return {"row": one.row, "column": one.column, "code": one.code, "says": words.sentence(one.code, facts), "fix": words.fix(one.code)}
