"""Changing what lies on the shelves: receiving, counting, keeping back. Each is a form in the drawer."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from zhanggui.catalog.models import Sku
from zhanggui.kernel.actor import Reach
from zhanggui.kernel.errors import Refused, Wanting
from zhanggui.stock import queries, reaching
from zhanggui.stock.commands import receipts, safety
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.commands.safety import Buffer
from zhanggui.stock.models import Level, Shelf, Warehouse
from zhanggui.stock.refusals import BelowClaimed
from zhanggui.web.frame import counts
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.stock.forms import CountForm, ReceiveForm, SafetyForm
from zhanggui.web.stock.views import builds, drawer


@require_http_methods(["GET", "POST"])
def receive(request: Request, sku_id: int | None = None) -> HttpResponse:
    """Pieces that came in: orders that waited for them are reviewed again by themselves."""
    request.actor.require("stock.adjust")
    sku = get_object_or_404(Sku, pk=sku_id) if sku_id else None
    reach = request.actor.reach
    if not Warehouse.objects.filter(reaching.warehouse_rows(reach)).exists():
        return drawer(request, "stock/nowhere.html", {"sku": sku, "builds": builds(request.actor)})
    home = queries.default_warehouse(reach=reach)
    form = ReceiveForm(request.POST or None, reach=reach, sku=sku, initial={"warehouse": home.pk, **_usual_bin(sku, home)})
    if request.method == "POST" and form.is_valid():
        said, goods = form.cleaned_data, form.sku
        assert goods is not None
        row = Receipt(said["warehouse"].pk, said["bin"], goods.pk, said["pieces"])
        receipts.receive([row], by=request.actor, at=request.at, note=said["note"])
        counts.forget()
        text = ngettext("入库 %(n)d 件 %(sku)s", "入库 %(n)d 件 %(sku)s", said["pieces"]) % {
            "n": said["pieces"],
            "sku": goods.code,
        }
        say(request, text, note=_("等它的订单会自动再审一遍。"), link=reverse("stock:detail", args=[goods.pk]))
        # Receiving goes on: without a SKU chosen the next one is asked at once.
        return redirect(reverse("stock:detail", args=[goods.pk]) if sku else reverse("stock:receive"))
    return _form(request, "stock/receive.html", form, {"sku": sku})


def _usual_bin(sku: Sku | None, home: Warehouse) -> dict[str, str]:
    places = queries.where([sku.pk], home.pk).get(sku.pk, []) if sku else []
    return {"bin": places[0].bin_code} if places else {}


@require_http_methods(["GET", "POST"])
def count(request: Request, sku_id: int) -> HttpResponse:
    """What really lies in the bins of a SKU."""
    request.actor.require("stock.adjust")
    reach = request.actor.reach
    sku = get_object_or_404(Sku, pk=sku_id)
    rows = (
        Shelf.objects.filter(reaching.of(reach, "bin__"), sku=sku, bin__kind="shelf")
        .select_related("bin__warehouse")
        .order_by("bin__warehouse_id", "bin__walk", "bin__code")
    )
    form = CountForm(
        request.POST or None, reach=reach, shelves=list(rows), initial={"warehouse": queries.default_warehouse(reach=reach).pk}
    )
    if request.method == "POST" and form.is_valid():
        counted = [Receipt(warehouse_id, code, sku.pk, pieces) for warehouse_id, code, pieces in form.counted()]
        try:
            differed = receipts.count(counted, why=form.reason(), by=request.actor, at=request.at)
        except Wanting:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
            return _form(request, "stock/count.html", form, {"sku": sku, "refusal": refusal, **_in_the_way(sku, refusal, reach)})
        counts.forget()
        if differed:
            say(request, ngettext("%(n)d 个库位按实数改了", "%(n)d 个库位按实数改了", differed) % {"n": differed}, note=sku.code)
        else:
            say(request, _("数得一样，账不用改"), note=sku.code)
        return redirect("stock:detail", sku.pk)
    return _form(request, "stock/count.html", form, {"sku": sku})


def _in_the_way(sku: Sku, refusal: Refused, reach: Reach) -> dict[str, Any]:
    """How many orders hold the pieces that would be missing."""
    if not isinstance(refusal, BelowClaimed):
        return {}
    return {"holders": len({claim.for_order for claim in queries.claims_on(sku.pk, reach=reach)})}


@require_http_methods(["GET", "POST"])
def keep_back(request: Request, sku_id: int) -> HttpResponse:
    """How many pieces of a SKU are never promised."""
    request.actor.require("stock.oversell")
    reach = request.actor.reach
    sku = get_object_or_404(Sku, pk=sku_id)
    levels = list(Level.objects.filter(reaching.of(reach), sku=sku).select_related("warehouse").order_by("-warehouse__is_default", "warehouse_id"))
    if not levels:
        levels = [Level(pk=0, warehouse=queries.default_warehouse(reach=reach), sku=sku)]
    form = SafetyForm(request.POST or None, levels=levels)
    if request.method == "POST" and form.is_valid():
        wanted = [Buffer(warehouse_id, sku.pk, pieces) for warehouse_id, pieces in form.wanted()]
        safety.keep_back(wanted, by=request.actor, at=request.at)
        counts.forget()
        say(request, _("%s 的安全库存改好了") % sku.code)
        return redirect("stock:detail", sku.pk)
    return _form(request, "stock/safety.html", form, {"sku": sku, "levels": levels})


def _form(request: Request, template: str, form: forms.Form, card: dict[str, Any]) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return drawer(request, template, {**card, "form": form}, status=status)
