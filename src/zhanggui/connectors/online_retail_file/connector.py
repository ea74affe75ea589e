"""UCI Online Retail as a file format."""

from collections.abc import Iterator, Sequence

from zhanggui.channels.port import ChannelOrder, Context, Table, Turned
from zhanggui.connectors.online_retail_file import wire


class OnlineRetailFile:
    code = "online_retail"
    title = "UCI Online Retail"

    def recognises(self, header: Sequence[str]) -> int:
        return wire.certainty(header)

    def companion(self, header: Sequence[str]) -> bool:
        return False

    def read(self, table: Table, context: Context, companion: Table | None = None) -> Iterator[ChannelOrder | Turned]:
        return wire.Invoices(table, context).orders()


FORMAT = OnlineRetailFile()
