"""Stock: how many pieces are where, to whom they are promised, and why."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from zhanggui.catalog.models import Sku
from zhanggui.kernel import paging
from zhanggui.kernel.actor import Actor, Reach
from zhanggui.stock import queries, reaching
from zhanggui.stock.models import Bin, Level, Shelf
from zhanggui.web.frame import lists
from zhanggui.web.frame.addresses import address
from zhanggui.web.frame.lists import Column, Tab
from zhanggui.web.frame.request import Request
from zhanggui.web.goods import workbook
from zhanggui.web.goods.forms import SearchForm
from zhanggui.web.goods.views import TooMany
from zhanggui.web.stock import reasons

TABS = ("all", "waited", "short", "low")
SORTS = ("sku__code", "on_hand", "claimed", "safety")
COLUMNS = (
    Column("goods", gettext_lazy("商品"), "", fixed=True, sort="sku__code"),
    Column("bins", gettext_lazy("库位"), "w-184", wide=True),
    Column("on_hand", gettext_lazy("在库"), "w-96", wide=True, num=True, sort="-on_hand"),
    Column("claimed", gettext_lazy("占用"), "w-96", num=True, sort="-claimed"),
    Column("safety", gettext_lazy("安全库存"), "w-96", wide=True, num=True, sort="-safety"),
    Column("free", gettext_lazy("可用"), "w-96", num=True, fixed=True),
)


def sees_all(actor: Actor) -> bool:
    """Whether this person sees more than what can still be promised."""
    return actor.granted("stock.view")


def builds(actor: Actor) -> bool:
    """Whether this person may add a warehouse; settings narrowed to taxes are no way there."""
    return actor.granted("settings")


@require_GET
def index(request: Request) -> HttpResponse:
    """Stock by SKU and warehouse: all, with nothing free, at or under the safety stock."""
    return lists.astray(request, TABS) or page(request)


def page(request: Request, *, status: int = 200, **more: Any) -> HttpResponse:
    actor: Actor = request.actor
    actor.require("stock.view", takes=("available",))
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "all"
    form = SearchForm(request.GET)
    search = form.cleaned_data["q"].strip() if form.is_valid() else ""
    reach = actor.reach
    warehouses = queries.warehouses(reach=reach)
    asked = request.GET.get("warehouse", "")
    warehouse_id = next((one.pk for one in warehouses if str(one.pk) == asked), None)
    sort = request.GET.get("sort", "")
    everything = sees_all(actor)
    sort = sort if everything and sort.lstrip("-") in SORTS else "sku__code"
    waited = reasons.waited(reach)
    rows = queries.levels(search=search, tab=tab, warehouse_id=warehouse_id, waited=waited, reach=reach)
    found = paging.page(rows, sort, cursor=request.GET.get("cursor", ""))
    columns = COLUMNS if everything else [column for column in COLUMNS if column.key in ("goods", "free")]
    counted = {
        key: lists.count_up_to(queries.levels(search=search, tab=key, warehouse_id=warehouse_id, waited=waited, reach=reach)) for key in TABS
    }
    tabs = [
        Tab("all", _("总览"), counted["all"]),
        Tab("waited", _("等货"), counted["waited"], tone="warn"),
        Tab("short", _("缺货"), counted["short"], tone="warn"),
        Tab("low", _("低库存"), counted["low"], tone="warn"),
    ]
    exports = [(_("导出这个列表"), reverse("stock:export"))] if actor.granted("export.masked") else []
    facts = {
        "page": found,
        "bins": _bins(found.rows) if everything else {},
        "search": search,
        "tab": tab,
        "warehouses": warehouses,
        "warehouse_id": warehouse_id,
        "everything": everything,
        "listing": lists.listing(request, "stock", tabs=tabs, tab=tab, columns=columns, sort=sort, exports=exports),
        "may_adjust": actor.can("stock.adjust"),
        "may_build": builds(actor),
        "may_import": actor.can("import.files") and actor.can("stock.adjust"),
        **more,
    }
    return render(request, "stock/list.html", facts, status=status)


def _bins(levels: Sequence[Level]) -> dict[int, list[Shelf]]:
    """Level → its bins with pieces, staging last. One statement."""
    at = {(level.warehouse_id, level.sku_id): level.pk for level in levels}
    found: dict[int, list[Shelf]] = defaultdict(list)
    for shelf in queries.shelves_of(sorted({level.sku_id for level in levels})):
        level = at.get((shelf.bin.warehouse_id, shelf.sku_id))
        if level is not None:
            found[level].append(shelf)
    for shelves in found.values():
        shelves.sort(key=lambda shelf: (shelf.bin.kind == Bin.Kind.STAGING, shelf.bin.walk, shelf.bin.code))
    return dict(found)


@require_GET
def detail(request: Request, sku_id: int) -> HttpResponse:
    """One SKU: its shelves, who it is promised to, and the movements that add up to it."""
    actor: Actor = request.actor
    actor.require("stock.view", takes=("available",))
    sku = get_object_or_404(Sku, pk=sku_id)
    return drawer(request, "stock/drawer.html", {"sku": sku, **told(sku, everything=sees_all(actor), reach=actor.reach)})


def told(sku: Sku, *, everything: bool, reach: Reach) -> dict[str, Any]:
    """What the drawer says of a SKU. At most ten statements."""
    mine = Level.objects.filter(reaching.of(reach), sku=sku)
    levels = list(mine.select_related("warehouse").order_by("-warehouse__is_default", "warehouse_id"))
    sums = {name: sum(getattr(level, name) for level in levels) for name in ("on_hand", "claimed", "safety")}
    free = sum(max(level.on_hand - level.claimed - level.safety, 0) for level in levels)
    lacking = max(sums["claimed"] + sums["safety"] - sums["on_hand"], 0)
    facts: dict[str, Any] = {"lacking": lacking, "levels": levels, "sums": sums, "free": free, "everything": everything}
    if not everything or not levels:
        return facts
    claims = queries.claims_on(sku.pk, reach=reach)
    numbers = reasons.orders_named((claim.for_order for claim in claims), reach)
    # What is promised to orders out of reach counts, and is not named.
    claims = [claim for claim in claims if reach.everywhere or claim.for_order in numbers]
    return facts | {
        "bins": _bins(levels),
        "claims": [(claim, numbers.get(claim.for_order, ""), address("orders:detail", claim.for_order)) for claim in claims],
        "waiting": reasons.waiting(sku.pk, reach),
        "claimed_shown": sum(claim.pieces for claim in claims),
        "parts": reasons.parts(levels),
        "history": reasons.history(sku.pk, sums["on_hand"], reach),
    }


def drawer(request: Request, template: str, card: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A drawer by itself, or open beside the list; the template reads ``card``."""
    actor: Actor = request.actor
    card |= {"adjusts": actor.can("stock.adjust"), "keeps_back": actor.can("stock.oversell")}
    if request.htmx and request.htmx.target == "drawer":
        return render(request, template, {"card": card}, status=status)
    return page(request, status=status, card=card, drawer=template)


@require_GET
def export(request: Request) -> HttpResponse:
    """The list bin by bin, with the headings of the import: counted on paper, it comes back in."""
    actor: Actor = request.actor
    actor.require("stock.view", takes=("available",))
    actor.require("export.masked")
    tab, asked = request.GET.get("tab", "all"), request.GET.get("warehouse", "")
    warehouse_id = int(asked) if asked.isdigit() else None
    rows = queries.levels(
        search=request.GET.get("q", "").strip(),
        tab=tab,
        warehouse_id=warehouse_id,
        waited=reasons.waited(actor.reach) if tab == "waited" else (),
        reach=actor.reach,
    )
    most = actor.most("export.masked")
    if most is not None and (many := rows.count()) > most:
        raise TooMany(rows=many, most=most)
    everything = sees_all(actor)
    columns = [(_("商品编码"), workbook.TEXT), (_("商品名称"), workbook.TEXT), (_("仓库"), workbook.TEXT)]
    if everything:
        columns += [(word, workbook.COUNT) for word in (_("在库"), _("占用"), _("安全库存"))]
    columns.append((_("可用"), workbook.COUNT))
    cells = []
    for level in rows.iterator(2000):
        name = f"{level.sku.name} {level.sku.spec}".strip()
        numbers = [level.on_hand, level.claimed, level.safety] if everything else []
        cells.append([level.sku.code, name, level.warehouse.code, *numbers, max(level.on_hand - level.claimed - level.safety, 0)])
    return workbook.workbook(_("库存"), columns, cells, _("库存"))
