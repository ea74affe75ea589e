"""What the frame itself answers: fresh figures for the rail, language, theme."""

import re

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import condition, require_GET, require_POST
from django.views.i18n import set_language

from zhanggui.accounts.commands import tastes as people
from zhanggui.web.frame import counts, health, lists, notices, rail, tastes
from zhanggui.web.frame.presence import for_anybody, quiet
from zhanggui.web.frame.request import Request

SLUG = re.compile(r"[a-z0-9_]{1,24}")


def _tag(request: Request) -> str:
    """Changes when anything in the answer does."""
    keys = [entry.module.count for group in rail.seen_by(request.actor) for entry in group.entries if entry.module.count]
    shown = counts.of(request.actor, keys, at=request.at)
    rung = notices.of(request.actor, request.LANGUAGE_CODE, at=request.at)
    return f'"{hash((tuple(shown.items()), tuple(rung), health.seen_by(request.actor, at=request.at), request.LANGUAGE_CODE)) & 0xFFFFFFFFFFFF:x}"'


@quiet
@require_GET
@condition(etag_func=_tag)
def pulse(request: Request) -> HttpResponse:
    """The figures of the rail, the light and the bell, each to be put in its place; 304 when nothing changed."""
    answer = render(request, "frame/pulse.html")
    answer["Cache-Control"] = "private, no-cache"
    return answer


@for_anybody
@require_GET
def here(request: Request) -> HttpResponse:
    """Whether the house answers and still knows who asks; with the pass that a page open for long may lack."""
    answer = HttpResponse(status=204)
    answer["X-CSRFToken"] = get_token(request)
    return answer


@for_anybody
@require_POST
def taste(request: Request, name: str) -> HttpResponse:
    """Keep one taste of this screen and go back to where one was."""
    answer = HttpResponseRedirect(_back(request))
    try:
        tastes.keep(answer, name, request.POST.get(name, ""), secure=request.is_secure())
    except (KeyError, ValueError) as error:
        raise Http404(name) from error
    return answer


@require_POST
def columns(request: Request, name: str) -> HttpResponse:
    """Keep which columns a list shows on this screen, and in which order."""
    keys = [key for key in request.POST.getlist("all") if SLUG.fullmatch(key)]
    shown = {*request.POST.getlist("show"), *request.POST.getlist("fixed")}
    told = lists.arranged(keys, shown, up=request.POST.get("up", ""), down=request.POST.get("down", ""))
    answer = HttpResponseRedirect(_back(request))
    answer.set_cookie(
        f"cols_{name}",
        "" if "as_it_was" in request.POST else told,
        max_age=tastes.YEAR_S,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return answer


@for_anybody
@require_POST
def language(request: Request) -> HttpResponse:
    """Speak the language asked for: on this screen at once, and to this person from now on."""
    code = request.POST.get("language", "")
    if request.user.is_authenticated and code in dict(settings.LANGUAGES):
        people.speak(request.user.pk, code)
    return set_language(request)


def _back(request: Request) -> str:
    wanted = request.POST.get("next") or request.headers.get("Referer", "/")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"
