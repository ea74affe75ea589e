"""Orders, their lines and what happened to them; shops."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from zhanggui.api.asking import Call, Paged, PageOf, page_of, page_rows, question
from zhanggui.api.shapes import Shape, columns, filled, rows
from zhanggui.api.types import Id, IdIn, MaybeId, Minor, MomentIn
from zhanggui.channels.models import ImportRow
from zhanggui.fulfilment import asked as by_parcels
from zhanggui.journal import queries as journal
from zhanggui.kernel.errors import NotFound
from zhanggui.orders import reaching
from zhanggui.orders.facts_of import tags_of
from zhanggui.orders.models import Line, Order, Shop, Tag
from zhanggui.orders.reading import asked as asking
from zhanggui.orders.reading import rights
from zhanggui.orders.reading.rows import held_of
from zhanggui.orders.states import UNSHIPPED

GROUP = "orders"
SEES = ("order.view",)
TABS = (*asking.TABS, *by_parcels.TABS)
Tab = Literal[
    "unshipped", "draft", "pending_payment", "pending_review", "held", "approved", "fulfilling", "to_ship", "soon", "late",
    "short", "shipped", "delivered", "completed", "cancelled", "all",
]  # fmt: skip
MONEY = ("goods_minor", "discount_minor", "freight_minor", "total_minor", "paid_minor")
PERSON = ("recipient_name", "recipient_phone", "recipient_street", "province", "city", "district")


class OrderRow(Shape):
    """One order. Amounts are in minor units of `currency`, absent for who may not see prices; the recipient is masked."""

    SOURCES = {
        "recipient_name": "recipient__masked_name",
        "recipient_phone": "recipient__masked_phone",
        "recipient_street": "recipient__masked_street",
        "province": "recipient__province",
        "city": "recipient__city",
        "district": "recipient__district",
        "held": "",
        "tags": "",
    }
    id: Id
    number: str
    shop_id: Id
    platform_no: str
    source: str
    kind: str
    stage: str
    payment: str
    payment_method: str
    currency: str
    goods_minor: int | None
    discount_minor: int | None
    freight_minor: int | None
    total_minor: int | None
    paid_minor: int | None
    pieces: int
    kinds: int
    recipient_name: str | None
    recipient_phone: str | None
    recipient_street: str | None
    province: str | None
    city: str | None
    district: str | None
    buyer_note: str
    seller_note: str
    internal_note: str
    flag: str
    held: list[str] = Field(description="Why it does not go on, as codes.")
    category_id: MaybeId
    tags: list[Id] = Field(description="The tags on it; `/order-tags` says what each is called.")
    warehouse_id: MaybeId
    carrier_id: MaybeId
    waybill: str
    placed_at: datetime
    paid_at: datetime | None
    ship_by: datetime | None
    arrived_at: datetime
    approved_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    completed_at: datetime | None
    cancelled_at: datetime | None
    version: int = Field(description="Raised with every step; send it back as If-Match to change only what you saw.")


class LineRow(Shape):
    """One kind of goods in an order."""

    id: Id
    order_id: Id
    position: int
    sku_id: MaybeId
    sku_code: str
    name: str
    spec: str
    quantity: int
    shipped: int
    unit_minor: int | None
    discount_minor: int | None
    total_minor: int | None
    note: str
    platform_no: str


class OrderWhole(OrderRow):
    """One order with its lines."""

    SOURCES = {**OrderRow.SOURCES, "lines": ""}
    lines: list[LineRow]


class Told(Shape):
    """Something that happened."""

    at: datetime
    actor: str
    name: str
    before: str
    after: str
    facts: dict[str, Any]


class ShopRow(Shape):
    """A shop orders come from."""

    id: Id
    code: str
    name: str
    platform: str
    currency: str
    needs_address: bool
    ship_within_h: int
    enabled: bool


class OrdersAsked(Paged):
    """The same tabs, filters and search as on the page."""

    tab: Tab | None = Field(None, description="Where the order is; `unshipped` where nothing is looked for, else `all`.")
    q: str = Field("", max_length=20_000, description="A number or its tail, many numbers, a name, the tail of a phone, a SKU.")
    time: Literal["placed", "paid", "approved", "shipped"] = Field("placed", description="Which moment `since` and `until` mean.")
    since: MomentIn | None = None
    until: MomentIn | None = None
    shop: IdIn | None = None
    reason: str = Field("", max_length=24, description="Held for this reason.")
    sku: str = Field("", max_length=64)
    province: str = Field("", max_length=20)
    min_minor: Minor | None = None
    max_minor: Minor | None = None
    flag: Literal["", "any", "red", "yellow", "green", "blue", "purple"] = ""
    category: IdIn | None = None
    tag: IdIn | None = Field(None, description="Only those with this tag.")
    joined: Literal["", "merged", "split"] = Field("", description="Only those merged into one parcel with others, or split.")
    payment: Literal["", "unpaid", "partial", "paid", "cod", "on_account", "refunded"] = ""
    noted: bool = Field(False, description="Only those with a note.")
    batch: IdIn | None = Field(None, description="Only those an import brought.")
    sort: Literal["", "id", "-id", "ship_by", "-ship_by", "placed_at", "-placed_at", "total_minor", "-total_minor"] = ""


@question("/orders", GROUP, *SEES, takes=("released",), answers=PageOf[OrderRow])
def list_orders(call: Call, asked: OrdersAsked) -> Any:
    """Orders, as the page lists them."""
    tab = asked.tab or ("all" if asked.q else "unshipped")
    prices = rights.sees_prices(call.by)
    wanted = asking.Asked(
        tab=tab,
        q=asked.q,
        time=asked.time,
        since=asked.since,
        until=asked.until,
        shop_ids=None if asked.shop is None else (asked.shop,),
        reason=asked.reason,
        sku=asked.sku,
        province=asked.province,
        min_minor=asked.min_minor if prices else None,
        max_minor=asked.max_minor if prices else None,
        flag=asked.flag,
        category=str(asked.category or ""),
        tag=str(asked.tag or ""),
        joined=asked.joined,
        payment=asked.payment,
        noted="any" if asked.noted else "",
        stages=rights.stages_seen(call.by),
        persons=rights.sees_recipient(call.by),
        reach=call.by.reach,
    )
    elsewhere = by_parcels.named_by(asked.q) if asked.q else None
    usual = "ship_by" if tab in asking.BOUNDED or tab in by_parcels.TABS else "-placed_at" if tab == "all" else "-ship_by"
    sort = asked.sort if prices or "total_minor" not in asked.sort else ""
    found = asking.to_page(wanted, sort or usual, at=call.at, more=by_parcels.TABS, found_elsewhere=elsewhere)
    if asked.batch is not None:
        brought = ImportRow.objects.filter(of=asked.batch, outcome__in=("ok", "upd"))
        found = found._replace(rows=found.rows.filter(pk__in=brought.values("subject_id")))
    page, plain = page_rows(found.rows, asked, sort or usual, [*columns(OrderRow), "holds"], apart=found.apart, few=found.few)
    return {"items": _orders(call, OrderRow, plain), "next": page.next}


@question("/orders/{order_id}", GROUP, *SEES, takes=("released",), answers=OrderWhole)
def one_order(call: Call, order_id: int) -> Any:
    """One order with its lines."""
    plain = list(_seen(call).filter(pk=order_id).values(*columns(OrderWhole), "holds"))
    if not plain:
        raise NotFound(what=order_id)
    (found,) = _orders(call, OrderWhole, plain)
    lines = rows(LineRow, Line.objects.filter(order=order_id).order_by("position"))
    return {**found, "lines": _without_prices(lines, call, ("unit_minor", "discount_minor", "total_minor"))}


@question("/orders/{order_id}/timeline", GROUP, *SEES, takes=("released",), answers=list[Told])
def order_timeline(call: Call, order_id: int) -> Any:
    """Everything that was told of one order, oldest first."""
    if not _seen(call).filter(pk=order_id).exists():
        raise NotFound(what=order_id)
    prices = rights.sees_prices(call.by)
    return [
        {**line.__dict__, "facts": {name: value for name, value in line.facts.items() if prices or not name.endswith("_minor")}}
        for line in journal.timeline("order", order_id)
    ]


class LinesAsked(Paged):
    """``order``: those of one order; ``sku``: those of one SKU."""

    order: IdIn | None = None
    sku: IdIn | None = None


@question("/order-lines", GROUP, *SEES, takes=("released",), answers=PageOf[LineRow])
def list_order_lines(call: Call, asked: LinesAsked) -> Any:
    """Lines of orders, the newest first."""
    found = Line.objects.filter(reaching.of(call.by.reach, "order__"))
    if (stages := rights.stages_seen(call.by)) is not None:
        found = found.filter(order__stage__in=stages)
    if asked.order is not None:
        found = found.filter(order=asked.order)
    if asked.sku is not None:
        found = found.filter(sku=asked.sku)
    page = page_of(LineRow, found, asked)
    return {**page, "items": _without_prices(page["items"], call, ("unit_minor", "discount_minor", "total_minor"))}


class TagRow(Shape):
    """A tag of orders."""

    id: Id
    name: str
    hue: str
    archived_at: datetime | None


@question("/order-tags", GROUP, *SEES, takes=("released",), answers=PageOf[TagRow])
def list_order_tags(call: Call, asked: Paged) -> Any:
    """The merchant's tags of orders; those put away are not put on any more."""
    return page_of(TagRow, Tag.objects.all(), asked, "id")


@question("/shops", GROUP, *SEES, "stock.view", takes=("released", "available"), answers=PageOf[ShopRow])
def list_shops(call: Call, asked: Paged) -> Any:
    """The shops within reach."""
    return page_of(ShopRow, Shop.objects.filter(reaching.shop_rows(call.by.reach)), asked, "id")


def _seen(call: Call) -> Any:
    found = Order.objects.filter(reaching.of(call.by.reach))
    stages = rights.stages_seen(call.by)
    return found if stages is None else found.filter(stage__in=stages)


def _orders(call: Call, shape: type[OrderRow], plain: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as told to this caller. One statement for their tags, one more where any is held."""
    tags = tags_of([row["id"] for row in plain])
    held = held_of([row["id"] for row in plain if row["holds"] or row["stage"] in UNSHIPPED])
    made = []
    for row in plain:
        codes, worn = [each.code for each in held.get(row["id"], ())], sorted(tags.get(row["id"], ()))
        made.append({**filled(shape, row), "held": codes, "tags": [str(tag) for tag in worn]})
    if not rights.sees_recipient(call.by):
        blank = dict.fromkeys(PERSON)
        made = [{**row, **blank} for row in made]
    return _without_prices(made, call, MONEY)


def _without_prices(made: list[dict[str, Any]], call: Call, money: tuple[str, ...]) -> list[dict[str, Any]]:
    if rights.sees_prices(call.by):
        return made
    blank = dict.fromkeys(money)
    return [{**row, **blank} for row in made]
