"""The columns of a file as somebody matches them: each in its place, with a taste of what stands in it and what it is taken for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from zhanggui.channels.reading.cells import normal
from zhanggui.channels.reading.fields import first_words

TASTED = 3
# What most files have, offered first.
USUAL = ("order_no", "placed_at", "name", "phone", "province", "city", "district", "street", "sku", "goods", "spec", "quantity", "unit", "total")


# What only some shop's file calls so, said as one would say it.
PLAIN = {
    "phone2": gettext_noop("备用电话"), "street2": gettext_noop("详细地址第二行"), "line_total": gettext_noop("商品小计"),
    "discount2": gettext_noop("平台优惠"), "discount3": gettext_noop("支付立减"),
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column: where it stands, what the file calls it, its first values, our field for it (empty: not read), whether that is
    only a guess, and what is wrong with it."""

    at: int
    header: str
    tastes: list[str]
    field: str
    guess: bool
    wrong: str


def of(
    header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]], matched: Mapping[str, str], guessed: Collection[str],
    said: Mapping[int, str] | None = None,
) -> list[Column]:  # fmt: skip
    """Every column in the order of the file. ``rows`` are shown as they are given: masked before. ``said`` is what a form says of
    them, which goes before what was matched."""
    wrong = twice(said or {})
    fields: dict[str, list[str]] = {}
    for field, word in matched.items():
        fields.setdefault(normal(word), []).append(field)
    columns = []
    for at, word in enumerate(header):
        field = said.get(at, "") if said is not None else (fields.get(normal(word)) or [""]).pop(0) if word else ""
        columns.append(Column(at, word, tastes(rows, at), field, said is None and field in guessed, wrong.get(at, "")))
    return columns


def tastes(rows: Sequence[tuple[int, Sequence[str]]], at: int) -> list[str]:
    """The first different values of a column."""
    found = (cells[at].strip() for _row, cells in rows if at < len(cells))
    return list(dict.fromkeys(text[:30] for text in found if text))[:TASTED]


def said_in(post: QueryDict) -> dict[int, str] | None:
    """Column → our field, as a form says it; None where it says nothing of columns."""
    known = first_words()
    said = {int(name[4:]): str(value) for name, value in post.items() if name.startswith("col-") and name[4:].isdecimal() and len(name) < 10}
    return {at: field if field in known else "" for at, field in said.items()} or None


def twice(said: Mapping[int, str]) -> dict[int, str]:
    """Columns that are taken for what another is taken for already → what to tell of that."""
    first: dict[str, int] = {}
    wrong: dict[int, str] = {}
    for at, field in sorted(said.items()):
        if field and first.setdefault(field, at) != at:
            words = _("有两列都对应「{field}」，只能留一列。").format(field=_((first_words() | PLAIN)[field]))
            wrong |= {first[field]: words, at: words}
    return wrong


def missing(fields: Collection[str], needed: Sequence[str]) -> list[str]:
    """Our words for what a file must have and no column is taken for."""
    return [_(first_words()[field]) for field in needed if field not in fields]


def choices() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(what most files have, the rest): field, our word for it."""
    known = first_words() | PLAIN
    return [(field, known[field]) for field in USUAL], [(field, word) for field, word in known.items() if field not in USUAL]
