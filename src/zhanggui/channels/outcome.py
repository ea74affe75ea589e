"""What became of a file, in numbers and row by row."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from zhanggui.channels.port import Problem, Turned
from zhanggui.channels.reading.codes import Code

MOST_OF_A_ROW = 20
# Outcome → the numbers it adds to: rows, orders, rows of the companion among them.
KEYS = {
    "ok": ("rows_ok", "orders_created", "companion_ok"),
    "upd": ("rows_ok", "orders_updated", "companion_ok"),
    "dup": ("rows_duplicate", "orders_duplicate", "companion_duplicate"),
    "rej": ("rows_rejected", "orders_rejected", "companion_rejected"),
}


@dataclass
class Reject:
    """One row that stayed out, and why. ``file`` is the name of the file it stands in."""

    row: int
    column: str
    code: str
    message: str
    file: str = ""


@dataclass
class Part:
    """What became of the rows of one file. ``rows_in`` = ok + duplicate + rejected + blank, always."""

    name: str
    rows_in: int = 0
    rows_ok: int = 0
    rows_duplicate: int = 0
    rows_rejected: int = 0
    rows_blank: int = 0


@dataclass
class Result:
    """What became of a file, or of a file and the one that completes it: the rows of both together, and in ``files`` of
    each by itself, the orders first. ``rows_in`` = ok + duplicate + rejected + blank, always."""

    format: str = ""
    shop: str = ""  # the code of the shop, of orders
    rows_in: int = 0
    rows_ok: int = 0
    rows_updated: int = 0  # among those ok
    rows_duplicate: int = 0
    rows_rejected: int = 0
    rows_blank: int = 0
    orders_in: int = 0
    orders_created: int = 0
    orders_revived: int = 0  # among those created: here before, cancelled by the undo of an import
    orders_updated: int = 0
    orders_duplicate: int = 0
    orders_rejected: int = 0
    sums: list[int] = field(default_factory=list)  # rows of the file that only add up others, counted with the blank ones
    seconds: float = 0.0
    # One for every rejected row, in the order of the files.
    rejects: list[Reject] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)

    def count(self, outcome: str, rows: int, beside: int = 0, *, orders: int = 1) -> None:
        """So many orders, or lone rows, more. Rows of the companion alone are no order."""
        of_rows, of_orders, _ = KEYS[outcome]
        setattr(self, of_rows, getattr(self, of_rows) + rows + beside)
        if outcome == "upd":
            self.rows_updated += rows + beside
        for part, many in zip(self.files, (rows, beside), strict=False):
            setattr(part, of_rows, getattr(part, of_rows) + many)
        if rows:
            setattr(self, of_orders, getattr(self, of_orders) + orders)
            self.orders_in += orders

    def repeat(self, rows: int) -> None:
        """Rows that said an earlier one of their order once more: duplicates, and no order of their own."""
        self.rows_duplicate += rows
        self.files[0].rows_duplicate += rows

    @property
    def orders_taken(self) -> int:
        return self.orders_created + self.orders_updated

    @property
    def rows_done(self) -> int:
        return self.rows_ok + self.rows_duplicate + self.rows_rejected


def why_each(turned: Turned) -> Iterator[Problem]:
    """One problem for every row: the first of its own, or the first of its order where it has none. Where that one stands
    in the other file, the row is told so."""
    own: dict[tuple[bool, int], Problem] = {}
    for problem in turned.problems:
        own.setdefault((problem.beside, problem.row), problem)
    first = turned.problems[0]
    for beside, rows in ((False, turned.rows), (True, turned.beside)):
        shared = first
        if first.beside is not beside:
            shared = Problem(0, first.column, Code.DETAIL_REJECTED if first.beside else Code.ORDER_REJECTED, str(first.row))
        for row in rows:
            yield own.get((beside, row)) or replace(shared, row=row, beside=beside)


def why_else(turned: Turned) -> Iterator[tuple[int, Problem]]:
    """Every further problem of a row, with its place among those of the row: 2, 3, … What is said twice is said once."""
    told: dict[tuple[bool, int], list[Problem]] = {}
    for problem in turned.problems:
        before = told.setdefault((problem.beside, problem.row), [])
        if problem not in before:
            before.append(problem)
    for problems in told.values():
        yield from enumerate(problems[1:MOST_OF_A_ROW], start=2)


def details_beside(out: Path) -> Path:
    """Where the rejected rows of a companion go, when those of the orders go to ``out``."""
    return out.with_name(f"{out.stem}-details{out.suffix}")
