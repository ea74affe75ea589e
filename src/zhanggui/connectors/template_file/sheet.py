"""The template as a workbook to download: every cell is text, so that no number loses its digits."""

import io

from rustpy_xlsxwriter import Format, write_worksheet

from zhanggui.connectors.template_file.wire import COLUMNS, headers


def write_template(language: str = "zh") -> bytes:
    """An .xlsx with the header, help on each header cell and two example rows of one order."""
    names = headers(language)
    english = language.startswith("en")
    first = {name: column.example for name, column in zip(names, COLUMNS, strict=True)}
    second = {**first, names[_at("sku")]: "SOCK-GREY", names[_at("goods")]: "Cotton socks" if english else "棉袜",
              names[_at("spec")]: "Grey" if english else "灰色", names[_at("quantity")]: "1", names[_at("unit")]: "0.00"}
    as_text = Format().set_num_format("@")
    notes = {}
    for name, column in zip(names, COLUMNS, strict=True):
        words = column.help_en if english else column.help_zh
        if words:
            notes[name] = words
    book = io.BytesIO()
    write_worksheet(
        [first, second], book, sheet_name="Orders" if english else "订单", freeze_row=1, bold_headers=True, column_width=16.0,
        column_formats={name: as_text for name in names}, notes=notes,
    )
    return book.getvalue()


def _at(field: str) -> int:
    return next(at for at, column in enumerate(COLUMNS) if column.field == field)
