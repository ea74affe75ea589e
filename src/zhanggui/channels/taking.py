"""Taking a file in: what every kind of file shares. Read, write batch by batch, account for every row, go on after a cut.

Reading and matching happen outside any transaction; what a batch does and the outcome of its rows are one.
"""

import hashlib
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from zhanggui.channels import formats, words
from zhanggui.channels.commands import imports
from zhanggui.channels.models import Import, ImportRow
from zhanggui.channels.port import Context, Problem, Turned
from zhanggui.channels.reading.choose import known_by, pair
from zhanggui.channels.reading.limits import Limits
from zhanggui.channels.reading.opening import open_table
from zhanggui.channels.refusals import NotACompanion, StrictRefused
from zhanggui.kernel import clock, masking
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Refused

AT_ONCE = 1_000
Progress = Callable[[int, int], None]
Given = Path | bytes


@dataclass
class Reject:
    """One row that stayed out, and why."""

    row: int
    column: str
    code: str
    message: str


@dataclass
class Result:
    """What became of a file. ``rows_in`` = ok + duplicate + rejected + blank, always."""

    format: str = ""
    rows_in: int = 0
    rows_ok: int = 0
    rows_duplicate: int = 0
    rows_rejected: int = 0
    rows_blank: int = 0
    orders_in: int = 0
    orders_created: int = 0
    orders_duplicate: int = 0
    orders_rejected: int = 0
    seconds: float = 0.0
    # One for every rejected row, in the order of the file.
    rejects: list[Reject] = field(default_factory=list)

    def count(self, outcome: str, rows: int) -> None:
        of_rows, of_items = KEYS[outcome]
        setattr(self, of_rows, getattr(self, of_rows) + rows)
        setattr(self, of_items, getattr(self, of_items) + 1)
        self.orders_in += 1


KEYS = {
    "ok": ("rows_ok", "orders_created"),
    "dup": ("rows_duplicate", "orders_duplicate"),
    "rej": ("rows_rejected", "orders_rejected"),
}


@dataclass(frozen=True)
class Options:
    """What a person chose. ``draft`` keeps orders out of review until somebody hands them in."""

    format: str = "auto"
    mapping: dict[str, str] | None = None
    create_goods: bool = False
    strict: bool = False
    draft: bool = False
    header_row: int | None = None
    sheet: str | None = None


class Counted:
    """A table that counts what it gives out, so that no row is lost between the file and the books."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self.seen = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    @property
    def blank_rows(self) -> int:
        return int(self._table.blank_rows)

    @blank_rows.setter
    def blank_rows(self, many: int) -> None:
        self._table.blank_rows = many

    def rows(self) -> Iterator[tuple[int, list[object]]]:
        self.seen = 0
        for row in self._table.rows():
            self.seen += 1
            yield row


class Lost(Exception):
    """A row of the file has no outcome: a fault of ours, said loudly."""


class Taking(ABC):
    """One file on its way in: give it a path or bytes, and call ``run``, or ``dry`` to write nothing.

    A kind of file says how a batch is written (``_write``) and what would become of it (``_would``).
    """

    kind = ""

    def __init__(
        self,
        given: Given,
        *,
        by: Actor,
        limits: Limits,
        options: Options = Options(),  # frozen
        companion: Given | None = None,
        currency: str = "CNY",
        name: str = "",
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self.by, self.now, self.options, self.limits = by, now, options, limits
        self.given, self.beside = given, companion
        self.result = Result()
        known = formats.formats(self.kind)
        tables = [
            Counted(
                open_table(
                    given, limits=limits, knows=known_by(known), name=name, header_row=options.header_row, sheet=options.sheet
                )
            )
        ]
        if companion is not None:
            tables.append(Counted(open_table(companion, limits=limits, knows=known_by(known))))
        main, others = pair(tables, known)
        if main is not tables[0]:
            self.given, self.beside = self.beside, self.given  # type: ignore[assignment]
        self.table: Any = main
        self.companion: Any = others[0] if others else None
        self.format = formats.chosen(self.kind, self.table, "generic" if options.mapping else options.format, others)
        if others and not self.format.companion(others[0].header):
            raise NotACompanion
        self.context = Context(zone=clock.company_zone(), currency=currency, mapping=options.mapping, strict=options.strict, at=now())
        self.result.format = self.format.code

    def read(self) -> Iterator[Any]:
        """Every order or row of the file once, good or turned away."""
        yield from self.format.read(self.table, self.context, self.companion)

    def dry(self) -> Result:
        """Read and match everything, write nothing; what would happen."""
        began = time.perf_counter()
        for batch in batches(self.read(), AT_ONCE):
            good, turned = apart(batch)
            self._would(good)
            self._note_turned(turned)
        result = self.result
        result.rejects.sort(key=row_of)
        result.rows_blank = self.table.blank_rows
        result.rows_in = result.rows_ok + result.rows_duplicate + result.rows_rejected + result.rows_blank
        result.seconds = time.perf_counter() - began
        return result

    def run(self, import_id: int, *, progress: Progress | None = None) -> Result:
        """Take it in. A file refused as a whole raises its Refused, with nothing imported and the import closed so."""
        began = time.perf_counter()
        done = rows_done(import_id)
        if done:
            self.result.rejects = rejected_before(import_id)
        if self.options.strict and not done:
            self._refuse_unless_clean()
        imports.start(import_id, format=self.format.code, rows_expected=0, by=self.by, at=self.now())
        for batch in batches(self.read(), AT_ONCE):
            good, turned = apart(item for item in batch if not done or rows_of(item)[0] not in done)
            if not good and not turned:
                continue
            kept = self._write(import_id, good, turned)
            self._note_turned(turned)
            if not kept:
                break
            if progress is not None:
                progress(self.result.rows_ok + self.result.rows_duplicate + self.result.rows_rejected + len(done), 0)
        else:
            self._close(import_id)
        return self._totals(import_id, began)

    @abstractmethod
    def _write(self, import_id: int, good: list[Any], turned: list[Turned]) -> bool:
        """Write one batch and its accounting; False once the import was cancelled."""

    @abstractmethod
    def _would(self, good: list[Any]) -> None:
        """Note what would become of one batch."""

    def _note_turned(self, turned: list[Turned]) -> None:
        for each in turned:
            self.result.count("rej", len(each.rows))
            self.result.rejects += [Reject(p.row, p.column, p.code, said(p)) for p in why_each(each)]

    def _note_reject(self, rows: Iterable[int], code: str, value: str) -> None:
        says = words.sentence(code, {"value": value})
        self.result.rejects += [Reject(row, "", code, says) for row in rows]

    def _refuse_unless_clean(self) -> None:
        bad = [item for item in self.read() if isinstance(item, Turned)]
        if bad:
            first = bad[0].problems[0]
            where = _("第 {row} 行「{column}」{why}").format(row=first.row, column=first.column, why=said(first))
            raise StrictRefused(rows=sum(len(item.rows) for item in bad), first=where)

    def _close(self, import_id: int) -> None:
        row = Import.objects.get(pk=import_id)
        counted = row.rows_ok + row.rows_duplicate + row.rows_rejected
        if counted != self.table.seen:
            raise Lost(f"{self.table.seen} rows were read and {counted} have an outcome")
        blank = self.table.blank_rows
        imports.end(import_id, "done", rows_in=counted + blank, rows_blank=blank, by=self.by, at=self.now())

    def _totals(self, import_id: int, began: float) -> Result:
        """The totals of the whole import, also of the part before it was cut off."""
        row = Import.objects.get(pk=import_id)
        result = self.result
        for name in (*imports.COUNTED, "rows_in", "rows_blank"):
            setattr(result, name, getattr(row, name))
        result.rejects.sort(key=row_of)
        result.seconds = time.perf_counter() - began
        return result


def row_of(reject: Reject) -> int:
    return reject.row


def rows_of(item: Any) -> tuple[int, ...]:
    """The physical rows an order, a turned one or a lone row came from."""
    rows = getattr(item, "rows", None)
    return rows if rows is not None else (item.row,)


def why_each(turned: Turned) -> Iterator[Problem]:
    """One problem for every row: the first of its own, or the first of its order where it has none."""
    own: dict[int, Problem] = {}
    for problem in turned.problems:
        own.setdefault(problem.row, problem)
    for row in turned.rows:
        yield own.get(row) or replace(turned.problems[0], row=row)


def turned_rows(import_id: int, turned: Iterable[Turned], counts: dict[str, int]) -> list[tuple[Any, ...]]:
    """The accounting of what was turned away: each row with one problem."""
    rows: list[tuple[Any, ...]] = []
    for each in turned:
        for why in why_each(each):
            rows.append((import_id, why.row, "rej", None, why.column[:60], why.code[:32], masking.in_passing(why.value)[:60]))
        tally(counts, "rej", len(each.rows))
    return rows


def no_counts() -> dict[str, int]:
    return dict.fromkeys(imports.COUNTED, 0)


def tally(counts: dict[str, int], outcome: str, rows: int) -> None:
    of_rows, of_items = KEYS[outcome]
    counts[of_rows] += rows
    counts[of_items] += 1
    counts["orders_in"] += 1


def rows_done(import_id: int) -> set[int]:
    """Rows that have their outcome already, from before a cut."""
    return set(ImportRow.objects.filter(of_id=import_id).values_list("row", flat=True))


def rejected_before(import_id: int) -> list[Reject]:
    """What was said of rows before a cut."""
    rows = ImportRow.objects.filter(of_id=import_id, outcome="rej").order_by("row").values_list("row", "column", "code", "value")
    return [Reject(row, column, code, said(Problem(row, column, code, value))) for row, column, code, value in rows]


def batches(items: Iterable[Any], many: int) -> Iterator[list[Any]]:
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) >= many:
            yield batch
            batch = []
    if batch:
        yield batch


def apart(items: Iterable[Any]) -> tuple[list[Any], list[Turned]]:
    """(what may come in, what is turned away)."""
    good: list[Any] = []
    turned: list[Turned] = []
    for item in items:
        if isinstance(item, Turned):
            turned.append(item)
        else:
            good.append(item)
    return good, turned


def digest_of(*given: Given) -> tuple[str, int]:
    """SHA-256 and size of what is given, files one after the other."""
    total, size = hashlib.sha256(), 0
    for each in given:
        if isinstance(each, bytes):
            total.update(each)
            size += len(each)
            continue
        with open(each, "rb") as file:
            while chunk := file.read(1 << 20):
                total.update(chunk)
                size += len(chunk)
    return total.hexdigest(), size


def refused(import_id: int, error: Refused, *, by: Actor, at: datetime) -> None:
    """Close an import whose file was refused as a whole; where a part came in before that was known, it is cut off there."""
    facts = {name: str(value) for name, value in error.facts.items()}
    state = "cancelled" if rows_done(import_id) else "refused"
    imports.end(import_id, state, refusal={"code": error.code, "says": error.sentence, "fix": error.advice, "facts": facts}, by=by, at=at)


def said(problem: Problem) -> str:
    """The sentence of one problem, without its row."""
    return words.sentence(problem.code, {"row": problem.row, "column": problem.column, "value": problem.value or "…"})
