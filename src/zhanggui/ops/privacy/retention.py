"""What is past its time: orders long done keep their figures and a mask, and nobody's name, phone or door."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from zhanggui.customers.commands import erasing, limits
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.lessons.commands import emptying

AT_ONCE = erasing.AT_ONCE
# An order that goes on, or ended lately, keeps the person; so does one of two that share a recipient.
DONE = "COALESCE(o.completed_at, o.cancelled_at)"
DUE = (
    "FROM customers_recipient r JOIN orders_order o ON o.recipient_id = r.id WHERE r.erased_at IS NULL AND r.kept_why = '' "
    f"AND o.stage IN ('completed', 'cancelled') AND {DONE} < %s AND NOT EXISTS (SELECT 1 FROM orders_order p WHERE p.recipient_id = r.id "
    "AND (p.stage NOT IN ('completed', 'cancelled') OR COALESCE(p.completed_at, p.cancelled_at) >= %s))"
)

# Whom only a template knew, once it is archived and as long out of use.
ARCHIVED = (
    "FROM customers_recipient r JOIN orders_template t ON t.recipient_id = r.id JOIN orders_shop s ON s.id = t.shop_id "
    "WHERE r.erased_at IS NULL AND r.kept_why = '' AND t.archived_at < %s "
    "AND NOT EXISTS (SELECT 1 FROM orders_template u WHERE u.recipient_id = r.id AND (u.archived_at IS NULL OR u.archived_at >= %s))"
)


class Month(NamedTuple):
    """How many people of one shop's orders of one month (``2026-03``, UTC) would be erased."""

    shop: str
    month: str
    people: int


def edge(at: datetime, days: int | None = None) -> datetime | None:
    """Orders that ended before this are past their time; None where everything is kept."""
    kept = limits.days_kept() if days is None else days
    return at - timedelta(days=kept) if kept else None


def due(at: datetime, *, days: int | None = None) -> list[Month]:
    """What the next run would erase, by shop and month; nothing is touched. ``days`` tries another figure."""
    before = edge(at, days)
    if before is None:
        return []
    month = f"SUBSTR({DONE}, 1, 7)" if connection.vendor == "sqlite" else f"to_char({DONE} AT TIME ZONE 'UTC', 'YYYY-MM')"
    moment = db.adapt(before)
    rows = db.fetch(
        f"SELECT s.name, {month}, COUNT(DISTINCT r.id) {DUE.replace(' WHERE ', ' JOIN orders_shop s ON s.id = o.shop_id WHERE ', 1)} "
        f"GROUP BY s.name, {month} ORDER BY 2, 1",
        [moment, moment],
    )
    month = "SUBSTR(t.archived_at, 1, 7)" if connection.vendor == "sqlite" else "to_char(t.archived_at AT TIME ZONE 'UTC', 'YYYY-MM')"
    rows += db.fetch(f"SELECT s.name, {month}, COUNT(DISTINCT r.id) {ARCHIVED} GROUP BY s.name, {month} ORDER BY 2, 1", [moment, moment])
    found: dict[tuple[str, str], int] = {}
    for shop, when, people in rows:
        found[shop, when] = found.get((shop, when), 0) + people
    return [Month(shop, when, people) for (shop, when), people in sorted(found.items(), key=lambda row: (row[0][1], row[0][0]))]


def run(*, by: Actor, at: datetime, most: int = 200_000) -> int:
    """Erase what is past its time, at most ``most`` people, a thousand a transaction; how many that were."""
    before, many = edge(at), 0
    while before is not None and many < most:
        moment = db.adapt(before)
        ids = [id_ for (id_,) in db.fetch(f"SELECT DISTINCT r.id {DUE} LIMIT %s", [moment, moment, AT_ONCE])]
        ids = ids or [id_ for (id_,) in db.fetch(f"SELECT DISTINCT r.id {ARCHIVED} LIMIT %s", [moment, moment, AT_ONCE])]
        if not ids:
            break
        with db.write():
            erased = erasing.erase(ids, cause=erasing.OLD, by=by, at=at).ids
            quieten(erased, at=at)
        if not erased:
            break
        many += len(erased)
    return many


def quieten(recipient_ids: Sequence[int], *, at: datetime, ours: bool = False) -> None:
    """What buyers wrote beside these people's orders goes with them; with ``ours`` what we wrote, too."""
    chosen, ids = db.among("recipient_id", sorted(recipient_ids))
    sellers = ", seller_note = ''" if ours else ""
    also = f"{sellers}, internal_note = ''" if ours else ""
    db.execute(f"UPDATE orders_order SET buyer_note = ''{also} WHERE {chosen}", [ids])
    db.execute(f"UPDATE orders_line SET note = '' WHERE note <> '' AND order_id IN (SELECT id FROM orders_order WHERE {chosen})", [ids])
    if ours:
        # What they said when somebody asked for their money.
        db.execute(
            "UPDATE payments_account SET contact_note = '' WHERE contact_note <> '' "
            f"AND order_id IN (SELECT id FROM orders_order WHERE {chosen})",
            [ids],
        )
        emptying.empty(recipient_ids, at=at)
    db.execute(f"UPDATE orders_template SET buyer_note = ''{sellers} WHERE {chosen}", [ids])
