"""What was sent and could not be done yet is kept for a few minutes and sent again: with a reason, or once it is known who sends it.

Kept in the session, sealed, and never a file. Only what passed the gate and the check against forgery is kept; sent again it
passes both again. ``why`` is read here and nowhere else.
"""

import base64
import binascii
import secrets
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhanggui.accounts.policy import policy
from zhanggui.journal import marks, queries
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import ReasonNeeded, SecondPersonAsked, SureNeeded
from zhanggui.kernel.vault import Unopened
from zhanggui.web.frame import errors, things
from zhanggui.web.frame.addresses import address
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say

KEY, PURPOSE = "again", b"web.again"
WHY, AGAIN, SURE = "why", "again", "seen_first"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
LIFE_S = 600
MOST, MOST_BYTES = 3, 64 * 1024
# Each sent anew: the token of the page, the reason, the mark that this is a second sending, that it was seen.
BESIDE = ("csrfmiddlewaretoken", WHY, AGAIN, SURE)


@dataclass(frozen=True)
class Kept:
    """What was sent: to ``path``, these fields, from the page ``back``; and what is still asked. ``done``: it was sent again."""

    path: str
    fields: list[list[str]]
    back: str
    ask: dict[str, Any]
    done: bool = False
    shown: bool = False


def known(request: HttpRequest, actor: Actor, view: Any) -> Actor:
    """The actor with the reason this form gives. A form sent again is noted: its page has nothing more to send.

    A view that itself says how its files are taken in, before anybody reads the form, is left to do so.
    """
    if request.method != "POST" or request.content_type not in FORMS or getattr(view, "csrf_exempt", False):
        return actor
    token = request.POST.get(AGAIN, "")
    if token and token in request.session.get(KEY, {}) and (kept := _kept(request, token)) is not None:
        _write(request, token, replace(kept, fields=[], done=True))
    why = request.POST.get(WHY, "").strip()[: marks.LONGEST]
    return replace(actor, why=why) if why else actor


def keep(request: HttpRequest, ask: dict[str, Any]) -> str:
    """The address of the page that sends this again; empty where it cannot be kept."""
    if request.method != "POST" or request.FILES:
        return ""
    fields = [[name, value] for name, values in request.POST.lists() if name not in BESIDE for value in values]
    if sum(len(name) + len(value) for name, value in fields) > MOST_BYTES:
        return ""
    if ask.get("keep_why") and (why := request.POST.get(WHY, "")):
        fields.append([WHY, why])
    token = secrets.token_urlsafe(12)
    about = things.about(request)
    ask = {**ask, "things": about.things, "of": about.many}
    _write(request, token, Kept(request.get_full_path(), fields, _came(request), ask))
    return reverse("frame:again", args=[token])


def to_reason(request: HttpRequest, refusal: ReasonNeeded) -> HttpResponse:
    """To the page that asks why, or shows what would be done, and sends the rest again with it."""
    page = keep(request, {"kind": "reason", "free": isinstance(refusal, SureNeeded), **refusal.facts})
    if not page:
        return errors.refused(request, refusal)
    if errors.beside(request):
        answer = HttpResponse(status=refusal.status)
        answer[errors.BESIDE] = page
        answer["HX-Reswap"] = "none"
        return answer
    if getattr(request, "htmx", False):
        answer = HttpResponse(status=refusal.status)
        answer["HX-Redirect"] = page
        return answer
    return HttpResponseRedirect(page)


def was_asked(request: HttpRequest, refusal: SecondPersonAsked, *, back: str = "") -> HttpResponse:
    """It waits for somebody else now: to ``back``, or to where one was, which says so."""
    note = refusal.advice
    say(request, refusal.sentence, tone="info", note=note, link=address("approvals:list", tab="mine"), link_text=_("去看"))
    if getattr(request, "htmx", False):
        answer = HttpResponse(status=refusal.status)
        answer["HX-Reswap"] = "none"
        return answer
    return HttpResponseRedirect(back or _came(request) or "/")


@require_GET
def again(request: Request, token: str) -> HttpResponse:
    """What is about to happen, and the form that sends it; what was sent, or is too old, leads back to where one was."""
    kept = _kept(request, token)
    if kept is None:
        say(request, _("这一步放得太久了，没有做。请回去再按一次。"), tone="warn")
        return HttpResponseRedirect("/")
    if kept.done:
        return HttpResponseRedirect(kept.back or "/")
    facts: dict[str, Any] = {
        "kept": kept,
        "token": token,
        "what": things.sentence(kept.ask) or _what(kept.ask),
        "goes_on": not kept.shown,
    }
    if kept.ask.get("kind") == "reason":
        facts["reasons"] = _reasons(kept.ask)
        facts["longest"] = marks.LONGEST
        return render(request, "frame/why_ask.html" if errors.beside(request) else "frame/why.html", facts)
    if not request.actor.fresh:
        # They would rather not show who they are: nothing is sent.
        return HttpResponseRedirect(kept.back or "/")
    _write(request, token, replace(kept, shown=True))
    return render(request, "frame/go_on.html", facts)


def _came(request: HttpRequest) -> str:
    """The page this was sent from; where that was a second sending, the page of the first."""
    htmx: Any = getattr(request, "htmx", None)
    came = (htmx.current_url_abs_path or "") if htmx else request.headers.get("Referer", "")
    parts = urlsplit(came)
    if parts.netloc and parts.netloc != request.get_host():
        return ""
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    for token in request.session.get(KEY, {}):
        if parts.path == reverse("frame:again", args=[token]) and (kept := _kept(request, token)) is not None:
            return kept.back
    return path if path.startswith("/") and not path.startswith("//") else ""


def _what(ask: dict[str, Any]) -> str:
    """The right that is about to be used, as the policy calls it."""
    right = policy().capabilities.get(str(ask.get("needs", "")))
    if right is None:
        return ""
    return right.en if (translation.get_language() or "").startswith("en") else right.zh


def _reasons(ask: dict[str, Any]) -> list[str]:
    """Those given most for the same act, and before there are any, what people usually say of it; none where that is not known."""
    verb, needs = str(ask.get("verb", "")), str(ask.get("needs", ""))
    usual = {
        "order.cancel": [_("买家不要了"), _("重复下单"), _("没有货"), _("地址送不到")],
        "orders.holds.hold": [_("等买家回话"), _("等补款"), _("核对地址"), _("等到货")],
        "orders.finance.give_back": [_("钱还没到账"), _("金额不对"), _("付款方式不对")],
        "order.unreview": [_("买家要改地址"), _("买家要换货"), _("审错了")],
        "order.recipient": [_("核对地址"), _("联系买家"), _("快递来问")],
        "ops.privacy.hand_out": [_("本人要看自己的信息"), _("监管或法院来要")],
        "ops.plain.orders": [_("交给快递补录"), _("和平台对单"), _("监管或法院来要")],
        "waybill.void": [_("地址错了"), _("面单打坏了"), _("换一家快递")],
        "stock.oversell": [_("马上到货"), _("要清仓"), _("填错了")],
        "stock.force_release": [_("占着不发"), _("先给急的单")],
        "order.edit_price": [_("答应了买家"), _("价格标错了")],
    }
    found = [*queries.reasons_given(verb)]
    for said in usual.get(verb, usual.get(needs, [])):
        if said not in found:
            found.append(said)
    return found[:6]


def _kept(request: HttpRequest, token: str) -> Kept | None:
    entry = request.session.get(KEY, {}).get(token)
    if entry is None:
        return None
    try:
        facts = settings.KEY_RING.open_facts(base64.b64decode(entry), PURPOSE)
    except (Unopened, binascii.Error, ValueError):
        return None
    at: int = int(request.at.timestamp())  # type: ignore[attr-defined]
    return Kept(**facts["kept"]) if facts["until"] > at else None


def _write(request: HttpRequest, token: str, kept: Kept) -> None:
    """The newest few; the book of sessions holds no plain word of it."""
    at: int = int(request.at.timestamp())  # type: ignore[attr-defined]
    facts = {"until": at + LIFE_S, "kept": kept.__dict__}
    others = {name: entry for name, entry in request.session.get(KEY, {}).items() if name != token}
    newest = dict(list(others.items())[-(MOST - 1) :])
    request.session[KEY] = {**newest, token: base64.b64encode(settings.KEY_RING.seal_facts(facts, PURPOSE)).decode()}
