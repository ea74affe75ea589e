"""Where parcels are: the board, those that are stuck, one trail, all trails. Each a fixed number of statements."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import F, Prefetch, Q

from zhanggui.carriers.port import Status
from zhanggui.fulfilment import shipments
from zhanggui.fulfilment.models import Fellow
from zhanggui.kernel import db
from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.tracking import reaching
from zhanggui.tracking.models import Stop, Trail
from zhanggui.tracking.rules import eta

PAGE, CAP = 50, 10_000
# The newest parcels that arrived tell how long a lane takes.
HISTORY = 3000
WORD = {
    Status.ANNOUNCED: "待揽收",
    Status.PICKED_UP: "已揽收",
    Status.IN_TRANSIT: "运输中",
    Status.OUT_FOR_DELIVERY: "派送中",
    Status.DELIVERED: "已签收",
    Status.FAILED_ATTEMPT: "派送失败",
    Status.REFUSED: "拒收",
    Status.RETURNED: "已退回",
    Status.LOST: "丢失",
}
MOVING = (Status.PICKED_UP, Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY)
TROUBLE = (Status.FAILED_ATTEMPT, Status.REFUSED, Status.RETURNED, Status.LOST)


class Stuck(NamedTuple):
    """A parcel somebody should look at. ``why``: not-collected, not-moving, or the carrier's bad news as a status."""

    trail: Trail
    why: str


class Filters(NamedTuple):
    """``search`` is a whole waybill, parcel or order number. ``late``: past its expected arrival at that moment."""

    status: str = ""
    carrier_id: int | None = None
    search: str = ""
    late: datetime | None = None
    before_id: int | None = None
    limit: int = PAGE
    reach: Reach = EVERYWHERE


def board(*, reach: Reach = EVERYWHERE) -> dict[str, int]:
    """Status → how many parcels stand there, every status named, each counted no further than ``CAP`` + 1. One statement."""
    rows = Trail.objects.filter(reaching.of(reach))
    parts = [db.counted(rows.filter(status=status.value), CAP) for status in Status]
    sql = ", ".join(part for part, _params in parts)
    found = db.fetch(f"SELECT {sql}", [each for _part, params in parts for each in params])[0]
    return {status.value: int(many) for status, many in zip(Status, found, strict=True)}


def stuck(since: datetime, *, reach: Reach = EVERYWHERE, limit: int = 200) -> list[Stuck]:
    """Parcels that stand still since that moment, and those the carrier brings bad news of; longest first. One statement."""
    still = Q(status=Status.ANNOUNCED, since__lt=since) | Q(status__in=MOVING, last_at__lt=since)
    # Which they are the trails say by themselves: what stands beside them is fetched for those alone.
    longest = Trail.objects.filter(still | Q(status__in=TROUBLE)).filter(reaching.of(reach)).order_by("since", "id").values("pk")[:limit]
    rows = Trail.objects.filter(pk__in=longest).select_related("carrier", "parcel__order__recipient")
    return [Stuck(trail, why(trail, since)) for trail in rows.order_by("since", "id")]


def why(trail: Trail, since: datetime) -> str:
    """Why somebody should look at it (see ``Stuck``); empty where nobody need. What ``stuck`` asks of all, asked of one that is here."""
    if trail.status == Status.ANNOUNCED:
        return "not-collected" if trail.since < since else ""
    if trail.status in MOVING:
        return "not-moving" if trail.last_at is not None and trail.last_at < since else ""
    return trail.status if trail.status in TROUBLE else ""


def trail(parcel_id: int, *, reach: Reach = EVERYWHERE) -> Trail | None:
    """One parcel's trail with its carrier and ``stops``, newest scan first. Two statements."""
    stops = Stop.objects.order_by("-at", "-id")
    rows = Trail.objects.filter(reaching.of(reach), parcel_id=parcel_id).select_related("carrier", "parcel__order")
    return rows.prefetch_related(Prefetch("stops", stops)).first()


def rows(filters: Filters = Filters()) -> list[Trail]:
    """Trails, newest first, with carrier, parcel, order and recipient; the next page begins ``before_id``. One statement."""
    found = Trail.objects.select_related("carrier", "parcel__order__recipient").order_by("-id")
    found = found.filter(reaching.of(filters.reach))
    if filters.status:
        found = found.filter(status=filters.status)
    if filters.carrier_id is not None:
        found = found.filter(carrier_id=filters.carrier_id)
    if filters.search:
        said = filters.search.strip()
        which = Q(waybill=said.upper()) | Q(parcel__number=said.upper()) | Q(parcel__order__number=said)
        rides = Fellow.objects.filter(Q(order__number=said) | Q(order__platform_no=said)).values("parcel_id")
        found = found.filter(which | Q(parcel__order__platform_no=said) | Q(parcel__in=rides))
    if filters.late is not None:
        found = found.filter(delivered_at=None, expected_at__lt=filters.late).exclude(status=Status.RETURNED)
    if filters.before_id is not None:
        found = found.filter(pk__lt=filters.before_id)
    return list(found[: filters.limit])


def numbers_of(parcel_ids: Collection[int]) -> list[tuple[int, str]]:
    """(carrier, waybill) of these parcels that have a number. One statement."""
    chosen, ids = db.among("parcel_id", sorted(set(parcel_ids)))
    found = db.fetch(f"SELECT carrier_id, number FROM fulfilment_waybill WHERE {chosen} AND state = 'issued' ORDER BY id", [ids])
    return [(carrier_id, number) for carrier_id, number in found]


def lane_times() -> dict[eta.Lane, timedelta]:
    """How long the newest parcels took from province to province. Two statements."""
    warehouses = db.fetch("SELECT id, sender FROM stock_warehouse")
    homes = {id_: str(shipments.as_facts(sender).get("province", "")) for id_, sender in warehouses}
    found = (
        Trail.objects.filter(status=Status.DELIVERED, delivered_at__gt=F("since"))
        .order_by("-last_at")
        .values_list("parcel__warehouse_id", "parcel__order__recipient__province", "since", "delivered_at")[:HISTORY]
    )
    return eta.medians(((homes.get(home, ""), to), arrived - since) for home, to, since, arrived in found if arrived)
