"""What a reading apart wrote down: one JSON array a line."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, Self

_AT_ONCE = 1 << 20


def lines_of(spool: BinaryIO) -> Iterator[list[Any]]:
    """Every line, by offsets of its own, so that two readers do not disturb each other."""
    at = 0
    decode = json.loads
    while True:
        spool.seek(at)
        lines = spool.readlines(_AT_ONCE)
        if not lines:
            return
        at = spool.tell()
        yield from decode(b"[%b]" % b",".join(lines))


class Spooled:
    """A table whose rows lie in a file of their own."""

    spool: BinaryIO

    def handed(self) -> tuple[type, dict[str, Any], int]:
        """This table as another process of ours may have it: what is known of it, and where its rows are. The place is open as
        long as the table is."""
        return type(self), {name: value for name, value in self.__dict__.items() if name != "spool"}, self.spool.fileno()

    @classmethod
    def received(cls, known: dict[str, Any], place: int) -> Self:
        """What another process handed over; its rows are read from an opening of our own."""
        table = cls.__new__(cls)
        table.__dict__.update(known, spool=open(f"/proc/self/fd/{place}", "rb"))  # noqa: SIM115 - lives as long as its table
        return table
