"""The pages of the first steps."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.accounts import preferences
from zhanggui.accounts import standing as opening
from zhanggui.accounts.commands import house
from zhanggui.accounts.house import standing
from zhanggui.kernel import clock
from zhanggui.kernel.errors import NotFound
from zhanggui.orders import reaching
from zhanggui.orders.models import Category, Order
from zhanggui.orders.queries import DEFAULT_SHOP
from zhanggui.orders.reading import rights
from zhanggui.orders.reading.offered import offered
from zhanggui.web.frame.beside import beside
from zhanggui.web.frame.gate import door
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.orders.views import shop_word
from zhanggui.web.start import steps, taking
from zhanggui.web.start.forms import BeginForm, CarrierForm, CompanyForm, GoodForms, ShopForm, SortedForm, WarehouseForm

FORMS: dict[str, type[forms.Form]] = {"company": CompanyForm, "shop": ShopForm, "warehouse": WarehouseForm, "carrier": CarrierForm}
LAST = 5
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
    _spared(request)
    listed = steps.listed()
    here = next((one for one in listed if one.code == code), None)
    if here is None:
        raise NotFound(what=code[:40])
    if request.method == "POST" and request.POST.get("verb") == "skip":
        house.skip_step(code, by=request.actor, at=request.at)
        following = _next(listed, code)
        return redirect("start:step", following) if following else redirect("start:index")
    if code in PAGES:
        return PAGES[code](request, listed)
    told = {"name": standing().name} if code == "company" else {}
    form = FORMS[code](request.POST or None, initial=told)
    if request.method == "POST" and form.is_valid():
        with beside(form, FIELDS):
            TAKES[code](form, by=request.actor, at=request.at)
        if not form.errors:
            say(request, _("记下了"))
            return _on(code, listed)
    return _page(request, listed, code, {"form": form}, status=422 if form.is_bound and form.errors else 200)


def _spared(request: Request) -> None:
    """Whoever opened this house a while ago is not asked in its first steps who they are: they have been at them since."""
    if opening.is_opening(request.session, at=request.at):
        request.actor = replace(request.actor, fresh=True)


def _on(code: str, before: list[steps.Step]) -> HttpResponse:
    """To the next open step after this one; from one that was skipped, and is done now after all, to the next that is left of those,
    too. Else to the end."""
    now = steps.listed()
    following = _next(now, code)
    if following is None and any(one.code == code and one.skipped and not one.done for one in before):
        following = next((one.code for one in _after(now, code) if not one.done), None)
    return redirect("start:step", following) if following else redirect("start:index")


def _next(listed: list[steps.Step], code: str) -> str | None:
    return next((one.code for one in _after(listed, code) if one.open), None)


def _after(listed: list[steps.Step], code: str) -> list[steps.Step]:
    return listed[[one.code for one in listed].index(code) + 1 :]


def _goods(request: Request, listed: list[steps.Step]) -> HttpResponse:
    rows = GoodForms(request.POST or None, prefix="g")
    if request.method == "POST" and rows.is_valid():
        said = [form.cleaned_data for form in rows]
        if any(row.get("name") for row in said):
            with beside(rows.forms[0], {"ambiguous-sku": "code"}):
                many = taking.some_goods(said, by=request.actor, at=request.at)
            if not rows.forms[0].errors:
                say(request, ngettext("录了 %(n)d 种商品", "录了 %(n)d 种商品", many) % {"n": many})
                return _on("goods", listed)
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
        return _on("orders", listed)
    done = {one.code: one.done for one in listed}
    facts = {
        "file_href": door(request.actor, "imports:new"),
        "hand_href": door(request.actor, "orders:new"),
        "may_sample": done["shop"] and done["goods"],
    }
    return _page(request, listed, "orders", facts)


def _begin(request: Request, listed: list[steps.Step]) -> HttpResponse:
    there = offered(request.actor.reach)
    now = shop_word(preferences.of_the_house(DEFAULT_SHOP))
    form = BeginForm(request.POST or None, there=there, initial={"shop": now})
    if request.method == "POST" and form.is_valid():
        taking.begin(form, there, by=request.actor, at=request.at)
        say(request, _("记下了"))
        return _on("begin", listed)
    facts = {"form": form, "only": there.shops[0].name if len(there.shops) == 1 else ""}
    return _page(request, listed, "begin", facts, status=422 if form.is_bound and form.errors else 200)


def _sorted(request: Request, listed: list[steps.Step]) -> HttpResponse:
    form = SortedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with beside(form, {"category-known": "own", "no-name": "own"}):
            many = taking.categories(form, by=request.actor, at=request.at)
        if not form.errors:
            say(request, ngettext("加了 %(n)d 个分类", "加了 %(n)d 个分类", many) % {"n": many})
            return _on("sorted", listed)
    facts = {"form": form, "stand": Category.objects.filter(archived_at=None).order_by("place", "pk")[:20]}
    return _page(request, listed, "sorted", facts, status=422 if form.is_bound and form.errors else 200)


def _templates(request: Request, listed: list[steps.Step]) -> HttpResponse:
    """Nothing is asked here: a template is an order that was kept, so the last orders are offered."""
    seen = rights.stages_seen(request.actor)
    rows = Order.objects.filter(reaching.shops(request.actor.reach), **({"stage__in": seen} if seen else {}))
    last = rows.select_related("shop", "recipient").order_by("-pk")[:LAST]
    return _page(request, listed, "templates", {"orders": last, "all_href": door(request.actor, "orders:templates")})


PAGES: Mapping[str, Callable[[Request, list[steps.Step]], HttpResponse]] = {
    "begin": _begin, "goods": _goods, "orders": _orders, "sorted": _sorted, "templates": _templates,
}  # fmt: skip


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
