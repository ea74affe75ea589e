"""How many orders each category holds and each tag is on, and what the last days brought."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum

from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.orders import reaching, states
from zhanggui.orders.models import Category, Order, Tag, Tagged


@dataclass(frozen=True)
class Drawer:
    """A category with its figures: orders of all time, and count and sum of those placed ``since`` that were not cancelled.
    Sums are of the house's own currency."""

    category: Category
    every: int
    orders: int
    total_minor: int


def drawers(*, since: datetime, reach: Reach = EVERYWHERE, currency: str = "CNY") -> list[Drawer]:
    """Every category in its order, those put away last. Three statements, all on the index of what is sorted."""
    sorted_ = Order.objects.filter(reaching.of(reach), category__isnull=False).order_by()
    every = dict(sorted_.values_list("category").annotate(n=Count("pk")))
    lately = sorted_.filter(placed_at__gte=since).exclude(stage=states.CANCELLED)
    sums = Sum("total_minor", filter=Q(currency=currency))
    found = {pk: (n, total or 0) for pk, n, total in lately.values_list("category").annotate(n=Count("pk"), total=sums)}
    rows = sorted(Category.objects.all(), key=lambda row: (row.archived_at is not None, row.place, row.pk))
    return [Drawer(row, every.get(row.pk, 0), *found.get(row.pk, (0, 0))) for row in rows]


@dataclass(frozen=True)
class Worn:
    """A tag, on how many orders it is, and on how many placed ``since`` that were not cancelled."""

    tag: Tag
    every: int
    orders: int


def tags(*, since: datetime, reach: Reach = EVERYWHERE) -> list[Worn]:
    """Every tag in its order, those put away last. Three statements."""
    worn = Tagged.objects.filter(reaching.of(reach, "order__")).order_by()
    every = dict(worn.values_list("tag").annotate(n=Count("pk")))
    lately = dict(worn.filter(order__placed_at__gte=since).exclude(order__stage=states.CANCELLED).values_list("tag").annotate(n=Count("pk")))
    rows = sorted(Tag.objects.all(), key=lambda row: (row.archived_at is not None, row.place, row.pk))
    return [Worn(row, every.get(row.pk, 0), lately.get(row.pk, 0)) for row in rows]
