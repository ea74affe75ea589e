"""The stock template to download."""

from zhanggui.channels.reading.writing import text_sheet
from zhanggui.connectors.stock_file.wire import EXAMPLE, headers


def write_template(language: str = "zh") -> bytes:
    """An .xlsx with the header and one example, every cell text."""
    return text_sheet("Stock" if language.startswith("en") else "库存", headers(language), [EXAMPLE])
