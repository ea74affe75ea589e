"""The kinds of files we can read, found by entry point: ours enter by the same door as anybody's."""

from collections.abc import Sequence
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from zhanggui.channels.port import FileFormat
from zhanggui.channels.reading.errors import HeadersUnknown
from zhanggui.channels.refusals import UnknownFormat

GROUPS = {"orders": "zhanggui.files", "goods": "zhanggui.goods_files", "stock": "zhanggui.stock_files"}


@cache
def formats(kind: str) -> dict[str, Any]:
    """Code → format, of one kind of file."""
    found = [entry.load() for entry in entry_points(group=GROUPS[kind])]
    return {each.code: each for each in found}


def known_words(kind: str) -> Any:
    """Counts the words of a row that any format of this kind knows, to find the header by."""
    each = list(formats(kind).values())
    return lambda cells: max(one.recognises(cells) for one in each)


def choose(kind: str, header: Sequence[str], asked: str = "auto") -> FileFormat:
    """The format asked for, or the one that knows this header best. Raises UnknownFormat or HeadersUnknown."""
    known = formats(kind)
    if asked != "auto":
        if asked not in known:
            raise UnknownFormat(format=asked, known="、".join(known))
        return known[asked]  # type: ignore[no-any-return]
    best = max(known.values(), key=lambda each: each.recognises(header))
    if best.recognises(header) <= 0:
        raise HeadersUnknown(headers="、".join(word for word in header[:8] if word))
    return best  # type: ignore[no-any-return]
