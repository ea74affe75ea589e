"""The kinds of files we can read, found by entry point: ours enter by the same door as anybody's."""

from collections.abc import Sequence
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhanggui.channels.port import FileFormat, Table
from zhanggui.channels.reading.choose import best, orders_told
from zhanggui.channels.refusals import DetailsAlone, OtherKind, SeveralSheets, UnknownFormat, UnknownSheet

GROUPS = {"orders": "zhanggui.files", "goods": "zhanggui.goods_files", "stock": "zhanggui.stock_files"}
NAMES = {"orders": _("订单"), "goods": _("商品资料"), "stock": _("库存件数")}


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


def refuse_others(kind: str, table: Table, asked: str = "auto") -> None:
    """A file that is clearly of something else than ``kind``. Raises OtherKind, or DetailsAlone for lines without their orders.

    Orders are taken as whatever a person called them; stock and goods are not, for a wrong one changes the books.
    """
    header = table.header
    alone = any(each.companion(header) for each in formats("orders")) and not orders_told(header)
    if kind == "orders" and alone and asked == "auto":
        raise DetailsAlone
    if any(each.recognises(header) for each in formats(kind)) or (kind == "orders" and asked != "auto"):
        return
    for other in GROUPS:
        if other != kind and (any(each.recognises(header) for each in formats(other)) or (other == "orders" and alone)):
            raise OtherKind(kind=NAMES[kind], seems=NAMES[other], word=other)


def refuse_several(kind: str, table: Any, asked: str | None) -> None:
    """A workbook of which another sheet could come in as well, where none was ``asked`` for; one asked for that is not there.

    Raises SeveralSheets or UnknownSheet.
    """
    if asked is not None:
        if table.sheet != asked:
            raise UnknownSheet(sheet=asked, sheets="、".join([table.sheet, *table.other_sheets]))
        return
    others = [name for name, rows in table.other_heads.items() if _comes_in(kind, rows)]
    if others:
        raise SeveralSheets([table.sheet, *others])


def _comes_in(kind: str, rows: Sequence[Sequence[str]]) -> bool:
    """Whether one of a sheet's first rows is a header of this kind, with something below it."""
    headed = (any(each.recognises(words) or each.companion(words) for each in formats(kind)) for words in rows[:-1])
    return any(known and any(any(cells) for cells in rows[at + 1 :]) for at, known in enumerate(headed))


def template(kind: str, language: str) -> bytes | None:
    """The workbook people fill in for this kind of file, in ``"zh"`` or ``"en"``; None where no format offers one."""
    for each in formats(kind):
        write = getattr(each, "template", None)
        if write is not None:
            return bytes(write(language))
    return None
