"""Taobao's exported reports as a file format."""

from collections.abc import Iterator, Sequence

from zhanggui.channels.port import ChannelOrder, Context, Table, Turned
from zhanggui.connectors.taobao_file import wire
from zhanggui.connectors.taobao_file.details import Details, is_report


class TaobaoFile:
    code = "taobao"
    title = "淘宝 / 天猫订单报表"

    def recognises(self, header: Sequence[str]) -> int:
        return wire.certainty(header)

    def companion(self, header: Sequence[str]) -> bool:
        return is_report(header)

    def read(self, table: Table, context: Context, companion: Table | None = None) -> Iterator[ChannelOrder | Turned]:
        return wire.Trades(table, context, Details(companion) if companion is not None else None).orders()

    def orphans(self, table: Table, companion: Table) -> list[str]:
        """Numbers of the goods report that the order report does not have; they make no order."""
        seen = {order.platform_no for order in wire.Trades(table, Context(zone=wire.ANY_ZONE), None).orders()}
        return [no for no in Details(companion).numbers() if no not in seen]


FORMAT = TaobaoFile()
