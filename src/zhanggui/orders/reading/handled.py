"""How much of the work on orders is done by hand: touches per order, the share approved without one, and how many went wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, Sum

from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.orders import reaching
from zhanggui.orders.models import DayHandled

FIGURES = ("shipped", "touches", "by_itself", "held", "changed", "wrong")


@dataclass(frozen=True)
class Handled:
    """Of ``shipped`` orders. ``per_order`` is None where there are none."""

    shipped: int = 0
    touches: int = 0
    by_itself: int = 0
    held: int = 0
    changed: int = 0
    wrong: int = 0

    @property
    def per_order(self) -> float | None:
        return self.touches / self.shipped if self.shipped else None

    @property
    def alone(self) -> float | None:
        """The share approved with no hand before."""
        return self.by_itself / self.shipped if self.shipped else None

    @property
    def errors(self) -> float | None:
        """The share that had been stopped or had to be changed."""
        return self.wrong / self.shipped if self.shipped else None


@dataclass(frozen=True)
class Day:
    day: date
    handled: Handled


@dataclass(frozen=True)
class Trend:
    """Every day of the period, the oldest first, also those when nothing left; the whole; and when it was last counted."""

    days: Sequence[Day]
    whole: Handled
    counted_at: datetime | None


def trend(until: date, days: int, *, shop_id: int | None = None, reach: Reach = EVERYWHERE) -> Trend:
    """One statement over a row a shop and day, however many orders there are."""
    first = until - timedelta(days=days - 1)
    rows = DayHandled.objects.filter(reaching.shops(reach), day__gte=first, day__lte=until)
    if shop_id is not None:
        rows = rows.filter(shop_id=shop_id)
    sums = {name: Sum(name) for name in FIGURES}
    found: dict[date, dict[str, Any]] = {row["day"]: dict(row) for row in rows.values("day").annotate(**sums, last=Max("counted_at")).order_by("day")}
    every = []
    for back in range(days):
        day = first + timedelta(days=back)
        row = found.get(day)
        every.append(Day(day, Handled(**{name: int(row[name]) for name in FIGURES}) if row else Handled()))
    whole = Handled(**{name: sum(getattr(each.handled, name) for each in every) for name in FIGURES})
    return Trend(every, whole, max((row["last"] for row in found.values()), default=None))
