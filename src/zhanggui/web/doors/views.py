"""The page of a public form: shown to anybody who has its link, answered once a page. No session, no cookie, no sign-in.

Nobody is recognised here, so there is nothing a foreign page could borrow: the pass of the page stands where the check against
forgery stands elsewhere, and works inside other sites as well, where browsers send no cookie.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.core.internal import ratelimit
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Refused
from zhanggui.orders import offering
from zhanggui.orders.commands import web_forms
from zhanggui.orders.commands.web_forms import Asked, FormClosed, FormTampered
from zhanggui.orders.models import Order, OrderForm
from zhanggui.orders.offering import Offered
from zhanggui.web.doors import passes, showing
from zhanggui.web.doors.forms import APART, PASS, TRAP, BuyerForm, apart, strange
from zhanggui.web.doors.passes import Pass
from zhanggui.web.doors.refusals import FormAsks, FormBusy, FormOld
from zhanggui.web.frame import errors
from zhanggui.web.frame.framing import framed_by
from zhanggui.web.frame.presence import for_anybody

MOST_BYTES = 24 * 1024
MEDIA = "application/x-www-form-urlencoded"
# Of one address: pages looked at, answers sent, and answers after which it is asked whether somebody is there. Of one form: the
# answers after which everybody is asked, and those after which it rests.
PACE = {
    "form_look": "120/m/ip",
    "form_send": "30/10m/ip",
    "form_apart": "30/10m/ip",
    "form_calm": "4/h/ip",
    "form_crowd": "60/10m/key",
    "form_flood": "300/10m/key",
}


def _within(request: HttpRequest, action: str, key: str | None = None) -> bool:
    return ratelimit.consume(request, app="allauth.account", action=action, config=PACE, key=key, limit_get=True) is not None


@csrf_exempt
@for_anybody
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def form(request: HttpRequest, token: str) -> HttpResponse:
    """The form, empty; or what became of what was sent: an order, or the page again with what is in the way."""
    if not _within(request, "form_look"):
        return errors.too_many(request)
    found = offering.by_token(token)
    if found is None:
        raise Http404
    asked = request.GET.get("lang", "")
    with translation.override(showing.language_of(found, asked)):
        answer = _sent(request, found) if request.method == "POST" else _empty(request, found)
    answer["X-Robots-Tag"] = "noindex"
    return framed_by(answer, found.origins)


def _empty(request: HttpRequest, found: OrderForm) -> HttpResponse:
    if not found.enabled or not found.shop.enabled:
        return render(request, "doors/closed.html", {"form": found}, status=410)
    goods = offering.offered(found)
    return _page(request, found, goods, BuyerForm(None, goods=goods))


def _sent(request: HttpRequest, found: OrderForm) -> HttpResponse:
    at: datetime = request.at  # type: ignore[attr-defined]
    goods = offering.offered(found)
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if request.content_type != MEDIA or not length.isdecimal() or int(length) > MOST_BYTES:
        return _page(request, found, goods, BuyerForm(None, goods=goods), FormTampered(what="size"))
    given = passes.read(request.POST.get(PASS, ""))
    if APART in request.POST:
        return _taken_apart(request, found, goods, given)
    buyer = BuyerForm(request.POST, goods=goods)
    try:
        order_id = _ordered(request, found, goods, buyer, given, at)
    except FormClosed:
        offering.count(found.pk, FormClosed.code, at=at)
        return render(request, "doors/closed.html", {"form": found}, status=410)
    except Refused as refusal:
        if not isinstance(refusal, FormBusy):
            # Those that come too fast are not even counted: counting writes.
            offering.count(found.pk, refusal.code, at=at)
        spent = refusal.code == "form-tampered"
        return _page(request, found, goods, buyer, refusal, given=None if spent else given)
    if order_id is None:
        return _page(request, found, goods, buyer, given=given)
    number = Order.objects.values_list("number", flat=True).get(pk=order_id)
    there = reverse("doors:thanks", args=[found.token, passes.slip(found.pk, number)])
    asked = request.GET.get("lang", "")
    return HttpResponseRedirect(f"{there}?lang={asked}" if asked in showing.LANGUAGES else there)


def _taken_apart(request: HttpRequest, found: OrderForm, goods: list[Offered], given: Pass | None) -> HttpResponse:
    """The page once more with a whole address in its fields; nothing is ordered and nothing kept."""
    if not _within(request, "form_apart"):
        return _page(request, found, goods, BuyerForm(None, goods=goods, told=request.POST), FormBusy(), given=given)
    told, doubted = apart(request.POST)
    return _page(request, found, goods, BuyerForm(None, goods=goods, told=told, doubted=doubted), given=given)


@for_anybody
@require_GET
@cache_control(public=True, max_age=86_400)
def places(request: HttpRequest) -> HttpResponse:
    """Every province with its cities and their districts, for the form to choose from. The same for everybody."""
    return HttpResponse(showing.divisions(), content_type="application/json")


def _ordered(
    request: HttpRequest, found: OrderForm, goods: list[Offered], buyer: BuyerForm, given: Pass | None, at: datetime
) -> int | None:
    """The order that was placed, now or when this page was sent before; None where a field is not filled in right. Raises why it was
    not placed."""
    if not _within(request, "form_send") or not _within(request, "form_flood", str(found.pk)):
        raise FormBusy
    if given is None or given.form_id != found.pk or request.POST.get(TRAP):
        raise FormTampered(what="fields")
    # Before anything is asked of the form as it is now: whoever sends once more what became an order is told so.
    before = web_forms.again(found, given.key, _asked(buyer, given, buyer.sent()))
    if before is not None:
        return before
    if strange(request.POST, goods):
        raise FormTampered(what="fields")
    if given.old(at):
        raise FormOld
    if not buyer.is_valid():
        return None
    if given.sum_of is None and (
        given.quick(at) or not _within(request, "form_calm") or not _within(request, "form_crowd", str(found.pk))
    ):
        raise FormAsks
    if not given.answered(request.POST.get("answer", "")):
        raise FormAsks
    asked = _asked(buyer, given, buyer.pieces)
    assert asked is not None
    order_id = web_forms.submit(found.pk, asked, by=Actor("system", None, found.name), at=at)
    offering.count(found.pk, offering.PLACED, at=at)
    return order_id


def _asked(buyer: BuyerForm, given: Pass, pieces: Mapping[int, int]) -> Asked | None:
    """What the buyer asks for; None where somebody to send it to cannot be read."""
    if not buyer.readable:
        return None
    return Asked(given.key, given.offer, tuple(sorted(pieces.items())), buyer.person(), buyer.cleaned_data["note"])


def _page(
    request: HttpRequest,
    found: OrderForm,
    goods: list[Offered],
    buyer: BuyerForm,
    refusal: Refused | None = None,
    *,
    given: Pass | None = None,
) -> HttpResponse:
    at: datetime = request.at  # type: ignore[attr-defined]
    asks = isinstance(refusal, FormAsks) or (given is not None and given.sum_of is not None)
    facts: dict[str, Any] = showing.facts(found, goods, buyer, at=at, given=given, asks=asks)
    status = refusal.status if refusal else 422 if buyer.is_bound else 200
    return render(request, "doors/form.html", {**facts, "refusal": refusal, "lang": request.GET.get("lang", "")}, status=status)


@for_anybody
@never_cache
@require_GET
def thanks(request: HttpRequest, token: str, slip: str) -> HttpResponse:
    """The number of the order and what happens next; nothing of who ordered."""
    if not _within(request, "form_look"):
        return errors.too_many(request)
    found = offering.by_token(token)
    number = passes.number_on(slip, found.pk) if found is not None else ""
    if found is None or not number:
        raise Http404
    with translation.override(showing.language_of(found, request.GET.get("lang", ""))):
        answer = render(request, "doors/thanks.html", {"form": found, "number": number, "next": showing.NEXT[found.pays]})
    answer["X-Robots-Tag"] = "noindex"
    return framed_by(answer, found.origins)
