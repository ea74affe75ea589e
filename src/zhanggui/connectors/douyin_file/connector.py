"""Douyin's exported orders as a file format."""

from collections.abc import Iterator, Sequence

from zhanggui.channels.port import ChannelOrder, Context, Table, Turned
from zhanggui.connectors.douyin_file import wire


class DouyinFile:
    code = "douyin"
    title = "抖店订单"

    def recognises(self, header: Sequence[str]) -> int:
        return wire.certainty(header)

    def companion(self, header: Sequence[str]) -> bool:
        return False

    def read(self, table: Table, context: Context, companion: Table | None = None) -> Iterator[ChannelOrder | Turned]:
        return wire.orders(table, context)


FORMAT = DouyinFile()
