"""The house itself: whose key this is, imports, what waits for a second person."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from zhanggui.accounts.models import Token
from zhanggui.api.asking import Call, Paged, PageOf, page_of, page_rows, question
from zhanggui.api.shapes import Shape, columns, filled, id_text, rows
from zhanggui.api.types import Id, MaybeId
from zhanggui.channels import reaching
from zhanggui.channels.models import Import, ImportRow
from zhanggui.journal import approvals
from zhanggui.journal.models import Approval
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
    rows_updated: int
    rows_duplicate: int
    rows_rejected: int
    rows_blank: int
    orders_created: int
    orders_updated: int
    orders_duplicate: int
    orders_rejected: int
    orders_undone: int
    by_name: str
    made_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    undo_asked_at: datetime | None
    undo_ended_at: datetime | None


class ImportRowOut(Shape):
    """What became of one row of the file. What stood in it stays there."""

    id: Id
    file: int
    row: int
    outcome: str
    subject_id: MaybeId
    column: str
    code: str


class ApprovalOut(Shape):
    """An act that waits, or waited, for a second person. `says` is what it would do, in the language asked for."""

    SOURCES = {"says": ""}
    id: Id
    verb: str
    says: str
    needs: str
    asker_name: str
    reason: str
    state: str
    asked_at: datetime
    settled_at: datetime | None
    settler_name: str


class ImportsAsked(Paged):
    kind: Literal["", "orders", "goods", "stock"] = ""
    state: Literal["", "waiting", "running", "done", "cancelled", "refused"] = ""


class RowsAsked(Paged):
    outcome: Literal["", "ok", "upd", "dup", "rej"] = ""


APPROVAL = columns(ApprovalOut)


class ApprovalsAsked(Paged):
    state: Literal["", "waiting", "ready", "done", "declined", "withdrawn", "expired", "failed"] = ""


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


@question("/approvals", GROUP, answers=PageOf[ApprovalOut])
def list_approvals(call: Call, asked: ApprovalsAsked) -> Any:
    """What waits, or waited, for a second person, of the rights this key was lent; agreeing is for people."""
    found = approvals.told_to(call.by)
    page, plain = page_rows(found.filter(state=asked.state) if asked.state else found, asked, "-id", [*APPROVAL, "about"])
    return {"items": [{**filled(ApprovalOut, row), "says": said(row)} for row in plain], "next": page.next}


def said(row: dict[str, Any]) -> str:
    return approvals.sentence(Approval(verb=row["verb"], about=row["about"]))
