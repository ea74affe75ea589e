"""What somebody asks of the order list: a tab, filters, words to find; and the orders that answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from zhanggui.kernel import db
from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.orders import reaching, states
from zhanggui.orders.models import Hold, Order
from zhanggui.orders.reading.finding import Filter, fewest, gone, marked, meant, sent_to, sold_as, these, worth

SOON = timedelta(hours=4)
CAP = 10_000
MUST_GO = (states.PENDING_REVIEW, states.APPROVED, states.FULFILLING)
TIMES = {"placed": "placed_at", "paid": "paid_at", "shipped": "shipped_at"}
Asks = Callable[[datetime], Q]


def _held(code: str = "") -> Q:
    held = Q(stage__in=states.UNSHIPPED, holds__gt=0)
    return held & Q(pk__in=Hold.objects.filter(cleared_at=None, code=code).values("order_id")) if code else held


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
    asked: Asked,
    *,
    at: datetime,
    more: Mapping[str, Asks] | None = None,
    found_elsewhere: Q | None = None,
    narrowed: "Narrowed | None" = None,
) -> QuerySet[Order]:
    """The orders that answer. ``more`` are tabs of rooms above us; ``found_elsewhere`` what they know of the words asked;
    ``narrowed`` what ``narrowing`` said of the filters, for who asks of several tabs."""
    rows = _of_tab(asked, at, more).filter(*(narrowed or narrowing(asked)).said)
    if asked.q:
        rows = rows.filter(meant(asked.q, persons=asked.persons, found_elsewhere=found_elsewhere).either)
    return rows


class ToPage(NamedTuple):
    """Orders to take a page of, and how ``paging.page`` finds it: ``apart``, or by sorting them where they are ``few``."""

    rows: QuerySet[Order]
    apart: Sequence[Q] = ()
    few: bool = False


def to_page(
    asked: Asked,
    by: str,
    *,
    at: datetime,
    more: Mapping[str, Asks] | None = None,
    found_elsewhere: Q | None = None,
    narrowed: "Narrowed | None" = None,
) -> ToPage:
    """The orders that answer, sorted ``by``. Apart are: each stage where the order is no index's own, each shop of those who
    see but some, and each way of reading words that finds many."""
    narrow = narrowed or narrowing(asked)
    rows = _of_tab(asked, at, more).filter(*narrow.said)
    parts: list[Q] = []
    if asked.q:
        found = meant(asked.q, persons=asked.persons, found_elsewhere=found_elsewhere)
        if not found.wide or narrow.few:
            return ToPage(rows.filter(found.either), few=True)
        parts = [*([these(found.ids)] if found.ids else []), *found.wide]
    elif narrow.few:
        return ToPage(rows, few=True)
    every = asked.tab == "all" and by.lstrip("-") != "placed_at"
    stages = states.UNSHIPPED if asked.tab == "unshipped" else tuple(states.WORD) if every else ()
    for each in (reaching.apart(asked.reach), [Q(stage=stage) for stage in stages]):
        if each and len(each) * max(len(parts), 1) <= reaching.MOST_APART:
            parts = [one & part for one in each for part in parts or [Q()]]
    return ToPage(rows, parts)


def _of_tab(asked: Asked, at: datetime, more: Mapping[str, Asks] | None) -> QuerySet[Order]:
    tab = (more or {}).get(asked.tab) or TABS.get(asked.tab) or TABS["unshipped"]
    rows = Order.objects.filter(tab(at)).filter(reaching.of(asked.reach))
    return rows if asked.stages is None else rows.filter(stage__in=asked.stages)


@dataclass(frozen=True)
class Narrowed:
    """What the filters ask of an order. ``few``: one of them names the few there are by their ids."""

    said: Sequence[Q]
    few: bool


def narrowing(asked: Asked) -> Narrowed:
    """The filters, whatever the tab: once for all tabs. The more likely one finds few, the earlier it is tried."""
    column = TIMES.get(asked.time, "placed_at")
    said: list[Q] = []
    tried: list[Filter] = []
    if asked.flag:
        tried.append(marked(asked.flag, asked.shop_id))
    if column == "shipped_at" and (asked.since or asked.until):
        tried.append(gone(asked.since, asked.until))
    else:
        said += [Q(**{f"{column}__{how}": when}) for how, when in (("gte", asked.since), ("lt", asked.until)) if when is not None]
    if asked.shop_id is not None:
        said.append(Q(shop_id=asked.shop_id))
    if asked.reason:
        said.append(Q(pk__in=Hold.objects.filter(cleared_at=None, code=asked.reason).values("order_id")))
    if asked.sku:
        tried.append(sold_as(asked.sku))
    if asked.min_minor is not None or asked.max_minor is not None:
        tried.append(worth(asked.min_minor, asked.max_minor))
    if asked.province:
        tried.append(sent_to(asked.province))
    if asked.payment:
        said.append(Q(payment=asked.payment))
    if asked.noted:
        said.append(~Q(buyer_note="", seller_note="", internal_note=""))
    found = fewest(tried)
    if len(found.wide) == len(tried):
        return Narrowed([*said, *found.wide], few=False)
    ids = found.ids
    if said or found.wide:
        # Asked of these once, not by the page and by every count again.
        ids = list(Order.objects.filter(these(ids), *said, *found.wide).values_list("pk", flat=True))
    return Narrowed([these(ids)], few=True)


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
    parts = [db.counted(rows, cap) for rows in asked.values()]
    sql = ", ".join(["(SELECT COALESCE(MAX(id), 0) FROM orders_order)", *(part for part, _params in parts)])
    newest, *counts = (int(n) for n in db.fetch(f"SELECT {sql}", [each for _part, params in parts for each in params])[0])
    return Figures(dict(zip(asked, counts, strict=True)), newest)
