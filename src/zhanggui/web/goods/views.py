"""The goods: the list, one SKU in the drawer, out to a file."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from zhanggui.catalog import queries
from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import PARTS, Definition
from zhanggui.catalog.models import Sku
from zhanggui.kernel import paging
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotAllowed, Refused
from zhanggui.kernel.money import exponent
from zhanggui.orders.models import Shop
from zhanggui.stock import queries as stock
from zhanggui.web.frame import lists
from zhanggui.web.frame.lists import Column
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.goods import rights, workbook
from zhanggui.web.goods.forms import SearchForm, SkuForm

SORTS = ("code", "name", "weight_g", "price_minor", "cost_minor")
COLUMNS = (
    Column("goods", gettext_lazy("商品"), "", fixed=True, sort="code"),
    Column("barcode", gettext_lazy("条码"), "w-146", wide=True),
    Column("category", gettext_lazy("类目"), "w-96", wide=True),
    Column("weight", gettext_lazy("重量"), "w-96", wide=True, num=True, sort="-weight_g"),
    Column("price", gettext_lazy("售价"), "w-112", num=True, sort="-price_minor"),
    Column("cost", gettext_lazy("成本"), "w-112", wide=True, num=True, sort="-cost_minor"),
    Column("free", gettext_lazy("可用"), "w-96", num=True),
)


class TooMany(Refused):
    """``facts``: rows, most."""

    code = "export-too-many"
    says = gettext_lazy("要导出 {rows} 行，您一次最多导出 {most} 行。")
    fix = gettext_lazy("先搜索，缩小范围再导出。")


def columns_for(actor: Actor) -> list[Column]:
    shown = {"price": actor.granted("order.content"), "cost": rights.sees_cost(actor), "free": actor.can("stock.view")}
    return [column for column in COLUMNS if shown.get(column.key, True)]


@require_GET
def index(request: Request) -> HttpResponse:
    """The goods by code; searched by code, name or barcode."""
    return _page(request)


def _page(request: Request, *, status: int = 200, **more: Any) -> HttpResponse:
    actor: Actor = request.actor
    actor.require("order.content", takes=("no-prices",))
    form = SearchForm(request.GET)
    search = form.cleaned_data["q"].strip() if form.is_valid() else ""
    sort = request.GET.get("sort", "")
    sort = sort if sort.lstrip("-") in SORTS else "code"
    columns = columns_for(actor)
    if not {"price": actor.granted("order.content"), "cost": rights.sees_cost(actor)}.get(
        sort.lstrip("-").removesuffix("_minor"), True
    ):
        sort = "code"
    page = paging.page(queries.listed(search=search), sort, cursor=request.GET.get("cursor", ""))
    free = stock.available([sku.pk for sku in page.rows], reach=actor.reach) if actor.can("stock.view") else {}
    exports = [(_("导出这个列表"), reverse("goods:export"))] if actor.granted("export.masked") else []
    facts = {
        "page": page,
        "free": free,
        "search": search,
        "total": lists.count_up_to(queries.listed(search=search)),
        "listing": lists.listing(request, "goods", form=form, columns=columns, sort=sort, exports=exports),
        "may_add": rights.may_add(actor),
        "may_import": actor.can("import.files") and rights.may_add(actor),
        **more,
    }
    return render(request, "goods/list.html", facts, status=status)


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """A new SKU, in the drawer."""
    actor: Actor = request.actor
    actor.require("catalog.edit", takes=PARTS)
    if not rights.may_add(actor):
        raise NotAllowed(needs="catalog.edit", who=actor.name)
    currency = Shop.objects.order_by("id").values_list("currency", flat=True).first() or "CNY"
    form = SkuForm(request.POST or None, fields=rights.may_change(actor), currency=currency)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        goods.define([Definition(code, currency=currency, **form.definition())], by=actor, at=request.at)
        say(request, _("建好了 %s") % code, note=_("还没有库存，到「库存」里入库。"))
        return redirect(_back(request))
    return _drawer(request, form, None)


@require_http_methods(["GET", "POST"])
def detail(request: Request, sku_id: int) -> HttpResponse:
    """One SKU: what is said of it, changed by those who may."""
    actor: Actor = request.actor
    actor.require("order.content", takes=("no-prices",))
    sku = get_object_or_404(Sku, pk=sku_id)
    allowed = rights.may_change(actor)
    if request.method == "POST":
        actor.require("catalog.edit", takes=PARTS)
    form = SkuForm(request.POST or None, sku=sku, fields=allowed, currency=sku.currency, initial=SkuForm.told(sku))
    if request.method == "POST" and form.is_valid():
        goods.define([Definition(sku.code, **form.definition())], by=actor, at=request.at)
        say(request, _("%s 改好了") % sku.code)
        return redirect(_back(request))
    return _drawer(request, form, sku)


def _drawer(request: Request, form: SkuForm, sku: Sku | None) -> HttpResponse:
    actor: Actor = request.actor
    facts = {
        "form": form,
        "sku": sku,
        "changes": bool(form.fields),
        "sees_price": actor.granted("order.content"),
        "sees_cost": rights.sees_cost(actor),
        "sees_stock": actor.can("stock.view"),
        "back": _back(request),
    }
    status = 422 if form.is_bound and form.errors else 200
    if request.htmx and request.htmx.target == "drawer":
        return render(request, "goods/drawer.html", facts, status=status)
    return _page(request, status=status, drawer=True, **facts)


def _back(request: Request) -> str:
    """The list one came from: named by the form, or the page the drawer was opened on."""
    wanted = request.POST.get("back") or (request.htmx.current_url_abs_path if request.htmx else "") or ""
    home = reverse("goods:list")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe and wanted.split("?", 1)[0] == home else home


@require_GET
def export(request: Request) -> HttpResponse:
    """The list as it is asked for, with the headings of the import: changed in a spreadsheet, it comes back in."""
    actor: Actor = request.actor
    actor.require("order.content", takes=("no-prices",))
    actor.require("export.masked")
    rows = queries.listed(search=request.GET.get("q", "").strip())
    most = actor.most("export.masked")
    if most is not None and (many := rows.count()) > most:
        raise TooMany(rows=many, most=most)
    columns = _headings(prices=actor.granted("order.content"), cost=rights.sees_cost(actor))
    cells = [[_cell(sku, key) for key, _heading, _kind in columns] for sku in rows.iterator(2000)]
    return workbook.workbook(_("商品"), [(heading, kind) for _key, heading, kind in columns], cells, _("商品"))


def _headings(*, prices: bool, cost: bool) -> list[tuple[str, str, str]]:
    """(key, heading, kind); the headings are those an import of goods recognises."""
    found = [
        ("code", _("商品编码"), workbook.TEXT),
        ("name", _("商品名称"), workbook.TEXT),
        ("spec", _("规格"), workbook.TEXT),
        ("barcode", _("条码"), workbook.TEXT),
        ("weight_g", _("重量(克)"), workbook.COUNT),
    ]
    if prices:
        found.append(("price_minor", _("售价"), workbook.MONEY))
    if cost:
        found.append(("cost_minor", _("成本价"), workbook.MONEY))
    return [*found, ("category", _("类目"), workbook.TEXT)]


def _cell(sku: Sku, key: str) -> Any:
    value = getattr(sku, key)
    return value / 10 ** exponent(sku.currency) if key.endswith("_minor") else value
