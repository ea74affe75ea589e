"""What is said of single rows: the look before an import and the account after it say the same, in the same words."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from zhanggui.channels import words
from zhanggui.channels.outcome import why_each, why_else
from zhanggui.channels.port import Problem, Turned
from zhanggui.channels.reading.quoting import kept
from zhanggui.channels.ready import Ready
from zhanggui.kernel import masking

# So many rows are named of those that are told the same.
NAMED = 3
DUPLICATE, REVIVED = "DUPLICATE", "REVIVED"
OF_GOODS = frozenset(("SKU_UNKNOWN", "AMBIGUOUS_SKU"))
_LIKE_A_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+-]{0,39}").fullmatch


class Why(NamedTuple):
    """One thing said of a row, as the books keep it."""

    column: str
    code: str
    value: str = ""


# Row → everything that is said of it; the first leads.
Told = dict[int, list[Why]]
NOTHING: Mapping[int, list[Why]] = {}


def of_turned(each: Turned) -> tuple[Told, Told]:
    """What the rows of something turned away are told, those of the file and those of its companion: every row at least one problem."""
    rows: Told = {}
    beside: Told = {}
    for why in why_each(each):
        (beside if why.beside else rows)[why.row] = [_why(why)]
    for _nth, also in why_else(each):
        mine = beside if also.beside else rows
        if also.row in mine:
            mine[also.row].append(_why(also))
    return rows, beside


def of_order(each: Ready, outcome: str, code: str, value: str, back: Collection[str]) -> Told:
    """What the rows of an order are told that came as far as the books: why it stayed out, what was left alone, what was read
    otherwise than it stands. ``back`` are the numbers of those that an undo had cancelled."""
    told: Told = {}
    if code and outcome != "ok":
        told = {row: [Why("", code, value)] for row in each.rows}
    if outcome not in ("ok", "upd"):
        return told
    if each.order.platform_no in back:
        told[each.rows[0]] = [Why("", REVIVED)]
    mine = {*each.rows}
    for row, column, what, quoted in each.warnings:
        if row in mine:
            told.setdefault(row, []).append(why_of(column, what, quoted))
    return told


def _why(problem: Problem) -> Why:
    return why_of(problem.column, problem.code, problem.value)


def why_of(column: str, code: str, value: str) -> Why:
    """What is said of a row as the books may keep it. A code of goods that is none of ours is named whole, where it reads like one."""
    goods = code in OF_GOODS and _LIKE_A_CODE(value) and masking.in_passing(value) == value
    return Why(masking.in_passing(column)[:60], code[:32], (value if goods else kept(value))[:60])


def sentence(why: Why, row: int = 0) -> str:
    """One sentence for a person."""
    return words.sentence(why.code, {"row": row, "column": why.column, "value": why.value or "…"})


@dataclass(frozen=True)
class Alike:
    """Rows that are told the same: the first of them, how many there are, and what."""

    rows: tuple[int, ...]
    many: int
    column: str
    code: str
    message: str
    fix: str

    @property
    def where(self) -> str:
        """``3、5、9`` …, as one would say it."""
        named = _("、").join(map(str, self.rows))
        return named if self.many <= len(self.rows) else _("{rows}… 等 {n} 行").format(rows=named, n=f"{self.many:,}")


def alike(why: Why, rows: Iterable[int], many: int) -> Alike:
    """These rows, which are all told this."""
    return Alike(tuple(rows), many, why.column, why.code, sentence(why), words.fix(why.code))
