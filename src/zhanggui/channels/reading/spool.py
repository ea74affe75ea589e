"""What a reading apart wrote down: one JSON array a line."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

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
