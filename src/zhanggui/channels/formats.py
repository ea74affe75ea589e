"""The kinds of files we can read, found by entry point: ours enter by the same door as anybody's."""

from collections.abc import Sequence
from functools import cache
from importlib.metadata import entry_points

from zhanggui.channels.port import FileFormat, Table
from zhanggui.channels.reading.choose import best
from zhanggui.channels.refusals import UnknownFormat

GROUPS = {"orders": "zhanggui.files", "goods": "zhanggui.goods_files", "stock": "zhanggui.stock_files"}


@cache
def formats(kind: str) -> tuple[FileFormat, ...]:
    """The formats of one kind of file, in the order of their names."""
    return tuple(entry.load() for entry in sorted(entry_points(group=GROUPS[kind]), key=lambda entry: entry.name))


def chosen(kind: str, table: Table, asked: str = "auto", companions: Sequence[Table] = ()) -> FileFormat:
    """The format asked for by its code, or the one surest of this header. Raises UnknownFormat or HeadersUnknown."""
    if asked == "auto":
        return best(table, formats(kind), companions).format
    for each in formats(kind):
        if each.code == asked:
            return each
    raise UnknownFormat(format=asked, known="、".join(each.code for each in formats(kind)))


def template(kind: str, language: str) -> bytes | None:
    """The workbook people fill in for this kind of file, in ``"zh"`` or ``"en"``; None where no format offers one."""
    for each in formats(kind):
        write = getattr(each, "template", None)
        if write is not None:
            return bytes(write(language))
    return None
