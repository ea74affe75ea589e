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
    """An order a batch left out, and why."""

    order_id: int
    number: str
    why: str


@dataclass(frozen=True)
class Result:
    """What was done, in one sentence, and what was not."""

    says: str
    left: list[Left] = field(default_factory=list)
    more: int = 0


def keep(request: Request, result: Result) -> None:
    request.session["orders.result"] = asdict(result)


def waiting(request: Request) -> Result | None:
    """What the list should say once, above its rows."""
    facts = request.session.pop("orders.result", None)
    return Result(facts["says"], [Left(**left) for left in facts["left"]], facts["more"]) if facts else None


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
