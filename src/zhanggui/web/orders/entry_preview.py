"""A new order looked at whole before it is placed, placed once, and what may be done next."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from zhanggui.carriers import queries as carriers
from zhanggui.customers import address_words
from zhanggui.customers.divisions import settled
from zhanggui.customers.places import checking
from zhanggui.customers.sealing import Person
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Changed, NotFound
from zhanggui.kernel.money import written
from zhanggui.orders import sources
from zhanggui.orders.commands import entry
from zhanggui.orders.commands.entry import TAKES
from zhanggui.orders.kinds import KINDS
from zhanggui.orders.models import Order, Shop
from zhanggui.orders.reading import detail, rights
from zhanggui.orders.reading import entry as asking
from zhanggui.orders.refusals import (
    NotReady,
    NotThisKind,
    NotYourPrice,
    PriceWithoutReason,
    ShopClosed,
    SourceClosed,
    SourceUnknown,
)
from zhanggui.orders.sheet import Sheet, line_of, typed
from zhanggui.orders.sources import SourceNotByHand
from zhanggui.web.frame import say
from zhanggui.web.frame.request import Request
from zhanggui.web.orders import entry as page
from zhanggui.web.orders import entry_sheet, entry_words, words
from zhanggui.web.orders.entry_sheet import Shown
from zhanggui.web.orders.words import PROBLEMS


@dataclass(frozen=True)
class Look:
    """Something to look at before saying yes; ``anchor`` is the field where it is mended. ``bad`` ones stop the order in review."""

    tone: str
    text: str
    anchor: str = ""


# Of what the rules of review find, where on the sheet it is mended.
ANCHORS = {
    "address-incomplete": "name",
    "region-disagrees": "district",
    "unpaid": "payment",
    "underpaid": "paid",
    "price-low": "lines",
    "quantity-odd": "lines",
    "free-of-charge": "kind",
}


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
    person = asking.plain_enough(said, asking.recipient(said.number("recipient"), reach=actor.reach))
    stops = _stops(shown, facts["rows"], actor)
    looks = (
        []
        if shown.shop is None
        else [*_typed(shown, person), *_goods(facts["rows"], sheet, actor), *_review(shown, shown.shop, person, request)]
    )
    if refused is not None:
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


def _stops(shown: Shown, rows: list[dict[str, Any]], actor: Actor) -> list[Look]:
    """What must be mended before it can be placed at all."""
    found = [
        Look("bad", f"{entry_words.FIELDS.get(name, name)}{_('：')}{text}", name)
        for name, text in entry_words.wrongs(shown.sheet.wrong).items()
    ]
    for each in rows:
        found += [Look("bad", f"{each['row'].piece.code}{_('：')}{text}", "lines") for text in each["wrong"].values()]
    if shown.shop is not None and not shown.shop.enabled:
        found.append(Look("bad", str(ShopClosed(shop=shown.shop.name)), "shop"))
    try:
        entry.may_make(shown.sheet, why="-", by=actor)
    except (NotYourPrice, NotThisKind) as refusal:
        found.append(Look("bad", f"{refusal.sentence} {refusal.advice}", "lines"))
    return found


def _typed(shown: Shown, person: Person) -> list[Look]:
    """What was not sure when a message was taken apart, and what stands in clear that is no division's name."""
    said, found = shown.said, []
    names = [entry_words.FIELDS[name] for name in said.get("unsure").split() if name in entry_words.FIELDS]
    if names:
        found.append(Look("warn", _("识别得没把握：%s。对一遍。") % _("、").join(str(name) for name in names), "name"))
    if said.get("clash"):
        found.append(Look("warn", _("消息里还有另一种说法，没有改您填的。"), "name"))
    if person.province:
        found += _left_out(person)
    if (
        person.country == "CN"
        and (person.province or person.city)
        and settled("CN", person.province, person.city, person.district)[3]
    ):
        found.append(Look("warn", _("省、市、区县里有认不出的地名，会当成详细地址。"), "province"))
    if person.street:
        found += _address(person)
    return found


def _address(person: Person) -> list[Look]:
    """What of an address wants a look and is no reason for review to stop: a missing district, a former name."""
    told = checking.problems(
        name=person.name, phone=person.phone, phone2=person.phone2, country=person.country, province=person.province, city=person.city,
        district=person.district, street=person.street, postcode=person.postcode,
    )  # fmt: skip
    return [
        Look("warn", f"{address_words.sentence(each)}{address_words.fix(each)}", each.field)
        for each in told
        if not each.bad and not each.code.endswith("-elsewhere")
    ]


def _left_out(person: Person) -> list[Look]:
    """Whether the carrier that orders go with goes there, and which of the others do not either."""
    where = (person.province, person.city, person.district, person.street)
    left = [(each, area) for each in carriers.enabled() if (area := checking.unserved(each.areas_left_out, *where))]
    usual = [(each.name, area) for each, area in left if each.is_default]
    others = [each.name for each, _area in left if not each.is_default]
    found = [
        Look("bad", _("%(carrier)s 不到 %(area)s，换一家快递") % {"carrier": name, "area": area}, "province") for name, area in usual
    ]
    if others:
        found.append(Look("warn", _("这里 %(carriers)s 不到") % {"carriers": _("、").join(others)}, "province"))
    return found


def _goods(rows: list[dict[str, Any]], sheet: Sheet, actor: Actor) -> list[Look]:
    found = []
    for each in rows:
        row = each["row"]
        if row.quantity > each["left"]:
            n = each["left"]
            text = ngettext("%(code)s 只剩 %(n)s 件，这里要 %(many)s 件", "%(code)s 只剩 %(n)s 件，这里要 %(many)s 件", n)
            found.append(Look("bad", text % {"code": row.piece.code, "n": n, "many": row.quantity}, "lines"))
        if rights.sees_prices(actor) and row.unit_minor == 0 and sheet.kind == "normal":
            found.append(Look("warn", _("%s 的单价是 0") % row.piece.code, "lines"))
    return found


def _review(shown: Shown, shop: Shop, person: Person, request: Request) -> list[Look]:
    """What review will stop it for, said now."""
    sheet, actor, found = shown.sheet, request.actor, []
    findings = asking.foreseen(sheet, person, shop, at=request.at) if sheet.rows else []
    for each in findings:
        if each.code == "address-incomplete":
            said = _("、").join(str(PROBLEMS.get(code, code)) for code in each.facts["problems"])
            found.append(Look("bad", _("收货信息：%s") % said, "name"))
        elif each.code == "price-low":
            if actor.can("order.cost"):
                facts = {
                    "sku": each.facts["sku"],
                    "total": written(each.facts["total_minor"], sheet.currency),
                    "cost": written(each.facts["cost_minor"], sheet.currency),
                }
                found.append(Look("warn", _("%(sku)s 低于成本：卖 %(total)s，成本 %(cost)s") % facts, "lines"))
        elif each.code == "unpaid":
            continue
        else:
            tone = "bad" if each.hard else "warn"
            found.append(Look(tone, words.hold_says(asking.as_held(each), sheet.currency).title, ANCHORS.get(each.code, "")))
    for each in asking.alike(sheet, person, shop, by=actor, at=request.at) if sheet.rows else []:
        found.append(Look("warn", words.hold_says(asking.as_held(each), sheet.currency).title, "name"))
    return found


@require_POST
def confirm(request: Request, key: str) -> HttpResponse:
    """Place it, once; however often it is sent, the same order is shown."""
    row = page.mine(request, key)
    if row is None:
        raise NotFound(what=key[:6])
    version = request.POST.get("version", "")
    if row.placed_at is None and not version.isdecimal():
        raise Changed(what=key[:6])
    try:
        made = entry.confirm(
            key, seen=int(version or 0), draft=request.POST.get("as") == "draft", why=request.POST.get("why", "")[:120],
            by=request.actor, at=request.at,
        )  # fmt: skip
    except (NotReady, NotYourPrice, NotThisKind, PriceWithoutReason, ShopClosed, SourceClosed, SourceNotByHand, SourceUnknown, Changed) as refusal:
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
    # What came in by itself is entered by hand this time.
    source = order.source if order.source in dict(sources.choices()) else "manual"
    facts = {
        "shop": str(order.shop_id), "source": source, "kind": order.kind, "method": order.payment_method, "payment": "unpaid",
        "recipient": "" if order.recipient.erased_at else str(order.recipient_id),
    }  # fmt: skip
    said = typed(facts, lines)
    key = entry.fresh_key()
    entry.keep(key, said, entry_sheet.made(said, request.actor).sheet, seen=None, by=request.actor, at=request.at)
    return HttpResponseRedirect(reverse("orders:entry", args=[key]))
