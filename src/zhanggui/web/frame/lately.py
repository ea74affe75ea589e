"""When whoever asks last changed something: a figure counted before that is too old for them, whichever process counted it.

Figures are kept a few seconds in each process that answers. The one that did the change forgets them; of the others only the
browser can tell that it was the same person, so it carries the moment along for as long as figures are kept.
"""

import re
import time
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

FRESH_S = 5.0
COOKIE = "changed"
MOMENT = re.compile(r"[0-9]{10}\.[0-9]{3}")
_changed: ContextVar[float] = ContextVar("changed", default=0.0)


def fresh(counted: float) -> bool:
    """Whether what was counted then (``time.time()``) may still be shown to whoever asks now."""
    return counted > _changed.get() and 0 <= time.time() - counted < FRESH_S


class LatelyMiddleware:
    """Hears from the browser when its person last changed something, and tells it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.COOKIES.get(COOKIE, "")
        mark = _changed.set(float(said) if MOMENT.fullmatch(said) else 0.0)
        try:
            response = self.get_response(request)
        finally:
            _changed.reset(mark)
        if request.method == "POST" and response.status_code < 400:
            now = f"{time.time():.3f}"
            response.set_cookie(COOKIE, now, max_age=int(FRESH_S) + 1, httponly=True, samesite="Lax", secure=request.is_secure())
        return response
