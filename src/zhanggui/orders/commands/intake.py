"""Taking orders into the books: each shop's number once, however often and by whom it is brought."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from zhanggui.customers import sealing
from zhanggui.customers.models import Recipient
from zhanggui.journal.book import command, numbers, tell
from zhanggui.kernel import clock, db, guards
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.flow import Move
from zhanggui.orders import states
from zhanggui.orders.drafts import Known, NewOrder, Placed
from zhanggui.orders.events import OrderPlaced
from zhanggui.orders.models import Line, Order, Shop

ORDER = (
    "id", "number", "shop_id", "platform_no", "source", "kind", "stage", "payment", "payment_method", "currency", "goods_minor",
    "discount_minor", "freight_minor", "total_minor", "paid_minor", "pieces", "kinds", "recipient_id", "buyer_note", "seller_note",
    "flag", "platform_status", "waybill", "placed_at", "paid_at", "ship_by", "arrived_at", "fingerprint",
)  # fmt: skip
LINE = (
    "order_id", "position", "sku_id", "sku_code", "name", "spec", "quantity", "unit_minor", "discount_minor", "total_minor",
    "note", "platform_no", "placed_at",
)  # fmt: skip


def fingerprint(order: NewOrder, key: bytes) -> bytes:
    """Sixteen keyed bytes that tell a repeat from a change; without the key they say nothing of the person."""
    facts = (tuple(map(tuple, order.lines)), tuple(order.person), order[4:10], order.buyer_note, order.seller_note)
    return hashlib.blake2b(repr(facts).encode(), key=key, digest_size=16).digest()


@command(needs="order.create")
def place(orders: Sequence[NewOrder], *, shop_id: int, by: Actor, at: datetime, source: str = "file") -> Placed:
    """Write new orders with their recipients and lines; those already here are named, and nothing of them changes.

    Idempotent on (shop, platform number): two who bring the same order at once make one. Within one batch the first
    of a number counts. Every new order tells OrderPlaced and starts its history.
    """
    shop = Shop.objects.get(pk=shop_id)
    ring = settings.KEY_RING
    prints = {order.platform_no: fingerprint(order, ring.index) for order in reversed(orders)}
    known = known_orders(shop_id, prints) if guards.stands("intake.unique") else {}
    fresh = list({order.platform_no: order for order in reversed(orders) if order.platform_no not in known}.values())
    fresh.reverse()
    if not fresh:
        return Placed({}, known)
    ids = db.take_ids(Order, len(fresh))
    people = db.take_ids(Recipient, len(fresh))
    day = f"{clock.day_of(at):%y%m%d}"
    running = numbers(f"order:{day}", len(fresh))
    ship_within = timedelta(hours=shop.ship_within_h)
    recipients, rows, lines = [], [], []
    adapt = db.adapter()
    arrived = adapt(at)
    for id_, person_id, count, order in zip(ids, people, running, fresh, strict=True):
        recipients.append(sealing.row_of(order.person, person_id, arrived, ring))
        placed = adapt(order.placed_at)
        goods = pieces = 0
        for position, line in enumerate(order.lines, 1):
            goods += line.total_minor
            pieces += line.quantity
            lines.append((
                id_, position, line.sku_id, line.sku_code[:64], line.name[:200], line.spec[:200], line.quantity, line.unit_minor,
                line.discount_minor, line.total_minor, line.note[:200], line.platform_no[:64], placed,
            ))  # fmt: skip
        due = order.ship_by or (order.paid_at or order.placed_at) + ship_within
        rows.append((
            id_, f"{day}-{count:05d}", shop_id, order.platform_no, source, order.kind, order.stage, order.payment,
            order.payment_method[:32], order.currency, goods, order.discount_minor, order.freight_minor, order.total_minor,
            order.paid_minor, pieces, len(order.lines), person_id, order.buyer_note[:500], order.seller_note[:500], order.flag[:8],
            order.platform_status[:60], order.waybill[:40], placed, adapt(order.paid_at), adapt(due), arrived,
            prints[order.platform_no],
        ))  # fmt: skip
    db.insert_many(Recipient, sealing.COLUMNS, recipients, adapted=True)
    db.insert_many(Order, ORDER, rows, adapted=True)
    db.insert_many(Line, LINE, lines, adapted=True)
    moves = [Move(id_, 1, "", order.stage) for id_, order in zip(ids, fresh, strict=True)]
    tell([OrderPlaced(id_) for id_ in ids], by=by, at=at, moves=moves)
    return Placed({order.platform_no: id_ for id_, order in zip(ids, fresh, strict=True)}, known)


def known_orders(shop_id: int, prints: dict[str, bytes]) -> dict[str, Known]:
    """Platform number → the order that is here, for those of ``prints`` (number → fingerprint) that are."""
    chosen, wanted = db.among("platform_no", prints)
    rows = db.fetch(
        f"SELECT platform_no, id, fingerprint, stage FROM orders_order WHERE shop_id = %s AND {chosen}", [shop_id, wanted]
    )
    return {no: Known(id_, bytes(print_) == prints[no], stage) for no, id_, print_, stage in rows}


def first_stage(said: str) -> str:
    """Where an order's life begins in our books, from what its shop says of it."""
    return {
        "unpaid": states.PENDING_PAYMENT,
        "paid": states.PENDING_REVIEW,
        "shipped": states.SHIPPED,
        "completed": states.COMPLETED,
        "cancelled": states.CANCELLED,
    }.get(said, states.PENDING_REVIEW)
