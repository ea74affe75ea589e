"""Orders held from before a look at them until what follows from it is written."""

from collections.abc import Iterable

from django.db import connection

from zhanggui.kernel import db, guards


def lock(order_ids: Iterable[int]) -> None:
    """These orders are ours until the end, where the database locks rows: what is counted of them stays so. One statement."""
    if connection.vendor == "postgresql" and guards.stands("orders.lock"):
        chosen, ids = db.among("id", sorted(set(order_ids)))
        db.fetch(f"SELECT id FROM orders_order WHERE {chosen} ORDER BY id FOR NO KEY UPDATE", [ids])
