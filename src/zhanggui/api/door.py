"""Whatever comes to ``/api/``: past cookies, sessions and pages, to the operation, and out with every header."""

import logging
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import translation

from zhanggui.api import problems
from zhanggui.api.entrance import MOST_BYTES
from zhanggui.api.refusals import NoSuchAddress, TooLarge, WrongMethod
from zhanggui.kernel.errors import Refused

ROOT = "/api/"
ADDRESSES = "zhanggui.api.urls"
Answer = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("zhanggui.api")


class Broken(Refused):
    """A bug, or the database is away."""

    code = "broken"
    status = 500


class Door:
    """Stands before sessions and cookies: a call bears a key or nothing. What a browser remembers is not even read."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(ROOT):
            return self.get_response(request)
        language = language_of(request)
        with translation.override(language):
            made = answer(request)
        made.headers.setdefault("Cache-Control", "private, no-cache")
        made.headers.setdefault("X-Frame-Options", "DENY")
        made["Content-Language"] = language
        made["Vary"] = "Authorization, Accept-Language"
        made.headers.setdefault("Content-Length", str(len(made.content)))
        return made


def answer(request: HttpRequest) -> HttpResponse:
    head = request.method == "HEAD"
    if head:
        request.method = "GET"
    try:
        match = resolve(request.path_info, ADDRESSES)
        made: HttpResponse = match.func(request, *match.args, **match.kwargs)
    except Resolver404:
        return problems.answer(request, NoSuchAddress(path=request.path_info[:200]))
    except RequestDataTooBig:
        return problems.answer(request, TooLarge(most_mb=MOST_BYTES // 1024 // 1024))
    except Exception:
        got_request_exception.send(sender=Door, request=request)
        log.exception("an operation broke", extra={"path": request.path_info})
        return problems.answer(request, Broken())
    if made.status_code == 405:
        allowed = ", ".join(sorted({*made["Allow"].split(", "), *(["HEAD"] if "GET" in made["Allow"] else [])}))
        return problems.answer(request, WrongMethod(method=(request.method or "")[:20], allowed=allowed))
    if head:
        length = str(len(made.content))
        made.content = b""
        made["Content-Length"] = length
    return made


def language_of(request: HttpRequest) -> str:
    """The first of ours that ``Accept-Language`` names, the better liked first; Chinese where it names none."""
    best, found = 0.0, "zh-hans"
    for each in request.headers.get("Accept-Language", "")[:400].split(","):
        tag, _, rest = each.strip().partition(";")
        try:
            liked = float(rest.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        ours = {"zh": "zh-hans", "en": "en"}.get(tag.split("-")[0].lower())
        if ours and best < liked <= 1:
            best, found = liked, ours
    return found
