"""A goods file as a file format."""

from collections.abc import Iterator, Sequence

from zhanggui.channels.port import Context, GoodsRow, Table, Turned
from zhanggui.connectors.goods_file import sheet, wire


class GoodsFile:
    code = "goods"
    title = "商品资料"

    def recognises(self, header: Sequence[str]) -> int:
        return wire.certainty(header)

    def companion(self, header: Sequence[str]) -> bool:
        return False

    def read(self, table: Table, context: Context, companion: Table | None = None) -> Iterator[GoodsRow | Turned]:
        return wire.goods(table, context)

    def template(self, language: str) -> bytes:
        """The workbook to fill in, in ``"zh"`` or ``"en"``."""
        return sheet.write_template(language)


FORMAT = GoodsFile()
