"""Each request knows its actor and its number; a refusal becomes a page a person can act on; headers are never forgotten."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from zhanggui.accounts import queries as people
from zhanggui.kernel import clock
from zhanggui.kernel.errors import Refused, StepUpNeeded
from zhanggui.web.frame import errors, presence, say

Answer = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class HeadersMiddleware:
    """The outermost: numbers the request and puts the security headers on every answer, files and redirects too."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number_of(request)
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("X-Request-Id", number_of(request))
        return response


def number_of(request: HttpRequest) -> str:
    """The number of this request, as people read it to each other: ``7F3A-0192``."""
    known: str | None = request.__dict__.get("number")
    if known is None:
        digits = secrets.token_hex(4).upper()
        known = request.__dict__["number"] = f"{digits[:4]}-{digits[4:]}"
    return known


class FrameMiddleware:
    """Who asks and when; the way to sign in; what a refusal looks like."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.at = clock.now()  # type: ignore[attr-defined]
        request.actor = presence.actor_of(request, at=request.at)  # type: ignore[attr-defined]
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        say.deliver(request, response)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Everything is for people who signed in, unless the view says ``login_not_required``."""
        if request.user.is_authenticated:
            return presence.met(request, view)
        if not getattr(view, "login_required", True):
            return None
        if not people.has_an_owner():
            return HttpResponseRedirect(reverse("people:welcome"))
        return to_sign_in(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, StepUpNeeded | ReauthenticationRequired):
            return presence.to_confirm(request)
        return errors.refused(request, exception) if isinstance(exception, Refused) else None


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and from there to where one wanted to go. A part of a page sends its whole page."""
    return presence.sent(request, reverse("account_login"), presence.wanted(request), status=401)
