"""The reject file: the rows that stayed out, as they were, with the reason and the fix beside each."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from zhanggui.channels import keeping, telling, words
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
from zhanggui.channels.telling import DUPLICATE, NAMED, Alike, Why, sentence

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
        if number in found:  # else it is said of a row that came in
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


def noted_alike(import_id: int, limit: int = 50) -> list[Alike]:
    """What is said of rows that came in, each once, with the first rows it is said of. Two statements."""
    turned = ImportRow.objects.filter(of_id=import_id, file=OuterRef("file"), row=OuterRef("row"), outcome=ImportRow.Outcome.REJECTED)
    beside = ImportProblem.objects.filter(of_id=import_id, file=ImportRow.File.GIVEN).exclude(Exists(turned))
    named: dict[Why, list[int]] = {}
    numbers: Counter[Why] = Counter()
    for rows in (_noted_rows(import_id), beside):
        alike: dict[str, Any] = {"partition_by": [F("column"), F("code"), F("value")]}
        placed = rows.annotate(place=Window(RowNumber(), order_by=F("row").asc(), **alike), many=Window(Count("pk"), **alike))
        said = placed.filter(place__lte=NAMED).order_by("row").values_list("row", "column", "code", "value", "place", "many")
        for row, column, code, value, place, many in said[: limit * NAMED]:
            why = Why(column, code, value)
            named.setdefault(why, []).append(row)
            numbers[why] += many if place == 1 else 0
    found = [telling.alike(why, sorted(rows)[:NAMED], numbers[why]) for why, rows in named.items()]
    return sorted(found, key=lambda one: one.rows)[:limit]


def _noted_rows(import_id: int) -> "QuerySet[ImportRow]":
    said = ~Q(code__in=("", DUPLICATE)) & ~Q(outcome=ImportRow.Outcome.REJECTED)
    return ImportRow.objects.filter(said, of_id=import_id, file=ImportRow.File.GIVEN)


def notes_file(import_id: int) -> tuple[str, bytes]:
    """(name, CSV with a BOM) of everything that is said of the rows of an upload, of those that stayed out and of those that came in:
    a line each. Nothing of the file itself is in it."""
    row = Import.objects.get(pk=import_id)
    said = ImportRow.objects.filter(~Q(code__in=("", DUPLICATE)), of_id=import_id)
    each = [*said.values_list("file", "row", "column", "code", "value"), *row.problems.values_list("file", "row", "column", "code", "value")]
    outcomes = {(file, at): out for file, at, out in said.values_list("file", "row", "outcome")}
    states = {"rej": _("没收"), "upd": _("更新了"), "dup": _("算重复"), "ok": _("导入了")}
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow([_("文件"), _("行"), _("列"), _("结果"), _("说明"), _("怎么改")])
    for file, at, column, code, value in sorted(each, key=lambda one: one[:2]):
        why, name = Why(column, code, value), row.companion_name if file else row.file_name
        sheet.writerow([safe(name), at, safe(column), states[outcomes.get((file, at), "ok")], safe(sentence(why, at)), words.fix(code)])
    return f"{row.number}-notes.csv", text.getvalue().encode("utf-8-sig")


def _told(one: ImportRow | ImportProblem) -> dict[str, Any]:
    why = Why(one.column, one.code, one.value)
    return {"row": one.row, "column": one.column, "code": one.code, "says": sentence(why, one.row), "fix": words.fix(one.code)}
