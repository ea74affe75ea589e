"""What became of a batch, kept for the next look at the list; and how to take it back."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.urls import reverse

from zhanggui.web.frame.request import Request

KEPT = 8


@dataclass(frozen=True)
class Result:
    """What became of each order of a batch: those done, and those left out with the code and facts of why. ``why`` and ``what``
    were said with the verb, for whoever tries again."""

    verb: str
    done: list[int] = field(default_factory=list)
    refused: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    why: str = ""
    what: str = ""


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
    """For the next look; where something was left out the list says so once."""
    request.session["orders.result"] = {**asdict(result), "new": bool(result.refused)}


def last(request: Request) -> Result | None:
    """What became of the last batch; from now on nobody needs to be told of it."""
    facts = request.session.get("orders.result")
    if facts is None or "verb" not in facts:
        return None
    if facts.get("new"):
        request.session["orders.result"] = {**facts, "new": False}
    refused = [(int(id_), why) for id_, why in facts["refused"]]
    return Result(facts["verb"], facts["done"], refused, facts["why"], facts["what"])


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
