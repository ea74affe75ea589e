"""Settings: shops, warehouses, carriers, and the defaults the house works by."""

from dataclasses import replace
from typing import Any

from django import forms
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.carriers.commands import contracts
from zhanggui.carriers.models import Carrier
from zhanggui.fulfilment.shipments import sender_is_whole
from zhanggui.journal.book import together
from zhanggui.kernel.errors import NotFound
from zhanggui.orders.commands import shops as opening
from zhanggui.orders.models import Shop
from zhanggui.stock.commands import warehouses as building
from zhanggui.stock.models import Warehouse
from zhanggui.web.frame import lists
from zhanggui.web.frame.beside import beside
from zhanggui.web.frame.platforms import PLATFORMS
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.settings import defaults, rooms
from zhanggui.web.settings.forms import CarrierForm, ShopForm, WarehouseForm


def page(request: Request, tab: str, template: str, facts: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """One page of the settings under its tabs. One statement for the counts beside its own."""
    every = rooms.rooms(request.actor)
    here = next((room for room in every if room.has(tab)), every[0])
    card = facts.get("card")
    if card is not None and request.htmx and request.htmx.target == "drawer":
        return render(request, card["template"], {"card": card}, status=status)
    return render(
        request, template,
        {
            **facts, "tab": tab, "room": [replace(each, current=each.key == tab) for each in here.tabs],
            "listing": lists.listing(request, "settings", tabs=[room.tab for room in every], tab=here.tab.key),
        },
        status=status,
    )  # fmt: skip


@require_GET
def index(request: Request) -> HttpResponse:
    request.actor.require("settings")
    return redirect("settings:shops")


def _status(form: forms.Form) -> int:
    return 422 if form.is_bound and form.errors else 200


# ── shops ──


@require_GET
def shops(request: Request) -> HttpResponse:
    request.actor.require("settings")
    return _shops(request)


def _shops(request: Request, **more: Any) -> HttpResponse:
    status = more.pop("status", 200)
    rows = Shop.objects.annotate(n=Count("orders")).order_by("id")
    return page(request, "shops", "settings/shops.html", {"rows": rows, "platforms": dict(PLATFORMS), **more}, status=status)


@require_http_methods(["GET", "POST"])
def shop(request: Request, shop_id: int | None = None) -> HttpResponse:
    """A new shop, or what is said of one."""
    request.actor.require("settings")
    found = get_object_or_404(Shop, pk=shop_id) if shop_id else None
    if found is None:
        request.actor.confirm("settings")
    names = ("name", "platform", "currency", "ship_within_h", "needs_address")
    told = {name: getattr(found, name) for name in names} if found else {"ship_within_h": 48, "needs_address": True}
    form = ShopForm(request.POST or None, shop=found, initial=told)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        code = found.code if found else said["code"]
        facts = {name: said[name] for name in names if name != "name"}
        opening.open_one(code, said["name"], **facts, by=request.actor, at=request.at)
        say(request, _("%s 改好了") % said["name"] if found else _("开了新店 %s") % said["name"])
        return redirect("settings:shops")
    card = {
        "template": "settings/form.html",
        "form": form,
        "kind": "shop",
        "object": found,
        "title": found.name if found else _("新店铺"),
    }
    return _shops(request, card=card, status=_status(form))


# ── warehouses ──


@require_GET
def warehouses(request: Request) -> HttpResponse:
    request.actor.require("settings")
    return _warehouses(request)


def _warehouses(request: Request, **more: Any) -> HttpResponse:
    status = more.pop("status", 200)
    rows = list(Warehouse.objects.annotate(n=Count("bins")).order_by("-is_default", "id"))
    whole = {row.pk for row in rows if sender_is_whole(row.sender)}
    return page(request, "warehouses", "settings/warehouses.html", {"rows": rows, "whole": whole, **more}, status=status)


@require_http_methods(["GET", "POST"])
def warehouse(request: Request, warehouse_id: int | None = None) -> HttpResponse:
    """A new warehouse, or how one works and who sends from it."""
    request.actor.require("settings")
    found = get_object_or_404(Warehouse, pk=warehouse_id) if warehouse_id else None
    if found is None:
        request.actor.confirm("settings")
    told = WarehouseForm.told(found) if found else {"must_scan": True}
    form = WarehouseForm(request.POST or None, warehouse=found, initial=told)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        code = found.code if found else said["code"]
        # What the form does not ask (country, postcode) stays as it is.
        sender = {**(found.sender if found else {}), **form.sender()}

        def built() -> None:
            made = building.open_one(code, said["name"], sender=sender, by=request.actor, at=request.at)
            building.set_rules(made, must_scan=said["must_scan"], must_weigh=said["must_weigh"], by=request.actor, at=request.at)

        together(built)
        say(request, _("%s 改好了") % said["name"] if found else _("建了仓库 %s") % said["name"])
        return redirect("settings:warehouses")
    title = found.name if found else _("新仓库")
    card = {"template": "settings/form.html", "form": form, "kind": "warehouse", "object": found, "title": title}
    return _warehouses(request, card=card, status=_status(form))


# ── carriers ──


@require_GET
def carriers(request: Request) -> HttpResponse:
    request.actor.require("settings")
    return _carriers(request)


def _carriers(request: Request, **more: Any) -> HttpResponse:
    status = more.pop("status", 200)
    rows = Carrier.objects.order_by("-enabled", "-is_default", "code")
    return page(request, "carriers", "settings/carriers.html", {"rows": rows, **more}, status=status)


@require_http_methods(["GET", "POST"])
def carrier(request: Request, carrier_id: int | None = None) -> HttpResponse:
    """A new contract, or what is said of one; its secrets are never shown."""
    request.actor.require("settings")
    found = get_object_or_404(Carrier, pk=carrier_id) if carrier_id else None
    if found is None:
        request.actor.confirm("settings")
    names = ("name", "plugin", "service", "waybill_pattern", "no_service")
    form = CarrierForm(
        request.POST or None, carrier=found, initial={name: getattr(found, name) for name in names} if found else {}
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        facts = {name: said[name] for name in names}
        with beside(form, {"bad-pattern": "waybill_pattern", "carrier-known": "code", "no-such-plugin": "plugin"}):
            if found:
                contracts.change(found.pk, settings=said["settings"] or None, by=request.actor, at=request.at, **facts)
            else:
                contracts.enrol(said["code"], **facts, settings=said["settings"], by=request.actor, at=request.at)
        if not form.errors:
            say(request, _("%s 改好了") % said["name"] if found else _("接上了 %s") % said["name"])
            return redirect("settings:carriers")
    title = found.name if found else _("新快递")
    card = {"template": "settings/form.html", "form": form, "kind": "carrier", "object": found, "title": title}
    return _carriers(request, card=card, status=_status(form))


@require_POST
def carrier_act(request: Request, carrier_id: int, verb: str) -> HttpResponse:
    """Make it the default, switch it off or on."""
    request.actor.require("settings")
    acts = {"default": contracts.set_default, "off": contracts.disable, "on": contracts.enable}
    if verb not in acts:
        raise NotFound(what=verb)
    acts[verb](carrier_id, by=request.actor, at=request.at)
    name = Carrier.objects.values_list("name", flat=True).get(pk=carrier_id)
    says = {"default": _("没定快递的单以后走 %s"), "off": _("停用了 %s，在路上的照样跟"), "on": _("又启用了 %s")}
    say(request, says[verb] % name)
    return redirect("settings:carriers")


@require_GET
def shown_defaults(request: Request) -> HttpResponse:
    """The figures the house works by, as they are in force."""
    request.actor.require("settings")
    return page(request, "defaults", "settings/defaults.html", {"groups": defaults.groups()})
