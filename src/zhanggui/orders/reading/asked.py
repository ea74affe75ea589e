"""What somebody asks of the order list: a tab, filters, words to find; and the orders that answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Max, Q, QuerySet

from zhanggui.kernel import db
from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.orders import reaching, states
from zhanggui.orders.holding import Types
from zhanggui.orders.models import Hold, Order
from zhanggui.orders.reading import filters
from zhanggui.orders.reading.filters import Filter
from zhanggui.orders.reading.finding import meant, these
from zhanggui.orders.rulebook import FINANCE_ASKED

SOON = timedelta(hours=4)
CAP = 10_000
MUST_GO = (states.PENDING_REVIEW, states.APPROVED, states.FULFILLING)
TIMES = {"placed": "placed_at", "paid": "paid_at", "approved": "approved_at", "shipped": "shipped_at", "changed": ""}
# So far a page looks for what no index tells how many there are.
FAR = 10_000
LONG = (states.SHIPPED, states.DELIVERED, states.COMPLETED, states.CANCELLED)
Asks = Callable[[datetime], Q]


@dataclass(frozen=True)
class Tab:
    """The orders of these stages (of all, where none is named) that are also ``beyond`` what their stage says. ``each`` asks the
    same of one order by itself: cheaper where few are asked, dearer among very many."""

    stages: tuple[str, ...] = ()
    beyond: Asks | None = None
    each: Asks | None = None

    def __call__(self, at: datetime) -> Q:
        of = Q(stage=self.stages[0]) if len(self.stages) == 1 else Q(stage__in=self.stages) if self.stages else Q()
        return of & self.beyond(at) if self.beyond else of


def _unseen(at: datetime) -> Q:
    return Q(seen_at__isnull=True)


def _held(at: datetime) -> Q:
    return Q(holds__gt=0)


def _held_for(code: str) -> Asks:
    return lambda at: Q(holds__gt=0, pk__in=Hold.objects.filter(cleared_at=None, code=code).values("order_id"))


TABS: Mapping[str, Tab] = {
    "unshipped": Tab(states.UNSHIPPED),
    states.DRAFT: Tab((states.DRAFT,)),
    states.PENDING_PAYMENT: Tab((states.PENDING_PAYMENT,)),
    states.PENDING_REVIEW: Tab((states.PENDING_REVIEW,)),
    "held": Tab(states.UNSHIPPED, _held),
    states.APPROVED: Tab((states.APPROVED,), lambda at: Q(holds=0)),
    states.FULFILLING: Tab((states.FULFILLING,)),
    "soon": Tab(MUST_GO, lambda at: Q(ship_by__gte=at, ship_by__lt=at + SOON)),
    "late": Tab(MUST_GO, lambda at: Q(ship_by__lt=at)),
    "short": Tab(states.UNSHIPPED, _held_for("out-of-stock")),
    "refund": Tab(states.UNSHIPPED, _held_for("refund-applied")),
    "finance": Tab((states.PENDING_REVIEW,), _held_for(FINANCE_ASKED)),
    "new": Tab(states.UNSHIPPED, _unseen),
    states.SHIPPED: Tab((states.SHIPPED,)),
    states.DELIVERED: Tab((states.DELIVERED,)),
    states.COMPLETED: Tab((states.COMPLETED,)),
    states.CANCELLED: Tab((states.CANCELLED,)),
    "all": Tab(),
}
# Tabs over what is not yet shipped: bounded however many orders there ever were.
BOUNDED = (
    "unshipped", "draft", "pending_payment", "pending_review", "held", "approved", "fulfilling", "soon", "late", "short", "refund", "finance",
    "new",
)  # fmt: skip
# How many nobody opened yet only a look at each order tells: that figure is not kept.
UNCOUNTED = ("new",)


@dataclass(frozen=True)
class Asked:
    """``since`` ≤ the moment of kind ``time`` < ``until``. Amounts in minor units, or in whole ones of each
    order's own currency (``least``, ``most``). ``carrier_id``, ``labelled`` and ``printed``
    (``yes`` or ``no``) are the parcels' to answer. ``stages`` and ``reach`` narrow to what one may see."""

    tab: str = "unshipped"
    q: str = ""
    time: str = "placed"
    since: datetime | None = None
    until: datetime | None = None
    shop_ids: tuple[int, ...] | None = None
    reason: str = ""
    # Held for what is this role's to look at; not looked at in time by this moment.
    owner: str = ""
    overdue: datetime | None = None
    sku: str = ""
    province: str = ""
    min_minor: int | None = None
    max_minor: int | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    flag: str = ""
    kind: str = ""
    payment: str = ""
    noted: str = ""
    made: str = ""
    min_pieces: int | None = None
    max_pieces: int | None = None
    city: str = ""
    category: str = ""
    tag: str = ""
    # ``merged`` with others into one parcel, or ``split`` into several orders.
    joined: str = ""
    # Of what is sold before it is there, as it stands at ``presold_at``.
    presold: str = ""
    presold_at: datetime | None = None
    method: str = ""
    source: str = ""
    warehouse_id: int | None = None
    carrier_id: int | None = None
    labelled: str = ""
    printed: str = ""
    new: bool = False
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
    """Orders to take a page of, and how ``paging.page`` finds it: ``apart``, by sorting them where they are ``few``, or by looking
    at no more than the first ``FAR`` of those they are ``within``."""

    rows: QuerySet[Order]
    apart: Sequence[Q] = ()
    few: bool = False
    within: QuerySet[Order] | None = None


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
    stages = states.UNSHIPPED if asked.tab in ("unshipped", "new") else tuple(states.WORD) if every else ()
    for each in (reaching.apart(asked.reach), [Q(stage=stage) for stage in stages]):
        if each and len(each) * max(len(parts), 1) <= reaching.MOST_APART:
            parts = [one & part for one in each for part in parts or [Q()]]
    return ToPage(rows, parts, within=_walked(asked, by) if narrow.open and not asked.q else None)


def _walked(asked: Asked, by: str) -> QuerySet[Order] | None:
    """What an index gives in this order of which the orders asked for are some; None where those are bounded anyway."""
    one = Q(shop_id=asked.shop_ids[0]) if asked.shop_ids is not None and len(asked.shop_ids) == 1 else Q()
    if asked.tab in LONG:
        return Order.objects.filter(one if by.lstrip("-") == "ship_by" else Q(), stage=asked.tab)
    return Order.objects.filter(one) if asked.tab == "all" and by.lstrip("-") == "placed_at" else None


def _of_tab(asked: Asked, at: datetime, more: Mapping[str, Asks] | None) -> QuerySet[Order]:
    tab = (more or {}).get(asked.tab) or TABS.get(asked.tab) or TABS["unshipped"]
    rows = Order.objects.filter(tab(at)).filter(reaching.of(asked.reach))
    return rows if asked.stages is None else rows.filter(stage__in=asked.stages)


@dataclass(frozen=True)
class Narrowed:
    """What the filters ask of an order. ``few``: one of them names the few there are by their ids. ``open``: nobody knows how
    many answer."""

    said: Sequence[Q]
    few: bool
    open: bool = False


def narrowing(asked: Asked, beside: Sequence[Filter] = ()) -> Narrowed:
    """The filters, whatever the tab: once for all tabs. ``beside`` are those of rooms above us. The more likely one finds few,
    the earlier it is tried."""
    shops = [] if asked.shop_ids is None else [Q(shop_id__in=asked.shop_ids)]
    said, tried = _times(asked)
    if asked.flag:
        tried.insert(0, filters.marked(asked.flag, asked.shop_ids))
    if asked.kind:
        tried.append(filters.of_kind(asked.kind))
    if asked.reason:
        said.append(Q(pk__in=Hold.objects.filter(cleared_at=None, code=asked.reason).values("order_id")))
    if asked.owner or asked.overdue:
        said.append(Q(pk__in=_holds_of(asked).values("order_id")))
    if asked.category:
        tried.append(filters.sorted_into(asked.category))
    if asked.tag:
        tried.append(filters.tagged(asked.tag))
    if asked.joined:
        tried.append(filters.joined(asked.joined))
    if asked.presold and asked.presold_at:
        tried.append(filters.presold(asked.presold, asked.presold_at))
    if asked.sku:
        tried.append(filters.sold_as(asked.sku))
    if asked.min_minor is not None or asked.max_minor is not None:
        tried.append(filters.worth(asked.min_minor, asked.max_minor))
    if asked.least is not None or asked.most is not None:
        tried.append(filters.worth_whole(asked.least, asked.most))
    if asked.province or asked.city:
        tried.append(filters.sent_to(asked.province, asked.city))
    tried += [*beside, *_as_they_say(asked)]
    found = filters.fewest(tried)
    if len(found.wide) == len(tried):
        wide = [*said, *found.wide]
        return Narrowed([*shops, *wide], few=False, open=bool(wide))
    ids, said = found.ids, [*shops, *said]
    if said or found.wide:
        # Asked of these once, not by the page and by every count again.
        ids = list(Order.objects.filter(these(ids), *said, *found.wide).values_list("pk", flat=True))
    return Narrowed([these(ids)], few=True)


def _holds_of(asked: Asked) -> QuerySet[Hold]:
    """The open holds somebody owns, or nobody looked at in time. One statement for the types."""
    types = Types()
    found = Hold.objects.filter(cleared_at=None)
    if asked.owner:
        found = found.filter(code__in=types.owned(asked.owner))
    return found.filter(types.late(asked.overdue)) if asked.overdue else found


def _times(asked: Asked) -> tuple[list[Q], list[Filter]]:
    column = TIMES.get(asked.time, "placed_at")
    if not column and (asked.since or asked.until):
        return [], [filters.changed(asked.since, asked.until)]
    if column == "shipped_at" and (asked.since or asked.until):
        return [], [filters.gone(asked.since, asked.until)]
    bounds = (("gte", asked.since), ("lt", asked.until))
    return [Q(**{f"{column}__{how}": when}) for how, when in bounds if when is not None], []


def _as_they_say(asked: Asked) -> list[Filter]:
    """What the orders' own columns answer, and no index does."""
    pieces = (("gte", asked.min_pieces), ("lte", asked.max_pieces))
    said: dict[str, object] = {f"pieces__{how}": n for how, n in pieces if n is not None}
    if asked.new:
        said["seen_at__isnull"] = True
    if asked.method:
        said["payment_method__startswith"] = asked.method
    for name in ("payment", "source", "warehouse_id"):
        if getattr(asked, name):
            said[name] = getattr(asked, name)
    found = [filters.as_it_says(**said)] if said else []
    if asked.noted:
        found.append(filters.noted(asked.noted))
    if asked.made:
        found.append(filters.made_of(asked.made))
    return found


class Figures(NamedTuple):
    """How many orders answer each question, and the newest order of all (0: none yet)."""

    counts: dict[str, int]
    newest: int


def figures_among(
    rows: QuerySet[Order], keys: Mapping[str, Tab], *, at: datetime, walked: bool = False, few: bool = False, first: int | None = None
) -> Figures:
    """How many of ``rows`` answer each of ``keys``: one walk over them, stage by stage, so they are few or not yet shipped.
    ``walked`` where nothing narrows the rows but a look at each, ``few`` where they are named one by one. ``first`` is the newest
    order, where it was asked for already. Two statements, or one."""
    if few:
        keys = {key: replace(tab, beyond=tab.each or tab.beyond) for key, tab in keys.items()}
    beyond = list(dict.fromkeys(tab for tab in keys.values() if tab.beyond))
    # Of one stage only its own orders are asked: what lies beyond it may be a look into another table.
    counted = {
        f"n{nth}": Count("pk", filter=tab(at) if len(tab.stages) == 1 or tab.beyond is None else tab.beyond(at))
        for nth, tab in enumerate(beyond)
    }
    said = rows.order_by().values("stage").annotate(many=Count("pk"), **counted)
    names = ("stage", "many", *counted)
    found = [dict(zip(names, row, strict=True)) for row in db.along(said.values_list(*names), "order_work" if walked else "")]
    first = newest() if first is None else first

    def many(tab: Tab) -> int:
        column = f"n{beyond.index(tab)}" if tab.beyond else "many"
        return sum(int(row[column]) for row in found if not tab.stages or row["stage"] in tab.stages)

    return Figures({key: many(tab) for key, tab in keys.items()}, first)


def newest() -> int:
    """The newest order there is, which no fewer than there are; 0 before the first. One statement."""
    # Asked as the greatest: for the first of a sorted list SQLite may walk a whole index of another column.
    return Order.objects.aggregate(last=Max("pk"))["last"] or 0


def figures(asked: Mapping[str, QuerySet[Order]], *, cap: int = CAP) -> Figures:
    """Each question counted no further than ``cap`` + 1: one statement for all of them."""
    parts = [db.counted(rows, cap) for rows in asked.values()]
    sql = ", ".join(["(SELECT COALESCE(MAX(id), 0) FROM orders_order)", *(part for part, _params in parts)])
    newest, *counts = (int(n) for n in db.fetch(f"SELECT {sql}", [each for _part, params in parts for each in params])[0])
    return Figures(dict(zip(asked, counts, strict=True)), newest)
