"""Amazon's All Orders report as a file format."""

from collections.abc import Iterator, Sequence

from zhanggui.channels.port import ChannelOrder, Context, Table, Turned
from zhanggui.connectors.amazon_file import wire


class AmazonFile:
    code = "amazon"
    title = "亚马逊全部订单报告"

    def recognises(self, header: Sequence[str]) -> int:
        return wire.certainty(header)

    def companion(self, header: Sequence[str]) -> bool:
        return False

    def read(self, table: Table, context: Context, companion: Table | None = None) -> Iterator[ChannelOrder | Turned]:
        return wire.orders(table, context)


FORMAT = AmazonFile()
