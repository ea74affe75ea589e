"""The house itself: whose key this is, imports, people, jobs, approvals, the book."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from zhanggui.accounts.models import Token, User
from zhanggui.api.asking import Call, Paged, PageOf, page_of, question
from zhanggui.api.shapes import Shape, id_text, rows
from zhanggui.api.types import Id, IdIn, MaybeId
from zhanggui.channels import reaching
from zhanggui.channels.models import Import, ImportRow
from zhanggui.journal.models import Approval, Entry, Job
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound

GROUP = "house"
BRINGS = ("import.files",)


class Me(BaseModel):
    """A key, and what it opens at this moment."""

    id: Id
    name: str
    scopes: dict[str, str] = Field(description="Capability to grant, as the policy writes it.")
    shops: list[Id] | None = Field(description="Only these; null is every one.")
    warehouses: list[Id] | None
    expires_at: datetime


class ImportOut(Shape):
    """One file (or a pair) taken in."""

    id: Id
    number: str
    kind: str
    state: str
    shop_id: MaybeId
    file_name: str
    companion_name: str
    format: str
    rows_in: int
    rows_ok: int
    rows_duplicate: int
    rows_rejected: int
    rows_blank: int
    orders_created: int
    orders_duplicate: int
    orders_rejected: int
    by_name: str
    made_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class ImportRowOut(Shape):
    """What became of one row of the file. What stood in it stays there."""

    id: Id
    file: int
    row: int
    outcome: str
    subject_id: MaybeId
    column: str
    code: str


class PersonOut(Shape):
    """Somebody who may come in, or no longer may."""

    SOURCES = {"role": "role__code"}
    id: Id
    name: str
    email: str
    role: str
    is_active: bool
    joined_at: datetime


class JobOut(Shape):
    """Work that waits, or failed too often."""

    id: Id
    name: str
    lane: str
    state: str
    attempts: int
    made_at: datetime
    run_at: datetime


class ApprovalOut(Shape):
    """An act that waits, or waited, for a second person."""

    id: Id
    verb: str
    needs: str
    asker_name: str
    reason: str
    state: str
    asked_at: datetime
    settled_at: datetime | None
    settler_name: str


class EntryOut(Shape):
    """One line of the book."""

    id: Id
    at: datetime
    actor_kind: str
    actor_name: str
    name: str
    subject_kind: str
    subject_id: MaybeId
    before: str
    after: str
    facts: dict[str, Any]


class ImportsAsked(Paged):
    kind: Literal["", "orders", "goods", "stock"] = ""
    state: Literal["", "waiting", "running", "done", "cancelled", "refused"] = ""


class RowsAsked(Paged):
    outcome: Literal["", "ok", "dup", "rej"] = ""


class JobsAsked(Paged):
    state: Literal["", "waiting", "quarantined"] = ""


class EntriesAsked(Paged):
    subject_kind: str = Field("", max_length=24)
    subject: IdIn | None = None
    name: str = Field("", max_length=60)


@question("/me", GROUP, answers=Me)
def show_me(call: Call) -> Any:
    """Whose key this is, and what it may at this moment."""
    row = Token.objects.values("id", "name", "expires_at").get(pk=call.by.id or 0)
    reach = call.by.reach
    bound = {"shops": _ids(reach.shops), "warehouses": _ids(reach.warehouses)}
    return {**row, "id": str(row["id"]), "scopes": dict(call.by.may), **bound}


def _ids(found: frozenset[int] | None) -> list[str | None] | None:
    return None if found is None else [id_text(each) for each in sorted(found)]


@question("/imports", GROUP, *BRINGS, takes=("stock",), answers=PageOf[ImportOut])
def list_imports(call: Call, asked: ImportsAsked) -> Any:
    """Imports, the newest first."""
    found = _imports(call.by)
    said = {name: value for name, value in (("kind", asked.kind), ("state", asked.state)) if value}
    return page_of(ImportOut, found.filter(**said), asked)


@question("/imports/{import_id}", GROUP, *BRINGS, takes=("stock",), answers=ImportOut)
def one_import(call: Call, import_id: int) -> Any:
    """One import."""
    found = rows(ImportOut, _imports(call.by).filter(pk=import_id))
    if not found:
        raise NotFound(what=import_id)
    return found[0]


@question("/imports/{import_id}/rows", GROUP, *BRINGS, takes=("stock",), answers=PageOf[ImportRowOut])
def import_rows(call: Call, import_id: int, asked: RowsAsked) -> Any:
    """What became of each row of one import."""
    if not _imports(call.by).filter(pk=import_id).exists():
        raise NotFound(what=import_id)
    found = ImportRow.objects.filter(of=import_id)
    return page_of(ImportRowOut, found.filter(outcome=asked.outcome) if asked.outcome else found, asked, "id")


def _imports(by: Actor) -> Any:
    found = Import.objects.filter(reaching.of(by.reach))
    return found.filter(kind="stock") if "stock" in by.narrowed("import.files") else found


@question("/people", GROUP, "people.manage", answers=PageOf[PersonOut])
def list_people(call: Call, asked: Paged) -> Any:
    """Everybody who may come in, and those who no longer may."""
    return page_of(PersonOut, User.objects.all(), asked, "id")


@question("/jobs", GROUP, "settings", answers=PageOf[JobOut])
def list_jobs(call: Call, asked: JobsAsked) -> Any:
    """What waits to be done, and what failed too often."""
    found = Job.objects.all()
    return page_of(JobOut, found.filter(state=asked.state) if asked.state else found, asked)


@question("/approvals", GROUP, "people.manage", answers=PageOf[ApprovalOut])
def list_approvals(call: Call, asked: Paged) -> Any:
    """What waits, or waited, for a second person."""
    return page_of(ApprovalOut, Approval.objects.all(), asked)


@question("/journal", GROUP, "journal.view", takes=("own",), answers=PageOf[EntryOut])
def list_journal(call: Call, asked: EntriesAsked) -> Any:
    """The book, the newest line first; who may see their own only, sees those."""
    found = Entry.objects.all()
    if not call.by.granted("journal.view"):
        found = found.filter(actor_kind=call.by.kind, actor_id=call.by.id)
    said = {"subject_kind": asked.subject_kind, "subject_id": asked.subject, "name": asked.name}
    return page_of(EntryOut, found.filter(**{name: value for name, value in said.items() if value}), asked)
