"""What the review desk asks: which reasons hold how many, who is next, and one order with everything the rules see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.orders import reaching, states
from zhanggui.orders.checks.check import findings
from zhanggui.orders.checks.facts import Facts, Finding
from zhanggui.orders.checks.reasons import REASONS
from zhanggui.orders.facts_of import gather
from zhanggui.orders.holding import Types
from zhanggui.orders.models import Hold, Line, Order
from zhanggui.orders.reading.detail import Whole, whole
from zhanggui.orders.tuning import Forces
from zhanggui.stock import reaching as stock
from zhanggui.stock.models import Level

GREEN = "green"
LINE_UP = 1000
# As they stand in the list of reasons; plugins' come after ours.
PLACES = {code: nth for nth, code in enumerate(REASONS)}


@dataclass(frozen=True)
class Tally:
    """Orders at review by what holds them; ``green`` are held by nothing, ``late`` not looked at in time."""

    by_reason: dict[str, int]
    green: int
    late: dict[str, int]
    types: Types


@dataclass(frozen=True)
class Case:
    """One order on the desk: ``facts`` and ``found`` are None and empty when it left review meanwhile."""

    whole: Whole
    facts: Facts | None
    found: list[Finding]


@dataclass(frozen=True)
class Shelf:
    """A SKU in one warehouse."""

    warehouse: str
    on_hand: int
    claimed: int
    free: int


def by_reason(*, reach: Reach = EVERYWHERE) -> dict[str, int]:
    """Reason → orders at review it holds. One statement."""
    return dict(_held(reach).values_list("code").annotate(many=Count("id")))


def _held(reach: Reach) -> QuerySet[Hold]:
    return Hold.objects.filter(cleared_at=None, order__stage=states.PENDING_REVIEW).filter(reaching.of(reach, "order__"))


def tally(*, at: datetime, reach: Reach = EVERYWHERE) -> Tally:
    """Four statements over what stands at review."""
    types = Types()
    rows = by_reason(reach=reach)
    ordered = {code: rows[code] for code in sorted(rows, key=lambda code: (PLACES.get(code, len(PLACES)), code))}
    late = dict(_held(reach).filter(types.late(at)).values_list("code").annotate(many=Count("id")))
    green = Order.objects.filter(reaching.of(reach), stage=states.PENDING_REVIEW, holds=0).count()
    return Tally(ordered, green, late, types)


def line_up(reason: str, *, reach: Reach = EVERYWHERE) -> list[int]:
    """The orders at review held for this reason (``green``: for none), first promised first. One statement."""
    rows = Order.objects.filter(stage=states.PENDING_REVIEW).filter(reaching.of(reach))
    if reason == GREEN:
        rows = rows.filter(holds=0)
    else:
        rows = rows.filter(pk__in=Hold.objects.filter(cleared_at=None, code=reason).values("order_id"))
    return list(rows.order_by("ship_by", "id").values_list("pk", flat=True)[:LINE_UP])


def case(order_id: int, *, at: datetime, stages: Sequence[str] | None = None, reach: Reach = EVERYWHERE) -> Case:
    """The order, and what the rules say of it at this moment. Raises NotFound."""
    order = whole(order_id, stages=stages, reach=reach)
    facts = next(iter(gather([order_id], at=at).facts), None)
    return Case(order, facts, findings(facts, Forces().of(facts.shop_id)) if facts is not None else [])


def other(order_id: int, *, reach: Reach = EVERYWHERE) -> tuple[Order, list[Line]] | None:
    """An order to compare with, and its lines; None for one that is not theirs to see. Two statements."""
    rows = Order.objects.select_related("shop", "recipient").defer("fingerprint", "recipient__sealed")
    found = rows.filter(reaching.of(reach), pk=order_id).first()
    return (found, list(Line.objects.filter(order=order_id).order_by("position"))) if found is not None else None


def shelves(sku_ids: Sequence[int], *, reach: Reach = EVERYWHERE) -> dict[int, list[Shelf]]:
    """SKU → how it stands in each warehouse. One statement."""
    found: dict[int, list[Shelf]] = {}
    levels = Level.objects.filter(stock.of(reach), sku__in=sku_ids).select_related("warehouse")
    for level in levels.order_by("-warehouse__is_default", "warehouse__name"):
        free = max(level.on_hand - level.claimed - level.safety, 0)
        found.setdefault(level.sku_id, []).append(Shelf(level.warehouse.name, level.on_hand, level.claimed, free))
    return found
