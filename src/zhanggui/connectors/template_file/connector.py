"""The template as a file format."""

from collections.abc import Iterator, Mapping, Sequence

from zhanggui.channels.port import ChannelOrder, Context, Table, Turned
from zhanggui.connectors.template_file import sheet, wire


class TemplateFile:
    code = "template"
    title = "掌柜模板"

    def recognises(self, header: Sequence[str]) -> int:
        return wire.certainty(header)

    def companion(self, header: Sequence[str]) -> bool:
        return False

    def columns(self, header: Sequence[str], mapping: Mapping[str, str] | None = None) -> dict[str, int]:
        """Our field → the column it is read from, whatever anybody matched."""
        return wire.columns_of(header)

    def read(self, table: Table, context: Context, companion: Table | None = None) -> Iterator[ChannelOrder | Turned]:
        return wire.orders(table, context)

    def template(self, language: str) -> bytes:
        """The workbook to fill in, in ``"zh"`` or ``"en"``."""
        return sheet.write_template(language)


FORMAT = TemplateFile()
