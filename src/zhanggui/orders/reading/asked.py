"""What somebody asks of the order list: a tab, filters, words to find; and the orders that answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Q, QuerySet

from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.orders import reaching, states
from zhanggui.orders.models import Hold, Order
from zhanggui.orders.reading.finding import meant, sold_as

SOON = timedelta(hours=4)
CAP = 10_000
MUST_GO = (states.PENDING_REVIEW, states.APPROVED, states.FULFILLING)
TIMES = {"placed": "placed_at", "paid": "paid_at", "shipped": "shipped_at"}
Asks = Callable[[datetime], Q]


def _held(code: str = "") -> Q:
    open_ = Hold.objects.filter(cleared_at=None, **({"code": code} if code else {}))
    return Q(stage__in=states.UNSHIPPED, pk__in=open_.values("order_id"))


TABS: Mapping[str, Asks] = {
    "unshipped": lambda at: Q(stage__in=states.UNSHIPPED),
    states.DRAFT: lambda at: Q(stage=states.DRAFT),
    states.PENDING_PAYMENT: lambda at: Q(stage=states.PENDING_PAYMENT),
    states.PENDING_REVIEW: lambda at: Q(stage=states.PENDING_REVIEW),
    "held": lambda at: _held(),
    states.APPROVED: lambda at: Q(stage=states.APPROVED, holds=0),
    states.FULFILLING: lambda at: Q(stage=states.FULFILLING),
    "soon": lambda at: Q(stage__in=MUST_GO, ship_by__gte=at, ship_by__lt=at + SOON),
    "late": lambda at: Q(stage__in=MUST_GO, ship_by__lt=at),
    "short": lambda at: _held("out-of-stock"),
    states.SHIPPED: lambda at: Q(stage=states.SHIPPED),
    states.DELIVERED: lambda at: Q(stage=states.DELIVERED),
    states.COMPLETED: lambda at: Q(stage=states.COMPLETED),
    states.CANCELLED: lambda at: Q(stage=states.CANCELLED),
    "all": lambda at: Q(),
}
# Tabs over what is not yet shipped: bounded however many orders there ever were.
BOUNDED = ("unshipped", "draft", "pending_payment", "pending_review", "held", "approved", "fulfilling", "soon", "late", "short")


@dataclass(frozen=True)
class Asked:
    """``since`` ≤ the moment of kind ``time`` < ``until``. Amounts in minor units. ``stages`` and ``reach`` narrow to what
    one may see."""

    tab: str = "unshipped"
    q: str = ""
    time: str = "placed"
    since: datetime | None = None
    until: datetime | None = None
    shop_id: int | None = None
    reason: str = ""
    sku: str = ""
    province: str = ""
    min_minor: int | None = None
    max_minor: int | None = None
    flag: str = ""
    payment: str = ""
    noted: bool = False
    stages: tuple[str, ...] | None = None
    persons: bool = True
    reach: Reach = EVERYWHERE


def orders(
    asked: Asked, *, at: datetime, more: Mapping[str, Asks] | None = None, found_elsewhere: Q | None = None
) -> QuerySet[Order]:
    """The orders that answer. ``more`` are tabs of rooms above us; ``found_elsewhere`` what they know of the words asked."""
    tab = (more or {}).get(asked.tab) or TABS.get(asked.tab) or TABS["unshipped"]
    rows = Order.objects.filter(tab(at)).filter(reaching.of(asked.reach))
    if asked.stages is not None:
        rows = rows.filter(stage__in=asked.stages)
    return _narrowed(rows, asked, found_elsewhere)


def _narrowed(rows: QuerySet[Order], asked: Asked, found_elsewhere: Q | None) -> QuerySet[Order]:
    column = TIMES.get(asked.time, "placed_at")
    if asked.since is not None:
        rows = rows.filter(**{f"{column}__gte": asked.since})
    if asked.until is not None:
        rows = rows.filter(**{f"{column}__lt": asked.until})
    if asked.shop_id is not None:
        rows = rows.filter(shop_id=asked.shop_id)
    if asked.reason:
        rows = rows.filter(pk__in=Hold.objects.filter(cleared_at=None, code=asked.reason).values("order_id"))
    if asked.sku:
        rows = rows.filter(sold_as(asked.sku))
    if asked.province:
        rows = rows.filter(recipient__province__startswith=asked.province)
    if asked.min_minor is not None:
        rows = rows.filter(total_minor__gte=asked.min_minor)
    if asked.max_minor is not None:
        rows = rows.filter(total_minor__lte=asked.max_minor)
    if asked.flag:
        rows = rows.exclude(flag="") if asked.flag == "any" else rows.filter(flag=asked.flag)
    if asked.payment:
        rows = rows.filter(payment=asked.payment)
    if asked.noted:
        rows = rows.exclude(buyer_note="", seller_note="", internal_note="")
    if asked.q:
        rows = rows.filter(meant(asked.q, persons=asked.persons, found_elsewhere=found_elsewhere))
    return rows


class Figures(NamedTuple):
    """How many orders answer each question, and the newest order of all (0: none yet)."""

    counts: dict[str, int]
    newest: int


def figures_among(rows: QuerySet[Order], keys: Mapping[str, Asks], *, at: datetime) -> Figures:
    """How many of ``rows``, all of them not yet shipped, answer each of ``keys``: one walk over them, one statement."""
    counted = {f"n{nth}": Count("pk", filter=asks(at)) for nth, asks in enumerate(keys.values())}
    newest = Order.objects.order_by("-pk").values("pk")[:1]
    found = rows.order_by().aggregate(**counted)
    first = newest.first()
    return Figures({key: int(found[f"n{nth}"]) for nth, key in enumerate(keys)}, int(first["pk"]) if first else 0)


def figures(asked: Mapping[str, QuerySet[Order]], *, cap: int = CAP) -> Figures:
    """Each question counted no further than ``cap`` + 1: one statement for all of them."""
    parts = ["(SELECT COALESCE(MAX(id), 0) FROM orders_order)"]
    params: list[Any] = []
    for nth, rows in enumerate(asked.values()):
        try:
            sql, given = rows.order_by().values("pk")[: cap + 1].query.sql_with_params()
        except EmptyResultSet:
            sql, given = "SELECT 1 WHERE 1 = 0", ()
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS t{nth})")
        params += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        newest, *counts = (int(n) for n in cursor.fetchone())
    return Figures(dict(zip(asked, counts, strict=True)), newest)
