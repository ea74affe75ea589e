"""The account of an import in the books: one row for every physical row of its files."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from zhanggui.channels import telling, words
from zhanggui.channels.commands import imports
from zhanggui.channels.models import Import, ImportRow
from zhanggui.channels.outcome import KEYS, Part, Reject
from zhanggui.channels.port import Problem, Turned
from zhanggui.channels.ready import Ready
from zhanggui.channels.telling import Told, Why


class Account:
    """What a batch writes of its rows, gathered: ``rows`` of the file, ``beside`` of its companion, and the numbers."""

    def __init__(self, import_id: int) -> None:
        self.import_id = import_id
        self.rows: list[tuple[Any, ...]] = []
        self.beside: list[tuple[Any, ...]] = []
        self.more: list[tuple[Any, ...]] = []
        self.counts = dict.fromkeys(imports.COUNTED, 0)

    def turn_away(self, turned: Iterable[Turned]) -> None:
        """Each row of what was turned away, with one problem, and what else was wrong with it."""
        for each in turned:
            for beside, told in enumerate(telling.of_turned(each)):
                rows = self.beside if beside else self.rows
                for row, whys in told.items():
                    rows.append((self.import_id, row, "rej", None, *whys[0]))
                    self._also(beside, row, whys)
            self.tally("rej", len(each.rows), len(each.beside))

    def take_in(self, each: Ready, outcome: str, subject: int | None, code: str, told: Told) -> None:
        """Each row of an order that came as far as the books, with what is said of it."""
        usual = Why("", telling.DUPLICATE if outcome == "dup" else "")
        again = each.again if outcome == "ok" else ()
        for row in each.rows:
            whys = told.get(row) or [usual]
            self.rows.append((self.import_id, row, "dup" if row in again else outcome, subject, *whys[0]))
            self._also(0, row, whys)
        value = told[each.rows[0]][0].value if outcome == "rej" else ""
        self.beside += [(self.import_id, row, outcome, subject, "", code, value) for row in each.beside]
        if outcome in ("ok", "upd"):
            self.counts["rows_noted"] += len(told)
        self.tally(outcome, len(each.rows) - len(again), len(each.beside))
        self.repeat(len(again))

    def _also(self, beside: int, row: int, whys: Sequence[Why]) -> None:
        self.more += [(self.import_id, beside, row, nth, *why) for nth, why in enumerate(whys[1:], start=2)]

    def repeat(self, rows: int) -> None:
        """Rows that said an earlier one of their order once more."""
        self.counts["rows_duplicate"] += rows

    def tally(self, outcome: str, rows: int, beside: int = 0, *, orders: int = 1) -> None:
        """So many orders, or lone rows, more in the numbers."""
        counts = self.counts
        of_rows, of_orders, of_beside = KEYS[outcome]
        counts[of_rows] += rows + beside
        if outcome == "upd":
            counts["rows_updated"] += rows + beside
        if rows:
            counts[of_orders] += orders
            counts["orders_in"] += orders
        if beside:
            counts[of_beside] += beside


class Done(NamedTuple):
    """Rows that have their outcome already, from before a cut."""

    rows: set[int]
    beside: set[int]

    def has(self, item: Any) -> bool:
        """Whether this order, turned one or lone row was written. Its rows went in together: the first speaks for all."""
        rows = rows_of(item)
        return rows[0] in self.rows if rows else item.beside[0] in self.beside

    @property
    def many(self) -> int:
        return len(self.rows) + len(self.beside)


def rows_of(item: Any) -> tuple[int, ...]:
    """The physical rows an order, a turned one or a lone row came from."""
    rows = getattr(item, "rows", None)
    return rows if rows is not None else (item.row,)


def rows_done(import_id: int) -> Done:
    rows = ImportRow.objects.filter(of_id=import_id)
    given, companion = (set(rows.filter(file=file).values_list("row", flat=True)) for file in ImportRow.File)
    return Done(given, companion)


def rejected_before(import_id: int, names: Sequence[str]) -> list[Reject]:
    """What was said of rows before a cut; ``names`` are those of the files."""
    rows = ImportRow.objects.filter(of_id=import_id, outcome="rej").order_by("file", "row")
    return [
        Reject(row, column, code, said(Problem(row, column, code, value)), names[file])
        for file, row, column, code, value in rows.values_list("file", "row", "column", "code", "value")
    ]


def parts_of(row: Import) -> list[Part]:
    """What became of the rows of each file of an import, the one with the orders first."""
    companion = Part(
        row.companion_name, 0, row.companion_ok, row.companion_duplicate, row.companion_rejected, row.companion_blank
    )
    given = Part(
        row.file_name, 0, row.rows_ok - companion.rows_ok, row.rows_duplicate - companion.rows_duplicate,
        row.rows_rejected - companion.rows_rejected, row.rows_blank - companion.rows_blank,
    )  # fmt: skip
    for part in (given, companion):
        part.rows_in = part.rows_ok + part.rows_duplicate + part.rows_rejected + part.rows_blank
    return [given, companion] if companion.name or companion.rows_in else [given]


def said(problem: Problem) -> str:
    """The sentence of one problem, without its row."""
    return words.sentence(problem.code, {"row": problem.row, "column": problem.column, "value": problem.value or "…"})
