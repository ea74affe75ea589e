"""A goods file as a file format."""

from collections.abc import Iterator, Sequence

from zhanggui.channels.port import Context, GoodsRow, Table, Turned
from zhanggui.channels.reading.writing import text_sheet
from zhanggui.connectors.goods_file import wire


class GoodsFile:
    code = "goods"
    title = "商品资料"

    def recognises(self, header: Sequence[str]) -> int:
        return wire.FILE.certainty(header)

    def companion(self, header: Sequence[str]) -> bool:
        return False

    def read(self, table: Table, context: Context, companion: Table | None = None) -> Iterator[GoodsRow | Turned]:
        return wire.goods(table, context)

    def column_of(self, header: Sequence[str], field: str) -> str:
        """What the file calls a field of ours; ``""`` where it has none."""
        return wire.FILE.column_of(header, field)

    def template(self, language: str) -> bytes:
        """The workbook to fill in, in ``"zh"`` or ``"en"``: the header and one example, every cell text."""
        name = "Goods" if language.startswith("en") else "商品"
        return text_sheet(name, wire.FILE.headers(language), [wire.EXAMPLE])


FORMAT = GoodsFile()
