"""Goods, how many of them are where, and the places they lie in."""

from datetime import datetime
from typing import Any, Literal

from django.db.models import Case, F, Value, When
from pydantic import Field

from zhanggui.api.asking import Call, Paged, PageOf, page_of, page_rows, question
from zhanggui.api.shapes import Shape, columns, filled, rows
from zhanggui.api.types import Id, IdIn, MaybeId
from zhanggui.catalog import queries as catalog
from zhanggui.catalog.models import Sku
from zhanggui.kernel.errors import NotFound
from zhanggui.orders.reading import rights
from zhanggui.stock import queries as stock
from zhanggui.stock import reaching
from zhanggui.stock.models import Bin, Ledger, Shelf, Warehouse

GROUP = "goods"
SEES = ("order.content",)
COUNTS = ("stock.view",)


class SkuRow(Shape):
    """One kind of piece that can be counted and sold."""

    id: Id
    code: str
    name: str
    spec: str
    barcode: str
    category: str
    weight_g: int
    price_minor: int | None
    cost_minor: int | None
    currency: str
    retired_at: datetime | None
    made_at: datetime
    version: int


class LevelRow(Shape):
    """How many pieces of a SKU a warehouse has. `free` is what can still be promised."""

    SOURCES = {"sku_code": "sku__code"}
    id: Id
    warehouse_id: Id
    sku_id: Id
    sku_code: str
    on_hand: int | None
    claimed: int | None
    safety: int | None
    free: int


class BinRow(Shape):
    """A coded place in a warehouse."""

    id: Id
    warehouse_id: Id
    code: str
    kind: str
    walk: int


class ShelfRow(Shape):
    """How many pieces of a SKU lie in one bin."""

    SOURCES = {"bin_code": "bin__code", "warehouse_id": "bin__warehouse_id", "sku_code": "sku__code"}
    id: Id
    warehouse_id: Id
    bin_id: Id
    bin_code: str
    sku_id: Id
    sku_code: str
    pieces: int


class MovementRow(Shape):
    """One movement of pieces; rows are never changed."""

    id: Id
    at: datetime
    kind: str
    delta: int
    sku_id: Id
    bin_id: Id
    document_kind: str
    document_id: MaybeId
    actor_name: str
    note: str


class WarehouseRow(Shape):
    """A building that ships."""

    id: Id
    code: str
    name: str
    is_default: bool
    must_scan: bool
    must_weigh: bool


class SkusAsked(Paged):
    """``q``: part of the code or the name, or the barcode."""

    q: str = Field("", max_length=200)


class LevelsAsked(Paged):
    """``short``: nothing is free; ``low``: at or under what is kept back."""

    q: str = Field("", max_length=200, description="Part of the SKU's code or name, or its barcode.")
    tab: Literal["all", "short", "low"] = "all"
    warehouse: IdIn | None = None
    sku: IdIn | None = None


class PlacesAsked(Paged):
    """Narrowed to a warehouse, and a SKU where the rows have one."""

    warehouse: IdIn | None = None


class ShelvesAsked(PlacesAsked):
    sku: IdIn | None = None


class MovementsAsked(Paged):
    sku: IdIn | None = None


@question("/skus", GROUP, *SEES, takes=("no-prices",), answers=PageOf[SkuRow])
def list_skus(call: Call, asked: SkusAsked) -> Any:
    """Goods in use, by code."""
    page = page_of(SkuRow, catalog.listed(search=asked.q), asked, "code")
    return {**page, "items": [_sku(call, row) for row in page["items"]]}


@question("/skus/{sku_id}", GROUP, *SEES, takes=("no-prices",), answers=SkuRow)
def one_sku(call: Call, sku_id: int) -> Any:
    """One SKU, also one that is no longer in use."""
    found = rows(SkuRow, Sku.objects.filter(pk=sku_id))
    if not found:
        raise NotFound(what=sku_id)
    return _sku(call, found[0])


def _sku(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    blank = {} if rights.sees_prices(call.by) else {"price_minor": None}
    return {**row, **blank, **({} if call.by.granted("order.cost") else {"cost_minor": None})}


@question("/stock/levels", GROUP, *COUNTS, takes=("available",), answers=PageOf[LevelRow])
def list_levels(call: Call, asked: LevelsAsked) -> Any:
    """How the goods stand, warehouse by warehouse."""
    found = stock.levels(search=asked.q, tab=asked.tab, warehouse_id=asked.warehouse, reach=call.by.reach)
    if asked.sku is not None:
        found = found.filter(sku=asked.sku)
    left = F("on_hand") - F("claimed") - F("safety")
    free = Case(When(free__gt=0, then=left), default=Value(0))
    page, plain = page_rows(found.annotate(left=free), asked, "id", [*(c for c in columns(LevelRow) if c != "free"), "left"])
    whole = call.by.granted("stock.view")
    made = [filled(LevelRow, {**row, "free": row["left"]}) for row in plain]
    blank = {} if whole else dict.fromkeys(("on_hand", "claimed", "safety"))
    return {"items": [{**row, **blank} for row in made], "next": page.next}


@question("/stock/bins", GROUP, *COUNTS, answers=PageOf[BinRow])
def list_bins(call: Call, asked: PlacesAsked) -> Any:
    """Places in the warehouses."""
    found = Bin.objects.filter(reaching.of(call.by.reach))
    return page_of(BinRow, found if asked.warehouse is None else found.filter(warehouse=asked.warehouse), asked, "id")


@question("/stock/shelves", GROUP, *COUNTS, answers=PageOf[ShelfRow])
def list_shelves(call: Call, asked: ShelvesAsked) -> Any:
    """What lies in which place."""
    found = Shelf.objects.filter(reaching.of(call.by.reach, "bin__"))
    if asked.warehouse is not None:
        found = found.filter(bin__warehouse=asked.warehouse)
    return page_of(ShelfRow, found if asked.sku is None else found.filter(sku=asked.sku), asked, "id")


@question("/stock/movements", GROUP, *COUNTS, answers=PageOf[MovementRow])
def list_movements(call: Call, asked: MovementsAsked) -> Any:
    """What came and went, the newest first."""
    bins = Bin.objects.filter(reaching.of(call.by.reach)).values("pk")
    found = Ledger.objects.all() if call.by.reach.everywhere else Ledger.objects.filter(bin_id__in=bins)
    return page_of(MovementRow, found if asked.sku is None else found.filter(sku_id=asked.sku), asked)


@question("/warehouses", GROUP, *COUNTS, "order.view", takes=("available", "released"), answers=PageOf[WarehouseRow])
def list_warehouses(call: Call, asked: Paged) -> Any:
    """The warehouses within reach."""
    return page_of(WarehouseRow, Warehouse.objects.filter(reaching.warehouse_rows(call.by.reach)), asked, "id")
