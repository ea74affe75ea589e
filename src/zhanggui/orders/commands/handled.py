"""Counting how orders were worked, a day at a time, so that a page reads a row a shop and day and never the book."""

from datetime import date, datetime, timedelta

from zhanggui.kernel import clock, db
from zhanggui.orders.models import DayHandled, Order
from zhanggui.orders.rules.touching import APART, RULE_ACTOR, STOPPED

# So far back days are counted that are not yet; so many orders at one time, and the rest with the next slot.
DAYS, MOST = 92, 200_000
COLUMNS = ("shop_id", "day", "shipped", "touches", "by_itself", "held", "changed", "wrong", "counted_at")

# Each order that left on the day with what people did to it before. Several lines of one act share their moment, and are one touch.
EACH = f"""
SELECT o.shop_id AS shop_id, o.approved_at AS approved_at,
  COUNT(DISTINCT CASE WHEN {{touch}} THEN e.at END) AS touches,
  MIN(CASE WHEN {{touch}} THEN e.at END) AS first_touch,
  MAX(CASE WHEN e.name IN ({", ".join(f"'{name}'" for name in STOPPED)}) THEN 1 ELSE 0 END) AS held,
  MAX(CASE WHEN e.name = 'OrderChanged' AND e.actor_name <> '{RULE_ACTOR}' THEN 1 ELSE 0 END) AS changed
FROM orders_order o LEFT JOIN journal_entry e ON e.subject_kind = 'order' AND e.subject_id = o.id AND e.at <= o.shipped_at
WHERE o.shipped_at >= %s AND o.shipped_at < %s GROUP BY o.id, o.shop_id, o.approved_at
"""
TOUCH = "e.actor_kind = 'person' AND e.name NOT IN ({})".format(", ".join(f"'{name}'" for name in APART))
DAY = f"""
SELECT shop_id, COUNT(*), SUM(touches), SUM(CASE WHEN first_touch IS NULL OR first_touch > approved_at THEN 1 ELSE 0 END),
  SUM(held), SUM(changed), SUM(CASE WHEN held = 1 OR changed = 1 THEN 1 ELSE 0 END)
FROM ({EACH.replace("{touch}", TOUCH)}) AS each_order GROUP BY shop_id ORDER BY shop_id
"""


def count(*, at: datetime) -> int:
    """Count today, yesterday and what of the last quarter is not counted yet, the newest first; how many orders that were.

    Nothing the book would want to know: what is counted stands there already. A day is one look and one writing.
    """
    today, seen = clock.day_of(at), 0
    # A day is settled once it was counted after it was over.
    settled = {
        day for day, counted_at in DayHandled.objects.filter(day__gt=today - timedelta(days=DAYS)).values_list("day", "counted_at")
        if counted_at >= clock.day_bounds(day)[1]
    }  # fmt: skip
    days = [today - timedelta(days=back) for back in range(DAYS)]
    last: date | None = today
    for day in (day for day in days if day not in settled):
        if last is not None and day < last:
            last = _last_by(day)
        if last is None or seen >= MOST:
            break
        # Where nothing left there is nothing to count: the day is passed over without a look.
        if day == last:
            seen += _count(day, at)
    return seen


def _last_by(day: date) -> date | None:
    """The last day up to ``day`` on which an order left."""
    left = Order.objects.filter(shipped_at__lt=clock.day_bounds(day)[1]).order_by("-shipped_at", "-pk")
    moment = left.values_list("shipped_at", flat=True).first()
    return clock.day_of(moment) if moment else None


def _count(day: date, at: datetime) -> int:
    start, end = clock.day_bounds(day)
    rows = db.fetch(DAY, [db.adapt(start), db.adapt(end)])
    if rows:
        with db.write():
            DayHandled.objects.filter(day=day).delete()
            DayHandled.objects.bulk_create([
                DayHandled(**dict(zip(COLUMNS, (row[0], day, *map(int, row[1:]), at), strict=True))) for row in rows
            ])  # fmt: skip
    return sum(int(row[1]) for row in rows)
