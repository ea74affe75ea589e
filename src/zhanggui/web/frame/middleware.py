"""Each request knows its actor and its number; a refusal becomes a page a person can act on; headers are never forgotten."""

import logging
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from zhanggui.accounts import queries as people
from zhanggui.journal.once import Repeated
from zhanggui.kernel import clock, crashing, logs
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotAllowed, NotFound, ReasonNeeded, Refused, SecondPersonAsked, StepUpNeeded
from zhanggui.web.frame import again, errors, framing, fresh, gate, once, presence, say, zeroes

log = logging.getLogger("zhanggui.request")
Answer = Callable[[HttpRequest], HttpResponse]

# Nothing but our own files, each kind named; no script, style or handler stands in a page, so nothing needs a nonce.
POLICY = (
    "default-src 'none'; script-src 'self'; script-src-attr 'none'; style-src 'self'; style-src-attr 'none'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-Frame-Options": "DENY",
}


class HeadersMiddleware:
    """The outermost: numbers the request and puts the security headers on every answer, files and redirects too."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        logs.bind(request=number_of(request))
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", framing.policy_of(response, POLICY))
        for name, value in HEADERS.items():
            # The older word for it knows only everybody and nobody; the policy names who may.
            if name != "X-Frame-Options" or not framing.is_framed(response):
                response.headers.setdefault(name, value)
        response.headers.setdefault("X-Request-Id", number_of(request))
        crashing.point("response.before")
        _note(request, response, began)
        return response


def _note(request: HttpRequest, response: HttpResponse, began: float) -> None:
    """One line for each request: the address by its name, never as it was typed."""
    actor, match = getattr(request, "actor", None), request.resolver_match
    facts = {
        "route": match.view_name if match else "",
        "method": request.method,
        "status": response.status_code,
        "ms": round((time.perf_counter() - began) * 1000, 1),
        "actor": actor.id if actor else None,
    }
    # Files of ours say nothing of anybody, and come by the dozen.
    log.log(logging.INFO if match else logging.DEBUG, "answered", extra=facts)


def number_of(request: HttpRequest) -> str:
    """The number of this request, as people read it to each other: ``7F3A-0192``."""
    known: str | None = request.__dict__.get("number")
    if known is None:
        digits = secrets.token_hex(4).upper()
        known = request.__dict__["number"] = f"{digits[:4]}-{digits[4:]}"
    return known


class LanguageMiddleware:
    """Chinese until somebody chose otherwise on this screen. What the browser prefers is not asked: a shop speaks one language."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        return response


class FrameMiddleware:
    """Who asks and when; the way to sign in; what a refusal looks like."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.at = clock.now()  # type: ignore[attr-defined]
        request.actor = presence.actor_of(request, at=request.at)  # type: ignore[attr-defined]
        with once.guarded(request):
            response = fresh.marked(request, self.get_response(request))
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        say.deliver(request, response)
        return errors.led(request, response)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Who may come here, by which method: routes.toml says it, and what is not there is nobody's."""
        match = request.resolver_match
        assert match is not None
        if zeroes.in_address(kwargs):
            return errors.refused(request, NotFound(what=match.view_name))
        zeroes.left_out(request, view)
        if (stopped := getattr(request, "stopped", None)) is not None:
            # What was sent could not be taken in whole: half of a form is no form.
            return errors.refused(request, stopped)
        known = gate.methods(match.view_name)
        if not known:
            return errors.refused(request, NotFound(what=request.path))
        needed = known.get(request.method or "")
        # By a method it does not know, a public address says so to anybody.
        public = gate.PUBLIC in {each.capability for each in ([needed] if needed else known.values())}
        if not request.user.is_authenticated and not public:
            return to_sign_in(request) if people.has_an_owner() else HttpResponseRedirect(reverse("people:welcome"))
        if request.user.is_authenticated and (elsewhere := presence.met(request, view)) is not None:
            return elsewhere
        if needed is None:
            return HttpResponseNotAllowed(known)
        actor: Actor = request.actor  # type: ignore[attr-defined]
        request.actor = again.known(request, actor, view)  # type: ignore[attr-defined]
        if not needed.met(actor):
            return errors.refused(request, NotAllowed(needs=needed.capability, who=actor.name))
        return fresh.unchanged(request, match.view_name)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, StepUpNeeded | ReauthenticationRequired):
            return presence.to_confirm(request, exception)
        if isinstance(exception, ReasonNeeded):
            return again.to_reason(request, exception)
        if isinstance(exception, SecondPersonAsked):
            return again.was_asked(request, exception)
        if isinstance(exception, Repeated):
            return once.done_before(request)
        return errors.refused(request, exception) if isinstance(exception, Refused) else None


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and from there to where one wanted to go. A part of a page sends its whole page."""
    return presence.sent(request, reverse("account_login"), presence.wanted(request), status=401)
