"""One order: its page and its drawer, its notes, and the recipient behind the mask."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from zhanggui.catalog import queries as catalog
from zhanggui.fulfilment import queries as warehouse
from zhanggui.fulfilment import states as boxes
from zhanggui.fulfilment.models import Parcel
from zhanggui.journal import queries as journal
from zhanggui.kernel import clock
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Changed
from zhanggui.orders import bundles, sources, states
from zhanggui.orders.commands import noting, presale
from zhanggui.orders.commands.noting import Notes
from zhanggui.orders.models import Order
from zhanggui.orders.reading import desk, detail, joinable, rights
from zhanggui.orders.reading import parts as reading_parts
from zhanggui.orders.reading.desk import Shelf
from zhanggui.orders.reading.detail import LineShown, Whole
from zhanggui.orders.reading.rows import UNCLAIMED
from zhanggui.stock import queries as stock
from zhanggui.tracking import queries as tracking
from zhanggui.web.frame import say
from zhanggui.web.frame.request import Request
from zhanggui.web.orders import acting, finding, first, held_for, history, holding, noted, offers, paid, steps, tagging, words

WHYS = (gettext_lazy("核对地址"), gettext_lazy("联系买家"), gettext_lazy("处理售后"), gettext_lazy("打印面单"))
PARTS = ("name", "phone", "street")


@require_GET
def page(request: Request, order_id: int) -> HttpResponse:
    """The order beside the list, or as a page of its own. Opening it makes it no longer new."""
    request.actor.require("order.view", takes=("released",))
    whole = found(request, order_id)
    noting.see([order_id], at=request.at)
    return shown(request, whole)


def found(request: Request, order_id: int) -> Whole:
    return detail.whole(order_id, stages=rights.stages_seen(request.actor), reach=request.actor.reach)


def shown(request: Request, whole: Whole, **more: Any) -> HttpResponse:
    beside = bool(request.htmx) and request.htmx.target == "drawer"
    facts = {**facts_of(request, whole), "beside": beside, **more}
    return render(request, "orders/one.html" if beside else "orders/one_page.html", facts)


def kept_by_hand(whole: Whole) -> str:
    """Why an order at review went no further after it was mended, where a person stopped it; else nothing."""
    stopped = whole.order.stage == states.PENDING_REVIEW and any(held.by_hand for held in whole.held)
    return _("有人挂起了它，所以没有自动通过；解挂后马上再审") if stopped else ""


def facts_of(request: Request, whole: Whole) -> dict[str, Any]:
    """What every part of the page needs. The boxes are asked of the warehouse and the road, the story of the book."""
    order, actor, at = whole.order, request.actor, request.at
    parcels = warehouse.order_parcels(order.pk, reach=actor.reach) if order.stage not in (*UNCLAIMED, states.APPROVED) else []
    live = next((parcel for parcel in parcels if parcel.stage != boxes.VOIDED), None)
    also = [("recipient", order.recipient_id), *(("parcel", parcel.pk) for parcel in parcels)]
    lines = journal.timeline("order", order.pk, also=also)
    prices, persons = rights.sees_prices(actor), rights.sees_recipient(actor)
    return {
        "whole": whole,
        "order": order,
        "to": order.recipient,
        "lines": _lines(request, whole),
        "steps": steps.steps(order, live, at=at),
        "stops": _stops(whole, actor, at),
        "offers": offers.offers(order, whole.held, actor),
        "parcels": [(parcel, _trail(parcel)) for parcel in parcels],
        "told": history.told(lines, waves={parcel.wave_id: parcel.wave.number for parcel in parcels}, at=at, prices=prices),
        "notes": noting.notes_of(order),
        "flag": words.flag_of(order),
        "flags": words.flags(),
        "prices": prices,
        "open_minor": max(order.total_minor - order.paid_minor, 0) if order.stage != states.CANCELLED else 0,
        "over_minor": max(order.paid_minor - order.total_minor, 0),
        "sees_stock": actor.can("stock.view"),
        "persons": persons,
        "payment": words.payment_says(order),
        "source": sources.marks().get(order.source, (order.source, "quiet")),
        "region": words.region(order.recipient.province, order.recipient.city, order.recipient.district),
        **_together(request, whole),
        **noted.shown(whole, actor),
        **tagging.shown(order, actor),
        "may_reveal": persons and rights.may_reveal(actor),
        "may_note": rights.may_note(actor),
        "may_block": actor.can("customer.block"),
        "may_edit": actor.can("order.edit") and order.stage in UNCLAIMED,
        "may_presell": actor.can("order.edit") and order.stage in presale.OPEN,
        "presold": _day(presale.last([one.line.ships_from for one in whole.lines])),
        "may_readdress": actor.can("order.edit_approved_address") and order.stage in (states.APPROVED, states.FULFILLING),
        "stop_codes": [held.code for held in whole.held],
        "whys": WHYS,
        **(paid.shown(order, actor) if prices else {}),
    }


def _together(request: Request, whole: Whole) -> dict[str, Any]:
    """What an order goes with, and what could go with it; two statements where it is alone with its receiver."""
    order, actor = whole.order, request.actor
    may = actor.can("order.merge") and order.stage in bundles.OPEN
    together = joinable.beside(order, reach=actor.reach)
    near = {order.pk, *(one.pk for one in together)}
    could = joinable.could_join(order, reach=actor.reach) if may and whole.others else []
    joins = list(Order.objects.filter(pk__in=[pk for pk in could if pk not in near]).order_by("pk")) if could else []
    parts = reading_parts.family(order, reach=actor.reach)
    return {"together": together, "joins": joins, "parts": parts, "may_part": may, "may_split": may and order.pieces > 1}


def _stops(whole: Whole, actor: Actor, at: datetime) -> list[holding.Stop]:
    """What holds it, each with whose it is; one statement for the names of roles."""
    names = held_for.role_names() if whole.held else {}
    return [replace(holding.stop(held, whole, actor), whose=held_for.whose(held, names, at)) for held in whole.held]


@dataclass(frozen=True)
class LineSeen:
    """A line as the page shows it: how many are promised to it, where its goods lie, what it cost and what is left of its price."""

    one: LineShown
    light: tuple[str, str]
    promised: int
    shelves: list[Shelf]
    cost_minor: int | None
    margin_minor: int | None
    ships_from: str = ""


def _lines(request: Request, whole: Whole) -> list[LineSeen]:
    """Two statements beside those of the order."""
    actor, order = request.actor, whole.order
    ids = [one.line.sku_id for one in whole.lines if one.line.sku_id]
    shelves = desk.shelves(ids, reach=actor.reach) if order.stage in UNCLAIMED and actor.can("stock.view") else {}
    promised = stock.promised_to(order.pk) if order.stage in (states.APPROVED, states.FULFILLING) else {}
    seen = []
    for one in whole.lines:
        line, sku = one.line, one.line.sku
        known = rights.sees_cost(actor) and sku is not None and sku.cost_minor and sku.currency == order.currency
        cost = sku.cost_minor * line.quantity if known and sku is not None else None
        left = line.total_minor - cost if cost is not None else None
        light = words.light_says(one.light)
        seen.append(LineSeen(one, light, promised.get(line.pk, 0), shelves.get(line.sku_id or 0, []), cost, left, _day(line.ships_from)))
    return seen


def _day(moment: datetime | None) -> str:
    return clock.day_of(moment).isoformat() if moment else ""


def _trail(parcel: Parcel) -> Any:
    return tracking.trail(parcel.pk) if parcel.stage == boxes.SHIPPED else None


@require_POST
def act(request: Request, order_id: int) -> HttpResponse:
    """One verb on this order, and the order again as it is then."""
    found(request, order_id)
    verb = request.POST.get("verb", "")
    if verb not in acting.VERBS:
        return HttpResponse(status=400)
    why = request.POST.get("why", "")
    acting.may(request.actor, verb)
    first.seen(request, verb, [order_id], why)
    acting.act(request, verb, [order_id], why, held_for.said(request.POST) if verb == "hold" else "")
    return again(request, order_id)


def again(request: Request, order_id: int) -> HttpResponse:
    """The drawer anew, and the list behind it; without scripts, the page."""
    if request.htmx and request.htmx.target == "drawer":
        answer = shown(request, found(request, order_id))
        say.trigger(answer, "refresh", {})
        return answer
    return HttpResponseRedirect(reverse("orders:detail", args=[order_id]))


@require_POST
def notes(request: Request, order_id: int) -> HttpResponse:
    """Keep what was written. What somebody else wrote meanwhile in another field stays; where both wrote in one, both are shown and
    nothing is lost."""
    order = found(request, order_id).order
    written, was = (Notes(*(request.POST.get(f"{before}{name}", "") for name in Notes._fields)) for before in ("", "was-"))
    said = {"order": order, "may_note": True, "flags": words.flags()}
    try:
        if "theirs" in request.POST:
            kept = noting.notes_of(order)
        else:
            kept = noting.set_notes(order_id, written, was=was, by=request.actor, at=request.at)
    except Changed:
        theirs = noting.notes_of(found(request, order_id).order)
        mine, both = noting.joined(written, was, theirs)
        flagged = str(words.FLAG_WORDS[theirs.flag]) if theirs.flag else _("无")
        now = {"flag": (_("旗标"), flagged), "internal": (_("内部备注"), theirs.internal), "seller": (_("卖家备注"), theirs.seller)}
        clashes = [said_now for name, said_now in now.items() if name in both]
        facts = {**said, "notes": mine, "was": theirs, "theirs": clashes, "flag": mine.flag}
        if not request.htmx:
            return render(request, "orders/notes_page.html", facts, status=409)
        return render(request, "orders/notes.html", facts, status=422)
    if not request.htmx:
        say.say(request, _("备注存好了"))
        return HttpResponseRedirect(reverse("orders:detail", args=[order_id]))
    return render(request, "orders/notes.html", {**said, "notes": kept, "flag": kept.flag, "saved": True})


@require_POST
def reveal(request: Request, order_id: int) -> HttpResponse:
    """One part of the recipient in plain text, on this screen alone; the book notes who looked and why."""
    whole = found(request, order_id)
    part = request.POST.get("part", "name")
    person = noting.reveal(order_id, why=request.POST.get("why", ""), by=request.actor, at=request.at)
    plain = {"name": person.name, "phone": " / ".join(filter(None, (person.phone, person.phone2))), "street": person.street}
    text = plain[part] if part in PARTS else ""
    if request.htmx:
        return render(request, "orders/plain.html", {"text": text})
    return shown(request, whole, plain={part: text})


@require_GET
def skus(request: Request) -> HttpResponse:
    """Goods for what is being typed: asked by ``q``, each with what lies on the shelf; else their codes alone, for a picker."""
    request.actor.require("order.view", takes=("released",))
    if "q" in request.GET:
        return finding.skus(request)
    text = next((str(value) for name, value in request.GET.items() if name.startswith("sku") or name.endswith("-sku")), "").strip()
    rows = catalog.listed(search=text)[:12] if text else []
    return render(request, "orders/skus.html", {"rows": rows})
