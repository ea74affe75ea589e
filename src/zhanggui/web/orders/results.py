"""What became of a batch, kept for the next look at the list; and how to take it back."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.urls import reverse

from zhanggui.web.frame.request import Request

KEPT = 8


@dataclass(frozen=True)
class Left:
    """An order a batch left out, why, and what to do about it."""

    order_id: int
    number: str
    why: str
    fix: str = ""


@dataclass(frozen=True)
class Again:
    """The same once more for those that were left out."""

    verb: str = ""
    ids: list[int] = field(default_factory=list)
    why: str = ""
    what: str = ""


@dataclass(frozen=True)
class Result:
    """What was done, in one sentence, and what was not: ``left`` with their reasons, and so many ``more``."""

    says: str
    left: list[Left] = field(default_factory=list)
    more: int = 0
    done: int = 0
    again: Again = field(default_factory=Again)

    @property
    def refused(self) -> int:
        return len(self.left) + self.more


@dataclass
class Run:
    """A batch too large for one act: what is still to do, and what became of the rest. ``step`` counts the acts."""

    verb: str
    todo: list[int]
    why: str = ""
    what: str = ""
    whole: int = 0
    step: int = 0
    done: list[int] = field(default_factory=list)
    refused: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    undo: str = ""
    undo_ids: list[int] = field(default_factory=list)
    before: list[tuple[int, Any]] = field(default_factory=list)

    @property
    def so_far(self) -> int:
        return self.whole - len(self.todo)


def keep(request: Request, result: Result) -> None:
    request.session["orders.result"] = {**asdict(result), "new": True}


def last(request: Request) -> Result | None:
    """What became of the last batch that left something out; from now on nobody needs to be told of it."""
    facts = request.session.get("orders.result")
    if facts is None:
        return None
    if facts.get("new"):
        request.session["orders.result"] = {**facts, "new": False}
    left = [Left(**left) for left in facts["left"]]
    return Result(facts["says"], left, facts["more"], facts["done"], Again(**facts["again"]))


def waiting(request: Request) -> Result | None:
    """The same where the list has not said it yet."""
    return last(request) if request.session.get("orders.result", {}).get("new") else None


def start(request: Request, run: Run) -> None:
    request.session["orders.run"] = asdict(run)


def running(request: Request) -> Run | None:
    facts = request.session.get("orders.run")
    return Run(**facts) if facts else None


def ended(request: Request) -> None:
    request.session.pop("orders.run", None)


def undoing(request: Request, verb: str, order_ids: Sequence[int], **facts: Any) -> str:
    """The address that takes this back; the last few of a person are remembered."""
    token = secrets.token_urlsafe(9)
    kept = dict(list(request.session.get("orders.undo", {}).items())[-KEPT + 1 :])
    request.session["orders.undo"] = {**kept, token: {"verb": verb, "ids": list(order_ids), **facts}}
    return reverse("orders:undo", args=[token])


def taken_back(request: Request, token: str) -> dict[str, Any] | None:
    """What the token stood for, once."""
    kept = dict(request.session.get("orders.undo", {}))
    found: dict[str, Any] | None = kept.pop(token, None)
    request.session["orders.undo"] = kept
    return found
