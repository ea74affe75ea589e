"""Who is at the screen: whether the session still holds, whether they must prove themselves first, and the way there and back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from allauth.usersessions.models import UserSession
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from zhanggui.accounts import queries, standing
from zhanggui.accounts.models import User
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import StepUpNeeded
from zhanggui.web.frame import again, fresh
from zhanggui.web.frame.say import say

V = TypeVar("V", bound=Callable[..., Any])


def quiet(view: V) -> V:
    """The page asks by itself: that is no sign of somebody being there."""
    view.quiet = True  # type: ignore[attr-defined]
    return view


def for_anybody(view: V) -> V:
    """Also for those who must set up a second factor before anything else."""
    view.for_anybody = True  # type: ignore[attr-defined]
    return view


def actor_of(request: HttpRequest, *, at: datetime) -> Actor:
    """Who asks. A session that lasted too long ends here; whoever owes the house a second factor may nothing."""
    user = request.user
    if not isinstance(user, User):
        return queries.actor_of(user)
    why = standing.over(request.session, at=at)
    if why:
        logout(request)
        says = {"idle": _("太久没有动静，为安全退出了"), "long": _("登录满了时限，请再登录一次")}
        say(request, says[why], tone="info")
        return queries.actor_of(request.user)
    actor = queries.actor_of(user, fresh=standing.is_fresh(request.session, at=at))
    if queries.must_set_up(user):
        request.__dict__["owes_second_factor"] = True
        return replace(actor, may={})
    return actor


def met(request: HttpRequest, view: Any) -> HttpResponse | None:
    """Somebody signed in is here: note that they are, and lead them to what they owe."""
    hushed = getattr(view, "quiet", False) or fresh.asks(request)
    if not hushed and standing.see(request.session, at=request.at):  # type: ignore[attr-defined]
        held = UserSession.objects.filter(session_key=request.session.session_key)
        if not held.update(last_seen_at=request.at):  # type: ignore[attr-defined]
            UserSession.objects.create_from_request(request)
    if not owes_second_factor(request) or getattr(view, "for_anybody", False):
        return None
    return HttpResponse(status=204) if hushed else sent(request, reverse("mfa_index"), "", status=403)


def owes_second_factor(request: HttpRequest) -> bool:
    """Their role asks for a second factor, and they have none yet."""
    return bool(request.__dict__.get("owes_second_factor"))


def to_confirm(request: HttpRequest, asked: Exception | None = None) -> HttpResponse:
    """To the page that asks who one is, and from there on: what was sent is sent again, a page that was asked for is asked again."""
    needs = asked.facts.get("needs", "") if isinstance(asked, StepUpNeeded) else ""
    back = again.keep(request, {"kind": "confirm", "needs": needs, "keep_why": True}) or wanted(request) or _page_before(request)
    return sent(request, reverse("account_reauthenticate"), back, status=403)


def wanted(request: HttpRequest) -> str:
    """The page somebody is at or asked for; empty for what cannot be asked again. A part of a page means its whole page."""
    htmx: Any = getattr(request, "htmx", None)
    if htmx:
        return htmx.current_url_abs_path or ""
    return request.get_full_path() if request.method == "GET" else ""


def sent(request: HttpRequest, address: str, back: str, *, status: int) -> HttpResponse:
    """Send the browser on, with the way back; a part of a page, answered with ``status``, sends its whole page."""
    if back and back != "/":
        address = f"{address}?{urlencode({'next': back})}"
    if getattr(request, "htmx", False):
        answer = HttpResponse(status=status)
        answer["HX-Redirect"] = address
        return answer
    return HttpResponseRedirect(address)


def _page_before(request: HttpRequest) -> str:
    """The page a form was sent from, if it is one of ours."""
    came = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(came)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
