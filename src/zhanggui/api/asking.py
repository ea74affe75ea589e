"""A question of the house as an operation: what it needs, what may be asked with it, the shape of its answer."""

import hashlib
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar, get_type_hints

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja.params.functions import Query
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from zhanggui.api.entrance import Need
from zhanggui.api.refusals import BadCursor, UnknownParameter
from zhanggui.api.shapes import Shape, columns, filled
from zhanggui.api.types import IdIn
from zhanggui.kernel import paging
from zhanggui.kernel.actor import Actor

T = TypeVar("T")


@dataclass(frozen=True)
class Call:
    """Who asks, and when."""

    by: Actor
    at: datetime


class Paged(BaseModel):
    """What every list takes."""

    model_config = ConfigDict(extra="forbid")
    cursor: str = Field("", max_length=600, description="`next` of the page before; empty for the first.")
    limit: int = Field(50, ge=1, le=200, description="So many at most.")


class PageOf(BaseModel, Generic[T]):
    """Some of a list. `next` leads on; empty at the end."""

    items: list[T]
    next: str


@dataclass(frozen=True)
class Question:
    """One operation that reads. ``group`` is where the docs show it."""

    path: str
    name: str
    group: str
    need: Need | None
    answers: Any
    call: Callable[..., Any]
    parameters: tuple[inspect.Parameter, ...]

    @property
    def promise(self) -> str:
        return inspect.cleandoc(self.call.__doc__ or "")


QUESTIONS: dict[str, Question] = {}


def question(
    path: str, group: str, *needs: str, takes: tuple[str, ...] = (), answers: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make ``call(call, …)`` an operation at ``path``: a parameter ``asked`` comes from the address, ids from the path.

    ``needs``: one of these capabilities; none is whoever bears a key.
    """

    def register(call: Callable[..., Any]) -> Callable[..., Any]:
        hints = get_type_hints(call)
        parameters = []
        for name in list(inspect.signature(call).parameters)[1:]:
            kind, default = (hints[name], Query(...)) if name == "asked" else (IdIn, inspect.Parameter.empty)
            parameters.append(inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default))
        need = Need(needs, frozenset(takes)) if needs else None
        QUESTIONS[call.__name__] = Question(path, call.__name__, group, need, answers, call, tuple(parameters))
        return call

    return register


def view_of(asked: Question) -> Callable[..., HttpResponse]:
    """The view: asks, and answers with a mark by which a second asking is told that nothing changed."""
    known = (
        set(asked.parameters[-1].annotation.model_fields) if asked.parameters and asked.parameters[-1].name == "asked" else set()
    )

    def view(request: HttpRequest, **values: Any) -> HttpResponse:
        if strange := sorted(set(request.GET) - known):
            raise UnknownParameter(name=strange[0][:60])
        facts = request.__dict__
        return told(request, asked.call(Call(facts["actor"], facts["at"]), **values))

    first = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=HttpRequest)
    view.__signature__ = inspect.Signature([first, *asked.parameters])  # type: ignore[attr-defined]
    view.__annotations__ = {each.name: each.annotation for each in (first, *asked.parameters)}
    view.__name__ = asked.name
    view.__doc__ = asked.promise
    return view


def told(request: HttpRequest, found: Any) -> HttpResponse:
    body = to_json(found)
    version = found.get("version", "") if isinstance(found, dict) else ""
    mark = f'"{version}.{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    known = [each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")]
    same = mark in known or known == ["*"]
    made = HttpResponse(b"" if same else body, status=304 if same else 200, content_type="application/json")
    made["ETag"] = mark
    return made


def page_of(shape: type[Shape], rows: QuerySet[Any], asked: Paged, by: str = "-id") -> dict[str, Any]:
    """One page of ``rows`` in this shape. One statement. Raises ``BadCursor``."""
    found, plain = page_rows(rows, asked, by, columns(shape))
    return {"items": [filled(shape, row) for row in plain], "next": found.next}


def page_rows(
    rows: QuerySet[Any], asked: Paged, by: str, wanted: list[str], *, apart: Sequence[Q] = (), few: bool = False
) -> tuple[paging.Page[Any], list[dict[str, Any]]]:
    if "\0" in asked.cursor or not paging.reads(asked.cursor):
        raise BadCursor
    sort = by.lstrip("-")
    plain = rows.values(*dict.fromkeys([*wanted, "id", sort]))
    found = paging.page(plain, by, cursor=asked.cursor, size=asked.limit, apart=apart, few=few)
    return found, found.rows
