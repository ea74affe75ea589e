"""The template as a workbook to download."""

from zhanggui.channels.reading.writing import text_sheet
from zhanggui.connectors.template_file.wire import COLUMNS, headers

_SECOND = {"sku": "SOCK-GREY", "goods": "棉袜", "spec": "灰色", "quantity": "1", "unit": "9.90"}


def write_template(language: str = "zh") -> bytes:
    """An .xlsx with the header, help on its cells and an order of two lines, every cell text."""
    english = language.startswith("en")
    names = headers(language)
    help_of = {name: column.help_en if english else column.help_zh for name, column in zip(names, COLUMNS, strict=True)}
    first = [column.example for column in COLUMNS]
    second = [_SECOND.get(column.field, column.example) for column in COLUMNS]
    notes = {name: words for name, words in help_of.items() if words}
    return text_sheet("Orders" if english else "订单", names, [first, second], notes)
