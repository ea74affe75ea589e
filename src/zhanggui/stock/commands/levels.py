"""Locking levels and shelves in one order, whoever changes them: batches never wait for each other in a ring.

Levels come first, by id; shelves after them, by bin and SKU. SQLite needs none of it: it has one writer.
"""

from collections.abc import Collection, Iterable

from django.db import connection

from zhanggui.kernel import db

Key = tuple[int, int]


def stand(keys: Iterable[Key]) -> None:
    """Levels of (warehouse, SKU) stand, made empty where new, and are ours until the end."""
    rows = sorted(set(keys))
    if not rows:
        return
    homes, home_ids = db.among("warehouse_id", sorted({home for home, _ in rows}))
    skus, sku_ids = db.among("sku_id", sorted({sku for _, sku in rows}))
    standing = set(db.fetch(f"SELECT warehouse_id, sku_id FROM stock_level WHERE {homes} AND {skus}", [home_ids, sku_ids]))
    db.execute_many(
        "INSERT INTO stock_level (warehouse_id, sku_id, on_hand, claimed, safety) VALUES (%s, %s, 0, 0, 0) "
        "ON CONFLICT (warehouse_id, sku_id) DO NOTHING",
        [key for key in rows if key not in standing],
    )
    if connection.vendor == "postgresql":
        lock = f"SELECT id FROM stock_level WHERE {homes} AND {skus} ORDER BY id FOR NO KEY UPDATE"
        db.fetch(lock, [home_ids, sku_ids])


def lock_shelves(places: Collection[Key]) -> None:
    """These (bin, SKU) that lie somewhere are ours until the end."""
    if connection.vendor != "postgresql" or not places:
        return
    bins, bin_ids = db.among("bin_id", sorted({bin_id for bin_id, _ in places}))
    skus, sku_ids = db.among("sku_id", sorted({sku_id for _, sku_id in places}))
    db.fetch(f"SELECT id FROM stock_shelf WHERE {bins} AND {skus} ORDER BY bin_id, sku_id FOR NO KEY UPDATE", [bin_ids, sku_ids])
