"""Taking a file in: what every kind of file shares. Read, write batch by batch, account for every row, go on after a cut.

Reading and matching happen outside any transaction; what a batch does and the outcome of its rows are one.
"""

import hashlib
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from zhanggui.accounts import aloud
from zhanggui.channels import formats, telling, words
from zhanggui.channels.accounting import Done, parts_of, rejected_before, rows_done, said
from zhanggui.channels.commands import imports, undoing
from zhanggui.channels.models import Import, ImportRow
from zhanggui.channels.opened import Counted, Given, opened
from zhanggui.channels.outcome import Part, Reject, Result, why_each
from zhanggui.channels.port import Context, Problem, Turned
from zhanggui.channels.reading import asking
from zhanggui.channels.reading.cells import normal
from zhanggui.channels.reading.choices import Choices
from zhanggui.channels.reading.fields import known_words
from zhanggui.channels.reading.length import rows_guessed
from zhanggui.channels.reading.limits import Limits
from zhanggui.channels.reading.quoting import kept
from zhanggui.channels.refusals import NotACompanion, NothingMade, StrictRefused, StrictUndone
from zhanggui.channels.telling import Why
from zhanggui.journal.book import together
from zhanggui.kernel import clock, crashing
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Refused

# The first batch is small: soon there is something to see, and to ask about. The more of the later ones go together, the fewer
# pages of the indexes are written again and again; and the longer somebody else waits to write, here half a second.
AT_ONCE, THEN = 1_000, 4_000
# A strict file of so many rows is one transaction, in which nobody else writes; a longer one goes batch by batch like any other.
TOGETHER = 2_000
MOST_SUMS = 20
Progress = Callable[[int, int], None]
# What becomes of rows, and what is said of each: those of the file, those of its companion.
Note = Callable[[str, Mapping[int, list[Why]], Mapping[int, list[Why]]], None]


@dataclass(frozen=True)
class Options:
    """What a person chose. ``draft`` keeps orders out of review until somebody hands them in; ``update`` changes those that are
    here and not yet with the warehouse."""

    format: str = "auto"
    mapping: dict[str, str] | None = None
    create_goods: bool = False
    strict: bool = False
    draft: bool = False
    update: bool = False
    header_row: int | None = None
    sheet: str | None = None
    choices: Mapping[str, str] = field(default_factory=dict)


class Lost(Exception):
    """A row of the file has no outcome: a fault of ours, said loudly."""


class Taking(ABC):
    """One file on its way in: give it a path or bytes, and call ``run``, or ``dry`` to write nothing.

    A kind of file says how a batch is written (``_write``) and what would become of it (``_would``).
    """

    kind = ""
    # Whether what came in can be taken back by itself.
    undoable = False
    looking = False
    # Who is shown what is said of single rows, while it is only a look.
    note: Note | None = None
    # Of how many rejected rows the reason is told one by one; the others are only counted. None: of every one.
    most_told: int | None = None

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
        companion_name: str = "",
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self.by, self.now, self.options, self.limits = by, now, options, limits
        known = formats.formats(self.kind)
        self.choices = Choices.of(options.choices, options.header_row)
        if options.strict and not self.choices.quotes:
            self.choices = replace(self.choices, quotes="strict")
        self.problems: Counter[str] = Counter()
        # How many rows stay out, and where and why the first of them.
        self.out = 0
        self.first: tuple[tuple[bool, int], Problem] | None = None
        # What the books turned away: code → rows.
        self.refused: Counter[str] = Counter()
        files = opened(given, companion, known=known, limits=limits, name=name, choices=self.choices, sheet=options.sheet)
        self.given, self.beside, self.swapped = files.given, files.beside, files.swapped
        self.table = Counted(files.table)
        self.companion = Counted(files.companion) if files.companion is not None else None
        formats.refuse_several(self.kind, self.table, options.sheet)
        if self.companion is not None:
            formats.refuse_several(self.kind, self.companion, None)
        else:
            formats.refuse_others(self.kind, self.table, "generic" if options.mapping else options.format)
        others = [self.companion] if self.companion is not None else []
        self.format = formats.chosen(self.kind, self.table, "generic" if options.mapping else options.format, others)
        if self.companion is not None and not self.format.companion(self.companion.header):
            raise NotACompanion
        asking.about_table(self.table, self.choices)
        self.context = Context(
            zone=clock.company_zone(), currency=currency, mapping=options.mapping, strict=options.strict, at=now(),
            date_order=self.choices.dates, serials=self.choices.serials, fill_down=self.choices.fill == "down",
            sku_numbers=self.choices.sku_numbers == "take", add_repeats=self.choices.repeats == "add",
            sum_amounts=self.choices.amounts == "sum",
            payment=self.choices.payment, keep_extras=self.choices.extras == "note",
        )  # fmt: skip
        self.names = names_of(name, companion_name, swapped=self.swapped) if others else [name]
        self.result = Result(format=self.format.code, files=[Part(each) for each in self.names])

    def read(self) -> Iterator[Any]:
        """Every order or row of the file once, good or turned away."""
        yield from self.format.read(self.table, self.context, self.companion)

    def dry(self, note: Note | None = None) -> Result:
        """Read and match everything once, write nothing; what would happen. ``note`` is told what is
        said of single rows."""
        began, self.looking, self.note = time.perf_counter(), True, note
        for batch in batches(self.read(), AT_ONCE, THEN):
            good, turned = self.sifted(*apart(batch))
            self._would(good)
            self._note_turned(turned)
        asking.about_problems(self.problems, self.choices)
        result = self.result
        for part, table in zip(result.files, self._tables(), strict=True):
            part.rows_blank = table.blank_rows
            part.rows_in = part.rows_ok + part.rows_duplicate + part.rows_rejected + part.rows_blank
        result.rows_blank = sum(part.rows_blank for part in result.files)
        result.rows_in = sum(part.rows_in for part in result.files)
        result.sums = self._sums()
        return self._ended(began)

    def run(self, import_id: int, *, asked: imports.Asked | None = None, progress: Progress | None = None) -> Result:
        """Take it in. A file refused as a whole raises its Refused, with nothing imported and the import closed so.

        A strict one is looked through first, against the books too, and then written in one transaction: what others did meanwhile
        cannot leave half of it. A long one, whose orders can be taken back, would keep everybody else from writing: it goes batch by
        batch, and where others did something meanwhile what came in is taken back. Raises StrictRefused, or StrictUndone then.
        ``asked`` is what this taking was told of the import.
        """
        began = time.perf_counter()
        done = rows_done(import_id)
        before = done.many
        if before:
            self.result.rejects = rejected_before(import_id, self.names)
        if self.options.strict and not before:
            self._refuse_unless_clean()
        expected = sum(rows_guessed(each) for each in (self.given, self.beside) if each is not None)
        whole = self.options.strict and not before and not (self.undoable and expected > TOGETHER)
        imports.start(import_id, format=self.format.code, rows_expected=expected, asked=asked, by=self.by, at=self.now())

        def all_of_it() -> None:
            # When the database asks for that it is tried again from its beginning.
            self.forget()
            self._in_batches(import_id, done, expected, progress)

        if whole:
            together(all_of_it)
        else:
            self._in_batches(import_id, done, expected, progress)
        return self._totals(import_id, began)

    def _in_batches(self, import_id: int, done: Done, expected: int, progress: Progress | None) -> None:
        before = done.many
        for batch in batches(self.read(), AT_ONCE, THEN):
            good, turned = self.sifted(*apart(item for item in batch if not before or not done.has(item)))
            if not good and not turned:
                continue
            if not before and not self.result.rows_done:
                asking.about_problems({p.code for each in turned for p in each.problems}, self.choices)
            crashing.point("batch.before", self.kind)
            goes_on = self._write(import_id, good, turned)
            crashing.point("batch.after", self.kind)
            if not goes_on:
                return
            self._note_turned(turned)
            if self.options.strict:
                self._refuse_if_any()
            if progress is not None:
                # A guess never says that all is done while something is left.
                progress(self.result.rows_done + before, max(expected, self.result.rows_done + before))
        self._close(import_id)

    def forget(self) -> None:
        """What was noted and looked up so far; the file is read from its beginning."""
        none: dict[str, Any] = dict.fromkeys(NOTED, 0)
        self.result = replace(self.result, files=[Part(each) for each in self.names], rejects=[], **none)
        self.problems, self.refused, self.out, self.first = Counter(), Counter(), 0, None

    def sifted(self, good: list[Any], turned: list[Turned]) -> tuple[list[Any], list[Turned]]:
        """The same, when what the books know of it has been looked up: more may be turned away."""
        return good, turned

    @abstractmethod
    def _write(self, import_id: int, good: list[Any], turned: list[Turned]) -> bool:
        """Write one batch and its accounting; False, with nothing written, once the import was cancelled."""

    @abstractmethod
    def _would(self, good: list[Any]) -> None:
        """Note what would become of one batch."""

    def _note_turned(self, turned: list[Turned]) -> None:
        for each in turned:
            self.result.count("rej", len(each.rows), len(each.beside))
            self._stays_out(each.problems[0], each.rows, each.beside)
            self.problems.update(p.code for p in each.problems)
            self._tell(Reject(p.row, p.column, p.code, said(p), self.names[p.beside]) for p in why_each(each))
            if self.note is not None:
                self.note("rej", *telling.of_turned(each))

    def _note_reject(self, rows: Sequence[int], code: str, value: str, beside: Sequence[int] = (), column: str = "") -> None:
        self.refused[code] += len(rows) + len(beside)
        self._stays_out(Problem(rows[0], column, code, value), rows, beside)
        says = words.sentence(code, {"value": value, "column": column})
        self._tell(Reject(row, column, code, says, self.names[0]) for row in rows)
        self._tell(Reject(row, "", code, says, self.names[1]) for row in beside)

    def _tell(self, rejects: Iterable[Reject]) -> None:
        most, told = self.most_told, self.result.rejects
        told.extend(rejects if most is None else islice(rejects, max(most - len(told), 0)))

    def _stays_out(self, problem: Problem, rows: Sequence[int], beside: Sequence[int]) -> None:
        """Count rows that stay out, and keep why of those that stand first in the file."""
        self.out += len(rows) + len(beside)
        place = (not rows, (rows or beside)[0])
        if self.first is None or place < self.first[0]:
            self.first = place, problem

    def _refuse_unless_clean(self) -> None:
        """Look the whole file through, and the books beside it; nothing is written and nothing noted."""
        for batch in batches(self.read(), AT_ONCE, THEN):
            good, turned = self.sifted(*apart(batch))
            self._would(good)
            self._note_turned(turned)
        self._refuse_if_any()
        self.forget()

    def _refuse_if_any(self) -> None:
        if self.first is None:
            return
        # The refusal is kept with the import.
        first = self.first[1]
        why = said(replace(first, value=kept(first.value)))
        where = _("明细表第 {row} 行「{column}」{why}") if first.beside else _("第 {row} 行「{column}」{why}")
        where = where if first.column else _("第 {row} 行：{why}")
        raise StrictRefused(rows=self.out, first=where.format(row=first.row, column=first.column, why=why))

    def _tables(self) -> list[Counted]:
        return [self.table] if self.companion is None else [self.table, self.companion]

    def _sums(self) -> list[int]:
        """The first rows of the file that only add up others."""
        return self.table.sums[:MOST_SUMS]

    def _close(self, import_id: int) -> None:
        row = Import.objects.get(pk=import_id)
        for part, table in zip(parts_of(row), self._tables(), strict=True):
            if part.rows_in != table.seen:
                raise Lost(f"{table.seen} rows were read and {part.rows_in} have an outcome")
        blank = [table.blank_rows for table in self._tables()]
        counted = sum(table.seen for table in self._tables())
        imports.end(
            import_id, "done", rows_in=counted + sum(blank), rows_blank=sum(blank), companion_blank=sum(blank[1:]), sums=self._sums(),
            by=self.by, at=self.now(),
        )  # fmt: skip

    def _totals(self, import_id: int, began: float) -> Result:
        """The totals of the whole import, also of the part before it was cut off."""
        row = Import.objects.get(pk=import_id)
        for name in NUMBERS:
            setattr(self.result, name, getattr(row, name))
        self.result.sums, self.result.files = row.sums or [], parts_of(row)
        for part, name in zip(self.result.files, self.names, strict=False):
            part.name = name
        return self._ended(began)

    def _ended(self, began: float) -> Result:
        result = self.result
        result.rejects.sort(key=lambda reject: (self.names.index(reject.file), reject.row))
        result.seconds = time.perf_counter() - began
        return result


TOTALS = (
    "rows_ok", "rows_updated", "rows_duplicate", "rows_rejected", "orders_in", "orders_created", "orders_updated", "orders_duplicate",
    "orders_rejected",
)  # fmt: skip


NUMBERS = (*TOTALS, "rows_in", "rows_blank")
NOTED = (*NUMBERS, "orders_revived")


def names_of(name: str, companion_name: str, *, swapped: bool) -> list[str]:
    """What the two files of an import are called, the one with the orders first; never both the same."""
    first, second = (companion_name, name) if swapped else (name, companion_name)
    first, second = first or "orders", second or "details"
    return [first, second if second != first else f"{second} (2)"]


def batches(items: Iterable[Any], many: int, then: int) -> Iterator[list[Any]]:
    """``items`` so ``many`` at once, ``then`` so many."""
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) >= many:
            yield batch
            batch, many = [], then
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


def digest_of(*given: Given, sheet: str | None = None) -> tuple[str, int]:
    """SHA-256 and size of what is given. Of several files, whichever of them is named first; of two sheets of one
    workbook, each its own."""
    digests, size = [], 0
    for each in given:
        total = hashlib.sha256()
        if isinstance(each, bytes):
            total.update(each)
            size += len(each)
        else:
            with open(each, "rb") as file:
                while chunk := file.read(1 << 20):
                    total.update(chunk)
                    size += len(chunk)
        digests.append(total.hexdigest())
    if len(digests) > 1:
        digests = [hashlib.sha256("".join(sorted(digests)).encode()).hexdigest()]
    if sheet:
        digests = [hashlib.sha256(f"{digests[0]} {sheet}".encode()).hexdigest()]
    return digests[0], size


def refused(import_id: int, error: Refused, *, by: Actor, at: datetime) -> Refused:
    """Close an import whose file was refused as a whole, and say how. Where a part came in before that was known, it is cut off there;
    and of one that was to come in whole or not at all, that part is to be taken back."""
    part = ImportRow.objects.filter(of_id=import_id).exists()
    back = part and isinstance(error, StrictRefused)
    if back:
        error = StrictUndone(first=error.facts["first"])
    told = aloud.refused(as_kept(error))
    facts = {name: str(value) for name, value in told.facts.items()}
    refusal = {"code": error.code, "says": told.sentence, "fix": told.advice, "facts": facts}
    imports.end(import_id, "cancelled" if part else "refused", refusal=refusal, by=by, at=at)
    if back:
        with suppress(NothingMade):
            undoing.ask_for(import_id, reason=told.sentence, by=by, at=at)
    return error


def as_kept(error: Refused) -> Refused:
    """The refusal as the books may keep it: where a file has no header, what was taken for one is somebody's row."""
    words_of = {name: str(error.facts[name]).split("、") for name in ("headers", "header") if name in error.facts}
    if not words_of:
        return error
    known = known_words()
    shown: dict[str, Any] = {
        name: "、".join(word if normal(word) in known else kept(word) for word in said)
        for name, said in words_of.items()
    }
    return type(error)(**{**error.facts, **shown})
