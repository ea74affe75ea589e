"""A stock file as a file format."""

from collections.abc import Iterator, Sequence

from zhanggui.channels.port import Context, StockRow, Table, Turned
from zhanggui.channels.reading.writing import text_sheet
from zhanggui.connectors.stock_file import wire


class StockFile:
    code = "stock"
    title = "库存"

    def recognises(self, header: Sequence[str]) -> int:
        return wire.FILE.certainty(header)

    def companion(self, header: Sequence[str]) -> bool:
        return False

    def read(self, table: Table, context: Context, companion: Table | None = None) -> Iterator[StockRow | Turned]:
        return wire.stock(table, context)

    def column_of(self, header: Sequence[str], field: str) -> str:
        """What the file calls a field of ours; ``""`` where it has none."""
        return wire.FILE.column_of(header, field)

    def template(self, language: str) -> bytes:
        """The workbook to fill in, in ``"zh"`` or ``"en"``: the header and one example, every cell text."""
        name = "Stock" if language.startswith("en") else "库存"
        return text_sheet(name, wire.FILE.headers(language), [wire.EXAMPLE])


FORMAT = StockFile()
