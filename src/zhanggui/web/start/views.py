"""The pages of the first steps."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.accounts.commands import house
from zhanggui.accounts.house import standing
from zhanggui.kernel import clock
from zhanggui.kernel.errors import NotFound
from zhanggui.web.frame.beside import beside
from zhanggui.web.frame.gate import door
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.start import steps, taking
from zhanggui.web.start.forms import CarrierForm, CompanyForm, GoodForms, ShopForm, WarehouseForm

FORMS: dict[str, type[forms.Form]] = {"company": CompanyForm, "shop": ShopForm, "warehouse": WarehouseForm, "carrier": CarrierForm}
# Of which field a refusal is.
FIELDS = {"carrier-known": "code", "house-unnamed": "name"}
TAKES: dict[str, Any] = {
    "company": taking.company, "shop": taking.shop, "warehouse": taking.warehouse, "carrier": taking.carrier,
}  # fmt: skip


@require_GET
def index(request: Request) -> HttpResponse:
    """On to the first step that waits; where none does, what comes after them."""
    request.actor.require("settings")
    listed = steps.listed()
    waiting = next((one for one in listed if one.open), None)
    if waiting is not None:
        return redirect("start:step", waiting.code)
    return _page(request, listed, "", {"left": [one for one in listed if not one.done]})


@require_http_methods(["GET", "POST"])
def step(request: Request, code: str) -> HttpResponse:
    """One step: shown, taken or skipped. What is done already may be done again: another shop, more goods."""
    request.actor.require("settings")
    listed = steps.listed()
    here = next((one for one in listed if one.code == code), None)
    if here is None:
        raise NotFound(what=code[:40])
    if request.method == "POST" and request.POST.get("verb") == "skip":
        house.skip_step(code, by=request.actor, at=request.at)
        following = _next(listed, code)
        return redirect("start:step", following) if following else redirect("start:index")
    if code == "orders":
        return _orders(request, listed)
    if code == "goods":
        return _goods(request, listed)
    told = {"name": standing().name} if code == "company" else {}
    form = FORMS[code](request.POST or None, initial=told)
    if request.method == "POST" and form.is_valid():
        with beside(form, FIELDS):
            TAKES[code](form, by=request.actor, at=request.at)
        if not form.errors:
            say(request, _("记下了"))
            return _on(code)
    return _page(request, listed, code, {"form": form}, status=422 if form.is_bound and form.errors else 200)


def _on(code: str) -> HttpResponse:
    """To the next open step after this one, or to the end."""
    following = _next(steps.listed(), code)
    return redirect("start:step", following) if following else redirect("start:index")


def _next(listed: list[steps.Step], code: str) -> str | None:
    places = [one.code for one in listed]
    after = listed[places.index(code) + 1 :]
    return next((one.code for one in after if one.open), None)


def _goods(request: Request, listed: list[steps.Step]) -> HttpResponse:
    rows = GoodForms(request.POST or None, prefix="g")
    if request.method == "POST" and rows.is_valid():
        said = [form.cleaned_data for form in rows]
        if any(row.get("name") for row in said):
            with beside(rows.forms[0], {"ambiguous-sku": "code"}):
                many = taking.some_goods(said, by=request.actor, at=request.at)
            if not rows.forms[0].errors:
                say(request, ngettext("录了 %(n)d 种商品", "录了 %(n)d 种商品", many) % {"n": many})
                return _on("goods")
        else:
            rows.forms[0].add_error("name", _("至少写一样；现在没有，就先跳过。"))
    facts = {"rows": rows, "file_href": door(request.actor, "imports:new", kind="goods")}
    bad = rows.is_bound and any(form.errors for form in rows.forms)
    return _page(request, listed, "goods", facts, status=422 if bad else 200)


def _orders(request: Request, listed: list[steps.Step]) -> HttpResponse:
    if request.method == "POST":
        many = taking.samples(by=request.actor, at=request.at)
        text = ngettext("放了 %(n)d 张练习单", "放了 %(n)d 张练习单", many) % {"n": many}
        say(request, text if many else _("练习单已经在了"))
        return redirect("start:index")
    done = {one.code: one.done for one in listed}
    facts = {
        "file_href": door(request.actor, "imports:new"),
        "hand_href": door(request.actor, "orders:new"),
        "may_sample": done["shop"] and done["goods"],
    }
    return _page(request, listed, "orders", facts)


@require_POST
def away(request: Request) -> HttpResponse:
    """The list leaves today's page, or comes back; the steps stay where they are."""
    request.actor.require("settings")
    gone = request.POST.get("away") == "1"
    house.put_steps_away(gone, by=request.actor, at=request.at)
    note = _("在帮助（?）里还能打开。") if gone else ""
    say(request, _("收起了开张清单") if gone else _("开张清单又在「今天」里了"), note=note)
    return redirect("home")


def _page(request: Request, listed: list[steps.Step], code: str, facts: dict[str, Any], *, status: int = 200) -> HttpResponse:
    places = [one.code for one in listed]
    before = places[places.index(code) - 1] if code and places.index(code) else ""
    told = {
        "steps": listed,
        "here": next((one for one in listed if one.code == code), None),
        "done": sum(one.done for one in listed),
        "before": before,
        "zone": str(clock.company_zone()),
        "hides": standing().steps_away,
        **facts,
    }
    return render(request, f"start/{code or 'end'}.html", told, status=status)
