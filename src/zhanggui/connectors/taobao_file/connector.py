"""Taobao's exported reports as a file format."""

from collections.abc import Iterator, Sequence

from zhanggui.channels.port import ChannelOrder, Context, Table, Turned
from zhanggui.connectors.taobao_file import wire
from zhanggui.connectors.taobao_file.details import is_report


class TaobaoFile:
    code = "taobao"
    title = "淘宝 / 天猫订单报表"

    def recognises(self, header: Sequence[str]) -> int:
        return wire.certainty(header)

    def companion(self, header: Sequence[str]) -> bool:
        return is_report(header)

    def read(self, table: Table, context: Context, companion: Table | None = None) -> Iterator[ChannelOrder | Turned]:
        return wire.Trades(table, context, companion).orders()


FORMAT = TaobaoFile()
