"""The zero byte, which some programs leave at the end of what they copy: PostgreSQL keeps it in no text, and nobody ever meant it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, QueryDict

ZERO = "\0"


def in_address(kwargs: Mapping[str, Any]) -> bool:
    """Whether it stands in a part of the address: there is nothing under such a one."""
    return any(isinstance(value, str) and ZERO in value for value in kwargs.values())


def left_out(request: HttpRequest, view: Any) -> None:
    """What was asked and what was sent, without it. Where nobody looks for a forged sender nothing was read yet, and is not here."""
    asked = _without(request.GET)
    if asked is not None:
        request.GET = asked  # type: ignore[assignment]
    if request.method == "POST" and not getattr(view, "csrf_exempt", False):
        sent = _without(request.POST)
        if sent is not None:
            request.POST = sent  # type: ignore[assignment]


def _without(said: QueryDict) -> QueryDict | None:
    """The same without it; None where there is none."""
    if not any(ZERO in value for _name, values in said.lists() for value in values):
        return None
    clean = said.copy()
    for name, values in said.lists():
        clean.setlist(name, [value.replace(ZERO, "") for value in values])
    return clean
