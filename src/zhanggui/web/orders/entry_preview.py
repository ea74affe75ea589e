"""A new order looked at whole before it is placed, placed once, and what may be done next."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.kernel.errors import NotFound
from zhanggui.orders import sources
from zhanggui.orders.commands import entry
from zhanggui.orders.commands.entry import TAKES
from zhanggui.orders.kinds import KINDS
from zhanggui.orders.models import Order
from zhanggui.orders.reading import detail, rights
from zhanggui.orders.reading import entry as asking
from zhanggui.orders.refusals import (
    DraftChanged,
    NotReady,
    NotThisKind,
    NotYourPrice,
    PriceWithoutReason,
    ShopClosed,
    SourceClosed,
    SourceUnknown,
)
from zhanggui.orders.sheet import line_of, typed
from zhanggui.orders.sources import SourceNotByHand
from zhanggui.web.frame import say
from zhanggui.web.frame.request import Request
from zhanggui.web.orders import entry as page
from zhanggui.web.orders import entry_looks, entry_sheet, entry_words, words
from zhanggui.web.orders.entry_looks import Look
from zhanggui.web.orders.entry_sheet import Shown

# What refuses to place a draft is said on its preview.
MENDED_HERE = (
    NotReady, NotYourPrice, NotThisKind, PriceWithoutReason, ShopClosed, SourceClosed, SourceNotByHand, SourceUnknown, DraftChanged,
)  # fmt: skip


@require_GET
def look(request: Request, key: str) -> HttpResponse:
    """Everything that was written, and what should be looked at."""
    request.actor.require("order.create", takes=TAKES)
    row = page.mine(request, key)
    if row is None:
        return HttpResponseRedirect(reverse("orders:new"))
    if row.placed_at is not None:
        return HttpResponseRedirect(reverse("orders:entry_done", args=[key]))
    return _look(request, key, row.version, entry_sheet.made(entry.opened(row), request.actor))


def _look(request: Request, key: str, version: int, shown: Shown, *, status: int = 200, refused: Any = None) -> HttpResponse:
    sheet, said, actor = shown.sheet, shown.said, request.actor
    facts = page.facts_of(request, shown)
    person = facts["person"]
    stops = entry_looks.stops(shown, facts["rows"], actor)
    looks = entry_looks.looks(shown, facts["rows"], person, request)
    if isinstance(refused, DraftChanged):
        looks = [Look("warn", f"{refused.sentence}{_('下面是它现在的样子，看过再提交。')}"), *looks]
    elif refused is not None:
        stops = [Look("bad", f"{refused.sentence} {refused.advice}".strip()), *stops]
    more = {
        "key": key,
        "version": version,
        "stops": stops,
        "looks": looks,
        "must_say_why": bool(sheet.lowered) and actor.granted("order.edit_price") and rights.says_why(actor, "order.edit_price"),
        "why": request.POST.get("why", ""),
        "kind_word": _(KINDS[sheet.kind]),
        "source_word": sources.names().get(sheet.source, sheet.source),
        "payment_word": entry_words.PAYMENTS[sheet.payment],
        "flag_word": next((word for code, word, _tone in words.flags() if code == said.get("flag")), ""),
        "waits": sheet.payment in entry.AWAITED,
        # What somebody typed is shown to them whole; what was left to an earlier recipient, by its mask.
        "region": words.region(person.province, person.city, person.district),
    }
    return render(request, "orders/new_preview.html", {**facts, **more}, status=status)


@require_http_methods(["GET", "POST"])
def confirm(request: Request, key: str) -> HttpResponse:
    """Place it, once; however often it is sent, the same order is shown. Only asked for, it leads to the preview.

    Where another window changed it since, it is shown as it stands now, to be said yes to anew.
    """
    if request.method == "GET":
        return HttpResponseRedirect(reverse("orders:entry_preview", args=[key]))
    row = page.mine(request, key)
    if row is None:
        raise NotFound(what=key[:6])
    version = request.POST.get("version", "")
    try:
        made = entry.confirm(
            key, seen=int(version) if version.isdecimal() else 0, draft=request.POST.get("as") == "draft", why=request.POST.get("why", "")[:120],
            by=request.actor, at=request.at,
        )  # fmt: skip
    except MENDED_HERE as refusal:
        row = page.mine(request, key)
        assert row is not None
        return _look(
            request, key, row.version, entry_sheet.made(entry.opened(row), request.actor), status=refusal.status, refused=refusal
        )
    if not made.new:
        say.say(request, _("这张单已经提交过了，没有再建一单"), tone="info")
    return HttpResponseRedirect(reverse("orders:entry_done", args=[key]))


@require_GET
def done(request: Request, key: str) -> HttpResponse:
    """The order it became, and what comes next."""
    row = page.mine(request, key)
    if row is None or row.order_id is None:
        return HttpResponseRedirect(reverse("orders:new") if row is None else reverse("orders:entry", args=[key]))
    whole = detail.whole(row.order_id, stages=rights.stages_seen(request.actor), reach=request.actor.reach)
    facts = {"order": whole.order, "whole": whole, "key": key, "prices": rights.sees_prices(request.actor)}
    return render(request, "orders/new_done.html", facts)


@require_POST
def copy(request: Request, order_id: int) -> HttpResponse:
    """A sheet of one's own with the same goods for the same buyer, at today's prices; nothing of it is placed yet."""
    request.actor.require("order.create", takes=TAKES)
    whole = detail.whole(order_id, stages=rights.stages_seen(request.actor), reach=request.actor.reach)
    order: Order = whole.order
    lines = [
        line_of(entry.piece(sku), quantity=quantity) for sku, quantity in asking.lines_again(order_id, reach=request.actor.reach)
    ]
    facts = {
        "shop": str(order.shop_id), "source": order.source, "kind": order.kind, "method": order.payment_method, "payment": "unpaid",
        "recipient": "" if order.recipient.erased_at else str(order.recipient_id),
    }  # fmt: skip
    said = typed(facts, lines)
    key = entry.fresh_key()
    entry.keep(key, said, entry_sheet.made(said, request.actor).sheet, seen=None, by=request.actor, at=request.at)
    return HttpResponseRedirect(reverse("orders:entry", args=[key]))
