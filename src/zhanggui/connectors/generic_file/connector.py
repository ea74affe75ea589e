"""Any table as a file format."""

from collections.abc import Iterator, Mapping, Sequence

from zhanggui.channels.port import ChannelOrder, Context, Table, Turned
from zhanggui.channels.reading import matching
from zhanggui.connectors.generic_file import wire


class GenericFile:
    code = "generic"
    title = "其他表格，按列名对应"

    def recognises(self, header: Sequence[str]) -> int:
        return wire.certainty(header)

    def lacks(self, header: Sequence[str]) -> list[str]:
        """What an order cannot be read without and this header does not have; nothing where hardly a word of it is known."""
        return wire.lacks(header)

    def companion(self, header: Sequence[str]) -> bool:
        return False

    def columns(self, header: Sequence[str], mapping: Mapping[str, str] | None = None) -> dict[str, int]:
        """Our field → the column it is read from."""
        return matching.settled(header, mapping)

    def propose(self, header: Sequence[str]) -> dict[str, matching.Match]:
        """Our field → the header it seems to be, for a person to look over and save as ``Context.mapping``."""
        return matching.propose(header)

    def read(self, table: Table, context: Context, companion: Table | None = None) -> Iterator[ChannelOrder | Turned]:
        return wire.orders(table, context)


FORMAT = GenericFile()
