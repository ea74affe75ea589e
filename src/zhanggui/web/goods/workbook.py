"""A list as a workbook: what identifies a thing is text and loses no digit, what is counted is a number."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from rustpy_xlsxwriter import Format, write_worksheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT, MONEY, COUNT = "@", "0.00", "0"


def workbook(
    file_name: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]], sheet: str = "Sheet1"
) -> HttpResponse:
    """An .xlsx to download: ``columns`` are (heading, TEXT or MONEY or COUNT), each row has a cell for each."""
    names = [name for name, _ in columns]
    formats: Mapping[str, Format] = {name: Format().set_num_format(kind) for name, kind in columns}
    made = [dict(zip(names, row, strict=True)) for row in rows]
    book = io.BytesIO()
    # A sheet needs one row to know its columns: an empty list gives its headings above an empty row.
    write_worksheet(
        made or [dict.fromkeys(names, "")],
        book,
        sheet_name=sheet,
        freeze_row=1,
        bold_headers=True,
        column_width=16.0,
        column_formats=dict(formats),
    )
    answer = HttpResponse(book.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename=\"export.xlsx\"; filename*=UTF-8''{quote(file_name)}.xlsx"
    return answer
