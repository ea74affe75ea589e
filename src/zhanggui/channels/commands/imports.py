"""The life of an import: begun, moved on batch by batch, ended. Each step is one short transaction."""

import os
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import F

from zhanggui.channels.events import ImportEnded, ImportStarted
from zhanggui.channels.models import Import, ImportProblem, ImportRow
from zhanggui.channels.refusals import ImportOver, ImportRuns, OtherOptions
from zhanggui.journal.book import command, numbers, tell
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotAllowed
from zhanggui.orders import sources

PROBLEM = ("of_id", "file", "row", "nth", "column", "code", "value")
ROW = ("of_id", "row", "outcome", "subject_id", "column", "code", "value")
COUNTED = (
    "rows_ok", "rows_updated", "rows_duplicate", "rows_rejected", "rows_noted", "orders_in", "orders_created", "orders_updated", "orders_duplicate",
    "orders_rejected",
    "companion_ok", "companion_duplicate", "companion_rejected",
)  # fmt: skip
# A runner that said nothing for so long is gone.
SILENT = timedelta(seconds=60)


class Upload(NamedTuple):
    """A file to take in: its name for people, its digest, and where it is kept (empty when its path is given at run)."""

    file_name: str
    digest: str
    size: int
    path: str = ""
    companion_name: str = ""
    companion_path: str = ""


def runner() -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}"


@command(needs="import.files", takes=("stock",), over="shop@shop_id")
def begin(
    kind: str,
    upload: Upload,
    *,
    shop_id: int | None,
    format: str,
    mapping: dict[str, str],
    options: dict[str, Any],
    by: Actor,
    at: datetime,
) -> int:
    """Open an import. One of the same file that was cut off goes on where it stopped; one that runs refuses.

    As long as nothing of it came in, what is said now of how to read it, and who says so, takes the place of what was said before.
    Raises ImportRuns, and OtherOptions where a part came in already and was read otherwise.
    """
    may_bring(kind, by)
    if kind == "orders":
        sources.require("file")
    which: dict[str, Any] = {"digest": upload.digest, "kind": kind, "shop_id": shop_id}
    same = Import.objects.select_for_update(no_key=True, of=("self",)).filter(**which, state__in=("waiting", "running")).first()
    if same is not None:
        if _alive(same, at):
            raise ImportRuns(number=same.number)
        _ask_anew(same, format, mapping, options, by=by)
        return same.pk
    day = f"{clock.day_of(at):%y%m%d}"
    number = numbers(f"import:{day}", 1)[0]
    made = Import.objects.create(
        number=f"I{day}-{number:03d}",
        kind=kind,
        state=Import.State.WAITING,
        shop_id=shop_id,
        file_name=upload.file_name[:200],
        companion_name=upload.companion_name[:200],
        digest=upload.digest,
        size=upload.size,
        path=upload.path,
        companion_path=upload.companion_path,
        format=format,
        mapping=mapping,
        options=options,
        by_name=by.name,
        by_id=by.id,
        made_at=at,
    )
    return made.pk


def _ask_anew(row: Import, format: str, mapping: dict[str, str], options: dict[str, Any], *, by: Actor) -> None:
    """The same file brought again: what is chosen now counts, unless a part of it came in by another choice."""
    if not ImportRow.objects.filter(of=row).exists():
        said: dict[str, Any] = {"format": format, "mapping": mapping, "options": options, "by_name": by.name, "by_id": by.id}
        Import.objects.filter(pk=row.pk).update(**said)
        return
    # Once it began its format is the one that was found.
    found = format in ("auto", row.format) or row.format == "auto"
    if not found or mapping != row.mapping or _chosen(options) != _chosen(row.options):
        raise OtherOptions(number=row.number)


def _chosen(options: dict[str, Any]) -> dict[str, Any]:
    """What differs from saying nothing."""
    return {name: value for name, value in options.items() if value}


class Asked(NamedTuple):
    """What was chosen of an import, and by whom: a runner reads it before it says that it runs."""

    options: dict[str, Any]
    mapping: dict[str, str]
    by_id: int | None


def asked_of(row: Import) -> Asked:
    return Asked(row.options, row.mapping, row.by_id)


def _alive(row: Import, at: datetime) -> bool:
    if row.state == Import.State.WAITING or row.alive_at is None:
        return False
    host, _, pid = row.runner.rpartition(":")
    if host == socket.gethostname()[:40]:
        # A number of a process that ended may be another's by now.
        return os.path.exists(f"/proc/{pid}") and row.runner != runner() and at - row.alive_at < 10 * SILENT
    return at - row.alive_at < SILENT


@command(needs="import.files", takes=("stock",), over="import")
def start(import_id: int, *, format: str, rows_expected: int, asked: Asked | None = None, by: Actor, at: datetime) -> None:
    """It runs now, here. Telling it again after a cut changes only who runs it; while another runs it, ``ImportRuns``.

    The same where something else was ``asked`` since the runner read it: whoever looks again reads what counts now.
    """
    row = Import.objects.select_for_update().get(pk=import_id)
    if row.state not in ("waiting", "running"):
        raise ImportOver(number=row.number)
    if _alive(row, at) or (asked is not None and asked != asked_of(row)):
        raise ImportRuns(number=row.number)
    rows = Import.objects.filter(pk=import_id)
    rows.update(state="running", format=format, rows_expected=rows_expected, runner=runner(), alive_at=at)
    if row.started_at is None:
        rows.update(started_at=at)
        tell([ImportStarted(import_id, row.kind)], by=by, at=at)


def still_runs(import_id: int) -> bool:
    """Whether it is running, and stays so until the end of this transaction: whoever cancels it comes before or after a batch."""
    return Import.objects.select_for_update(no_key=True).filter(pk=import_id, state=Import.State.RUNNING).exists()


def account(
    import_id: int,
    rows: Sequence[Sequence[Any]],
    counts: dict[str, int],
    *,
    beside: Sequence[Sequence[Any]] = (),
    more: Sequence[Sequence[Any]] = (),
    at: datetime,
) -> None:
    """Write what became of rows, and of rows of the companion, in the transaction of what they did, once ``still_runs`` said that
    it may; ``more`` is what else was wrong with some of them."""
    db.insert_many(ImportRow, ROW, rows)
    db.insert_many(ImportRow, (*ROW, "file"), [(*row, ImportRow.File.COMPANION.value) for row in beside])
    if more:
        db.insert_many(ImportProblem, PROBLEM, more)
    # What is in the books is counted, whatever the import is called by now.
    Import.objects.filter(pk=import_id).update(alive_at=at, **{name: F(name) + many for name, many in counts.items() if many})


@command(needs="import.files", takes=("stock",), over="import")
def end(
    import_id: int,
    state: str,
    *,
    rows_in: int = 0,
    rows_blank: int = 0,
    companion_blank: int = 0,
    sums: Sequence[int] = (),
    refusal: dict[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Close it: done with every row counted, refused as a whole, or cancelled. ``companion_blank`` are among ``rows_blank``,
    and so are rows that only add up others, ``sums`` by their numbers."""
    row = Import.objects.select_for_update().get(pk=import_id)
    if row.state not in ("waiting", "running"):
        return
    row.state, row.ended_at, row.rows_in, row.rows_blank, row.refusal = state, at, rows_in, rows_blank, refusal or {}
    row.companion_blank, row.sums = companion_blank, list(sums)
    row.save(update_fields=["sums", "state", "ended_at", "rows_in", "rows_blank", "companion_blank", "refusal"])
    tell([ImportEnded(import_id, state, row.rows_ok, row.rows_rejected)], by=by, at=at)


@command(needs="import.files", takes=("stock",), over="import")
def set_in_order(import_id: int, *, by: Actor, at: datetime) -> None:
    """Two uploaded files that were given the other way round: the orders become the first, what completes them the second."""
    row = Import.objects.select_for_update().get(pk=import_id)
    row.file_name, row.companion_name = row.companion_name, row.file_name
    row.path, row.companion_path = row.companion_path, row.path
    row.save(update_fields=["file_name", "companion_name", "path", "companion_path"])


def may_bring(kind: str, by: Actor) -> None:
    """Raises NotAllowed where the grant is narrowed to files of another kind."""
    narrowed = by.narrowed("import.files")
    if narrowed and kind not in narrowed:
        raise NotAllowed(needs="import.files", who=by.name)


@command(needs="import.files", takes=("stock",), over="import")
def cancel(import_id: int, *, by: Actor, at: datetime) -> None:
    """Stop it: what came in stays, what did not stays out. A batch that is being written finishes first.

    It is counted, and none begins after it.
    """
    if not Import.objects.filter(pk=import_id, state__in=("waiting", "running")).update(state="cancelled", ended_at=at):
        raise ImportOver(number=import_id)
    row = Import.objects.get(pk=import_id)
    may_bring(row.kind, by)
    tell([ImportEnded(import_id, "cancelled", row.rows_ok, row.rows_rejected)], by=by, at=at)
