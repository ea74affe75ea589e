"""Counting how orders were worked, a day at a time, so that a page reads a row a shop and day and never the book."""

from datetime import date, datetime, timedelta

from zhanggui.kernel import clock, db
from zhanggui.orders.models import DayHandled
from zhanggui.orders.rules.touching import APART, STOPPED

# So far back days are counted that are not yet; so many orders at one time, and the rest with the next slot.
DAYS, MOST = 92, 200_000
COLUMNS = ("shop_id", "day", "shipped", "touches", "by_itself", "held", "changed", "wrong", "counted_at")

# Each order that left on the day with what people did to it before. Several lines of one act share their moment, and are one touch.
EACH = f"""
SELECT o.shop_id AS shop_id, o.approved_at AS approved_at,
  COUNT(DISTINCT CASE WHEN {{touch}} THEN e.at END) AS touches,
  MIN(CASE WHEN {{touch}} THEN e.at END) AS first_touch,
  MAX(CASE WHEN e.name IN ({", ".join(f"'{name}'" for name in STOPPED)}) THEN 1 ELSE 0 END) AS held,
  MAX(CASE WHEN e.name = 'OrderChanged' THEN 1 ELSE 0 END) AS changed
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
    for back in range(DAYS):
        day = today - timedelta(days=back)
        if day not in settled:
            seen += _count(day, at)
        if seen >= MOST:
            break
    return seen


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
