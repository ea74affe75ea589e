"""Workbooks to be filled in: every column is text, so that no number loses its digits on the way."""

import io
from collections.abc import Iterable, Mapping, Sequence

from rustpy_xlsxwriter import Format, write_worksheet

_WIDTH = 16.0


def text_sheet(
    name: str, headers: Sequence[str], examples: Iterable[Sequence[str]], notes: Mapping[str, str] | None = None,
) -> bytes:
    """An .xlsx of one sheet: a bold header that stays in view, with a note on the cells that have one, and examples."""
    as_text = Format().set_num_format("@")
    book = io.BytesIO()
    write_worksheet(
        [dict(zip(headers, example, strict=True)) for example in examples], book, sheet_name=name, freeze_row=1,
        bold_headers=True, column_width=_WIDTH, column_formats=dict.fromkeys(headers, as_text), notes=dict(notes or {}),
    )
    return book.getvalue()
