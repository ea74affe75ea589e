"""What today looks like: every figure from the books, in a fixed number of statements, each saying how it is counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Sum

from zhanggui.accounts.house import FIRST_STEPS
from zhanggui.accounts.models import Invitation, Preference, User
from zhanggui.accounts.queries import STRONG
from zhanggui.carriers.models import Carrier
from zhanggui.catalog.models import Sku
from zhanggui.fulfilment import reaching as boxed
from zhanggui.fulfilment import states as parcels
from zhanggui.fulfilment.models import Parcel, Wave
from zhanggui.kernel import clock
from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.orders import reaching as orders
from zhanggui.orders import states
from zhanggui.orders.models import Hold, Order, Shop
from zhanggui.stock.models import Level, Warehouse
from zhanggui.tracking import reaching as trails
from zhanggui.tracking.models import Trail
from zhanggui.web.frame.words import CAP
from zhanggui.web.home.hours import HoursSince

SOON = timedelta(hours=4)
ON_THE_WAY = ("picked_up", "in_transit", "out_for_delivery", "failed_attempt", "refused")
TO_PICK = Q(stage=parcels.WAITING, wave__stage__in=(parcels.OPEN, parcels.PICKING))
TO_PACK = Q(stage=parcels.PACKING) | Q(stage=parcels.WAITING, wave__stage=parcels.PICKED)


@dataclass(frozen=True)
class Work:
    """What waits at each step now. Orders until the wave, parcels after it."""

    unshipped: int = 0
    review: int = 0
    held: int = 0
    to_wave: int = 0
    picking: int = 0
    packing: int = 0
    shipping: int = 0
    moving: int = 0
    short: int = 0
    late: int = 0
    soon: int = 0
    oldest_review_at: datetime | None = None


Stages = tuple[str, ...] | None


def seen(stages: Stages, reach: Reach = EVERYWHERE) -> Q:
    """Orders of the stages somebody sees, as far as they reach; None is every stage."""
    return (Q() if stages is None else Q(stage__in=stages)) & orders.of(reach)


def work(*, at: datetime, stages: Stages = None, reach: Reach = EVERYWHERE) -> Work:
    """Five statements, each over what is not yet shipped, however many orders there ever were. Of orders only those of
    ``stages`` and within ``reach`` count, as in the list of whoever asks."""
    open_orders = Order.objects.filter(seen(stages, reach), stage__in=states.UNSHIPPED)
    must_go = Q(stage__in=(states.PENDING_REVIEW, states.APPROVED, states.FULFILLING))
    waits = open_orders.aggregate(
        unshipped=Count("id"),
        review=Count("id", filter=Q(stage=states.PENDING_REVIEW)),
        held=Count("id", filter=Q(holds__gt=0)),
        to_wave=Count("id", filter=Q(stage=states.APPROVED, holds=0)),
        late=Count("id", filter=must_go & Q(ship_by__lt=at)),
        soon=Count("id", filter=must_go & Q(ship_by__gte=at, ship_by__lt=at + SOON)),
    )
    # Asked apart: the rest is counted from an index, and only for this would every order that waits be read.
    oldest = Order.objects.filter(seen(stages, reach), stage=states.PENDING_REVIEW).aggregate(oldest_review_at=Min("arrived_at"))
    live = Parcel.objects.filter(boxed.of(reach), stage__in=(parcels.WAITING, parcels.PACKING, parcels.PACKED))
    boxes = live.aggregate(
        picking=Count("id", filter=TO_PICK),
        packing=Count("id", filter=TO_PACK),
        shipping=Count("id", filter=Q(stage=parcels.PACKED)),
    )
    moving = Trail.objects.filter(trails.of(reach), status__in=ON_THE_WAY)[: CAP + 1].count()
    return Work(**waits, **oldest, **boxes, moving=moving, short=_short(reach))


def _short(reach: Reach) -> int:
    """SKUs that orders wait for, as their holds name them; of more than ``CAP`` holds only so many are read. One statement."""
    held = Hold.objects.filter(code="out-of-stock", cleared_at=None).filter(orders.of(reach, "order__"))
    lacking = held.values_list("facts", flat=True)[:CAP]
    return len({one["sku_id"] for facts in lacking for one in facts.get("short", ())})


def pressing(*, at: datetime, stages: Stages = None, reach: Reach = EVERYWHERE, many: int = 6) -> list[Order]:
    """Orders late or to be handed over within four hours, the most urgent first, each with its open holds. Two statements."""
    going = (states.PENDING_REVIEW, states.APPROVED, states.FULFILLING)
    rows = Order.objects.filter(seen(stages, reach), stage__in=going, ship_by__lt=at + SOON).order_by("ship_by", "id")
    found = list(rows.select_related("shop").defer("fingerprint")[:many])
    held = Hold.objects.filter(order__in=[order.pk for order in found], cleared_at=None).values_list("order_id", "code")
    by_order: dict[int, list[str]] = {}
    for order_id, code in held:
        by_order.setdefault(order_id, []).append(code)
    for order in found:
        order.reasons = by_order.get(order.pk, [])  # type: ignore[attr-defined]
    return found


def held_by_reason(*, stages: Stages = None, reach: Reach = EVERYWHERE) -> list[tuple[str, int]]:
    """The reasons, those that hold the most orders first. One statement."""
    held = Hold.objects.filter(cleared_at=None).filter(orders.of(reach, "order__"))
    if stages is not None:
        held = held.filter(order__stage__in=stages)
    rows = held.values_list("code").annotate(n=Count("id")).order_by("-n", "code")
    return list(rows)


@dataclass(frozen=True)
class Sales:
    """What came in by one moment of a day, in one currency; ``shipped`` counts orders of every currency."""

    orders: int = 0
    paid_minor: int = 0
    shipped: int = 0

    @property
    def average_minor(self) -> int:
        return round(self.paid_minor / self.orders) if self.orders else 0


@dataclass(frozen=True)
class Day:
    """Today against yesterday at this minute, and hour by hour."""

    currency: str
    others: list[str]
    today: Sales
    yesterday: Sales
    today_by_hour: list[int]
    yesterday_by_hour: list[int]
    yesterday_whole: int


def day(*, at: datetime, stages: Stages = None, reach: Reach = EVERYWHERE) -> Day:
    """Counted by the moment an order was placed, cancelled ones included. Three statements."""
    start, _end = clock.day_bounds(clock.day_of(at))
    before, _same = clock.day_bounds(clock.day_of(at) - timedelta(days=1))
    same_minute = at - timedelta(days=1)
    placed = Order.objects.filter(seen(stages, reach), placed_at__gte=before, placed_at__lte=at).exclude(stage=states.DRAFT)
    now, then = Q(placed_at__gte=start), Q(placed_at__lt=start, placed_at__lte=same_minute)
    rows = list(
        placed.values("currency")
        .annotate(
            n=Count("id", filter=now),
            was=Count("id", filter=then),
            m=Sum("paid_minor", filter=now),
            wm=Sum("paid_minor", filter=then),
        )
        .order_by("-n", "-was", "currency")
    )
    gone = Order.objects.filter(seen(stages, reach), shipped_at__gte=before, shipped_at__lte=at).aggregate(
        n=Count("id", filter=Q(shipped_at__gte=start)),
        was=Count("id", filter=Q(shipped_at__lt=start, shipped_at__lte=same_minute)),
    )
    main = rows[0] if rows else {"currency": "CNY", "n": 0, "was": 0, "m": 0, "wm": 0}
    today_by_hour, yesterday_by_hour = _by_hour(placed, start, before)
    return Day(
        currency=main["currency"],
        others=[row["currency"] for row in rows[1:]],
        today=Sales(main["n"], main["m"] or 0, gone["n"]),
        yesterday=Sales(main["was"], main["wm"] or 0, gone["was"]),
        today_by_hour=today_by_hour,
        yesterday_by_hour=yesterday_by_hour,
        yesterday_whole=sum(yesterday_by_hour),
    )


def _by_hour(placed: QuerySet[Order], start: datetime, before: datetime) -> tuple[list[int], list[int]]:
    hours = placed.annotate(hour=HoursSince("placed_at", before)).values_list("hour").annotate(n=Count("id"))
    # A day has 23 or 25 hours where clocks change; the chart's last hour then holds what is over.
    long = round((start - before).total_seconds() / 3600)
    today, yesterday = [0] * 24, [0] * 24
    for hour, n in hours:
        into, at = (today, hour - long) if hour >= long else (yesterday, hour)
        into[min(at, 23)] += n
    return today, yesterday


@dataclass(frozen=True)
class Step:
    """How many wait at a step now, and the median of how long they have waited so far."""

    code: str
    count: int
    wait_s: float | None


def steps(now: Work, *, at: datetime, reach: Reach = EVERYWHERE) -> list[Step]:
    """Five steps, a statement each where anything waits: the middle one of those who wait, by when they came to the step."""
    live, theirs = Parcel.objects.filter(boxed.of(reach)).order_by(), Order.objects.filter(orders.of(reach))
    asked: Sequence[tuple[str, int, QuerySet[Order] | QuerySet[Parcel], str]] = (
        ("review", now.review, theirs.filter(stage=states.PENDING_REVIEW), "arrived_at"),
        ("to_wave", now.to_wave, theirs.filter(stage=states.APPROVED, holds=0), "approved_at"),
        ("picking", now.picking, live.filter(TO_PICK), "made_at"),
        ("packing", now.packing, live.filter(TO_PACK), "wave__picked_at"),
        ("shipping", now.shipping, live.filter(stage=parcels.PACKED), "packed_at"),
    )
    return [Step(code, count, _median_wait(rows, since, count, at)) for code, count, rows, since in asked]


def _median_wait(rows: QuerySet[Order] | QuerySet[Parcel], since: str, count: int, at: datetime) -> float | None:
    if not count:
        return None
    middle = rows.order_by(since).values_list(since, flat=True)[count // 2 : count // 2 + 1]
    found = next(iter(middle), None)
    return (at - found).total_seconds() if found else None


def beginnings(person_id: int) -> Mapping[str, bool]:
    """Which of the first steps of a shop were ever taken. One statement."""
    asked = User.objects.filter(pk=person_id).values(
        shop=Exists(Shop.objects.order_by()),
        warehouse=Exists(Warehouse.objects.order_by()),
        carrier=Exists(Carrier.objects.filter(enabled=True)),
        away=Exists(Preference.objects.filter(person=None, name=FIRST_STEPS, value__away=True)),
        together=Exists(User.objects.exclude(pk=OuterRef("pk"))) | Exists(Invitation.objects.order_by()),
        goods=Exists(Sku.objects.order_by()),
        stocked=Exists(Level.objects.filter(on_hand__gt=0)),
        ordered=Exists(Order.objects.order_by()),
        reviewed=Exists(Order.objects.filter(approved_at__isnull=False)),
        waved=Exists(Wave.objects.order_by()),
        shipped=Exists(Order.objects.filter(shipped_at__isnull=False)),
        guarded=Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=STRONG)),
    )
    return {step: bool(taken) for step, taken in asked.get().items()}
