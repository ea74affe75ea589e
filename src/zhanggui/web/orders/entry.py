"""A new order on one page: what is typed is kept on the server as it is typed, looked at whole, and placed once."""

import re
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.kernel import clock
from zhanggui.kernel.errors import Changed, NotFound
from zhanggui.kernel.money import plain, written
from zhanggui.orders import paying, sources
from zhanggui.orders.commands import entry
from zhanggui.orders.commands.entry import TAKES
from zhanggui.orders.models import Draft
from zhanggui.orders.reading import entry as asking
from zhanggui.orders.reading import rights
from zhanggui.orders.sheet import Typed
from zhanggui.web.frame import say
from zhanggui.web.frame.request import Request
from zhanggui.web.orders import entry_looks, entry_sheet, entry_template, entry_words, finding, words
from zhanggui.web.orders.entry_sheet import Shown

# What of an earlier recipient may stand in a field nobody filled.
HINTS = ("masked_name", "masked_phone", "masked_street", "province", "city", "district")
# What a sheet lacks while it is still being written is no mistake.
EMPTY = ("shop", "lines")
KEY = re.compile(r"[0-9a-f]{32}")


@require_GET
def new(request: Request) -> HttpResponse:
    """A sheet nobody wrote on yet; nothing is kept before something is typed."""
    request.actor.require("order.create", takes=TAKES)
    known, methods = entry_sheet.shops(request.actor), paying.methods()
    said = entry_sheet.begun(request.GET, known, methods)
    return _page(
        request, entry.fresh_key(), said, 0, known=known, methods=methods, **({"focus": "who"} if said.get("source") == "phone" else {})
    )


@require_http_methods(["GET", "POST"])
def sheet(request: Request, key: str) -> HttpResponse:
    """The sheet as it was left; sent, it is kept, and what the button asks is done with it."""
    request.actor.require("order.create", takes=TAKES)
    row = mine(request, key)
    if row is not None and row.placed_at is not None:
        return _placed(request, key)
    if request.method == "GET":
        if row is None:
            return HttpResponseRedirect(reverse("orders:new"))
        return _page(request, key, entry.opened(row), row.version)
    do = request.POST.get("do", "save")
    said, more = entry_sheet.act(entry_sheet.sent(request.POST), do, request.POST, request.actor)
    shown = entry_sheet.made(said, request.actor)
    if row is None and said.empty and do == "save":
        return _saved(shown, 0, request) if request.htmx else _page(request, key, said, 0)
    try:
        saved = entry.keep(key, said, shown.sheet, seen=_seen(request), by=request.actor, at=request.at)
    except Changed:
        return _elsewhere(request, key, said)
    if saved.order_id is not None:
        return _placed(request, key)
    if do == "save" and request.htmx:
        return _saved(shown, saved.version, request)
    if do == "leave":
        say.say(request, _("草稿存好了"), link=reverse("orders:entry", args=[key]), link_text=_("接着写"))
        return HttpResponseRedirect(reverse("orders:drafts"))
    if do == "preview":
        return HttpResponseRedirect(reverse("orders:entry_preview", args=[key]))
    return _page(request, key, said, saved.version, **more)


def mine(request: Request, key: str) -> Draft | None:
    if not KEY.fullmatch(key):
        raise NotFound(what=key[:6])
    return asking.draft_of(key, request.actor.id)


def _seen(request: Request) -> int | None:
    """The version the page was drawn with; None where its writer chose to write over another window's."""
    said = request.POST.get("version", "")
    return None if request.POST.get("mine") or not said.isdecimal() else int(said)


def _placed(request: Request, key: str) -> HttpResponse:
    """It has become an order already: there."""
    where = reverse("orders:entry_done", args=[key])
    if request.htmx:
        return JsonResponse({"gone": where}, status=409)
    return HttpResponseRedirect(where)


def _elsewhere(request: Request, key: str, said: Typed) -> HttpResponse:
    """Another window wrote on it meanwhile: what was typed here stays, and its writer says which one counts."""
    text = _("另一个窗口也在写这张单，它存了别的内容。")
    if request.htmx and request.POST.get("do", "save") == "save":
        return JsonResponse({"elsewhere": text}, status=409)
    row = asking.draft_of(key, request.actor.id)
    return _page(request, key, said, row.version if row else 0, elsewhere=text, status=409)


def _saved(shown: Shown, version: int, request: Request) -> HttpResponse:
    """That it is kept, and what it comes to: the page adds nothing up by itself."""
    sheet_, prices = shown.sheet, rights.sees_prices(request.actor)
    free = asking.free_of([row.piece.sku_id for row in sheet_.rows], reach=request.actor.reach)
    rows = [
        {
            "total": written(row.total_minor, sheet_.currency) if prices else "",
            "free": entry_words.free_says(free.get(row.piece.sku_id, 0), row.quantity),
            "wrong": entry_words.wrongs(row.wrong),
        }
        for row in sheet_.rows
    ]
    wrong = {name: text for name, text in entry_words.wrongs(sheet_.wrong).items() if name not in EMPTY}
    person = asking.plain_enough(shown.said, asking.recipient(shown.said.number("recipient"), reach=request.actor.reach))
    sums = {
        name: written(minor, sheet_.currency) if prices else "" for name, minor in (("goods", sheet_.goods_minor), ("total", sheet_.total_minor))
    }
    return JsonResponse(
        {
            "version": version, "at": _clock(request), "rows": rows, "wrong": wrong,
            "doubts": entry_looks.beside(shown, person, looked=False), "pieces": sheet_.pieces, "told": entry_sheet.sum_told(shown), **sums,
        }
    )  # fmt: skip


def _clock(request: Request) -> str:
    return timezone.localtime(request.at, clock.company_zone()).strftime("%H:%M:%S")


def _page(request: Request, key: str, said: Typed, version: int, **more: Any) -> HttpResponse:
    """The page, or for a script its form alone."""
    status = more.pop("status", 200)
    known = more.pop("known", None) or entry_sheet.shops(request.actor)
    methods = more.pop("methods", None) or paying.methods()
    shown = entry_sheet.made(said, request.actor, known)
    facts = {
        **facts_of(request, shown),
        "focus": entry_sheet.wants(shown),
        "key": key,
        "version": version,
        "kept_at": _clock(request),
        "shops": known,
        "methods": [each for each in methods if each.on],
        "templates": entry_template.offered(request.actor),
        **more,
    }
    template = "orders/new_form.html" if request.htmx else "orders/new.html"
    return render(request, template, facts, status=status)


def facts_of(request: Request, shown: Shown) -> dict[str, Any]:
    """What the form and the preview both show. Three statements at most."""
    said, sheet_, actor, looked = shown.said, shown.sheet, request.actor, "looked" in request.GET
    free = asking.free_of([row.piece.sku_id for row in sheet_.rows], reach=actor.reach)
    unsure = set(said.get("unsure").split())
    chosen = said.number("recipient")
    before = asking.buyer(chosen, reach=actor.reach) if chosen else None
    person = asking.plain_enough(said, asking.recipient(chosen, reach=actor.reach))
    rows = [
        {
            "row": row,
            "said": row.said,
            "usual": "" if row.price_minor is None else plain(row.price_minor, sheet_.currency),
            "free": entry_words.free_says(free.get(row.piece.sku_id, 0), row.quantity),
            "left": free.get(row.piece.sku_id, 0),
            "wrong": entry_words.wrongs(row.wrong),
            "unsure": f"sku:{row.piece.sku_id}" in unsure,
        }
        for row in sheet_.rows
    ]
    return {
        "said": said.fields,
        "sheet": sheet_,
        "shop": shown.shop,
        "rows": rows,
        "before": before,
        "to": before.recipient if before else None,
        "person": person,
        "doubted": entry_looks.DOUBTED,
        "doubts": entry_looks.beside(shown, person, looked=looked),
        "hints": {part: getattr(before.recipient, part) if before else "" for part in HINTS},
        "unsure": unsure,
        "clash": [(name, entry_words.FIELDS.get(name, name), text) for name, text in entry_sheet.clashes(said).items()],
        # That nothing is chosen yet is said once somebody came to the end and looked.
        "wrong": {name: text for name, text in entry_words.wrongs(sheet_.wrong).items() if looked or name not in EMPTY},
        "told": entry_sheet.sum_told(shown),
        "kinds": entry_words.kinds(),
        "sources": sources.choices(),
        "payments": [(code, str(word)) for code, word in entry_words.PAYMENTS.items()],
        "flags": words.flags(),
        "places": entry_sheet.places(said.get("province"), said.get("city")),
        "prices": rights.sees_prices(actor),
        "finds": actor.granted("customer.view"),
        "focus": "",
    }


# ── what a script asks while one types ──


@require_GET
def skus(request: Request) -> HttpResponse:
    """Goods for what is being typed, each with what lies on the shelf."""
    request.actor.require("order.create", takes=TAKES)
    return finding.skus(request)


@require_POST
def buyers(request: Request) -> HttpResponse:
    """Who bought before, behind their masks. Asked by POST: a phone has no place in an address."""
    request.actor.require("order.create", takes=TAKES)
    who = request.POST.get("who", "")[:60]
    return render(
        request,
        "orders/new_found.html",
        {"buyers": entry_sheet.buyers(who, request.actor), "who": who, "prices": rights.sees_prices(request.actor)},
    )


@require_GET
def places(request: Request) -> HttpResponse:
    """The cities of a province and the districts of a city, to choose from."""
    return JsonResponse(entry_sheet.places(request.GET.get("province", "")[:40], request.GET.get("city", "")[:40]))


# ── drafts ──


@require_GET
def drafts(request: Request) -> HttpResponse:
    """What I have begun and not placed."""
    request.actor.require("order.create", takes=TAKES)
    return render(request, "orders/drafts.html", {"rows": asking.drafts_of(request.actor.id)})


@require_POST
def drop(request: Request, key: str) -> HttpResponse:
    """Throw one away."""
    mine(request, key)
    if entry.drop(key, by=request.actor, at=request.at):
        say.say(request, _("草稿扔掉了"))
    return HttpResponseRedirect(reverse("orders:drafts"))
