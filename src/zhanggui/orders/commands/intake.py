"""Taking orders into the books: each shop's number once, however often and by whom it is brought."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from zhanggui.customers import sealing
from zhanggui.customers.models import Recipient
from zhanggui.journal.book import command, numbers, tell
from zhanggui.kernel import clock, db, guards
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.flow import Move
from zhanggui.orders import numbering, sources, states
from zhanggui.orders import prepared as making
from zhanggui.orders.commands import dues
from zhanggui.orders.drafts import NewOrder, Placed
from zhanggui.orders.events import OrderPlaced
from zhanggui.orders.models import Line, Order, Shop
from zhanggui.orders.prepared import Prepared, Way
from zhanggui.orders.queries import known_orders
from zhanggui.orders.refusals import ShopClosed

ORDER = ("id", "number", "shop_id", "source", "recipient_id", "arrived_at", *making.ORDER)
LINE = ("order_id", "position", "sku_id", *making.LINE, "ships_from")
STAGE = making.ORDER.index("stage")


@command(needs="order.create", over="shop@shop_id")
def place(orders: Sequence[NewOrder], *, shop_id: int, by: Actor, at: datetime, source: str = "file") -> Placed:
    """Write new orders with their recipients and lines; those already here are named, and nothing of them changes.

    Idempotent on (shop, platform number): two who bring the same order at once make one. Within one batch the first
    of a number counts. Every new order tells OrderPlaced and starts its history. Raises ``SourceClosed`` where the merchant
    switched this way in off, ``SourceUnknown`` where there is none, ``ShopClosed`` where the shop takes no new ones.
    """
    sources.require(source)
    way = way_of(Shop.objects.get(pk=shop_id))
    return write([making.prepared(order, way) for order in orders], shop_id=shop_id, source=source, by=by, at=at)


def way_of(shop: Shop) -> Way:
    """How this shop's orders are made ready for this database."""
    return Way(naive=connection.vendor == "sqlite", ring=settings.KEY_RING, ship_within=timedelta(hours=shop.ship_within_h))


@command(needs="order.create", over="shop@shop_id")
def write(orders: Sequence[Prepared], *, shop_id: int, by: Actor, at: datetime, source: str = "file") -> Placed:
    """What ``place`` promises, for orders that were made ready before. Raises ``ShopClosed`` where one of them is new to a shop that
    is switched off; those that are here are named all the same."""
    prints = {order.platform_no: order.fingerprint for order in reversed(orders)}
    known = known_orders(shop_id, prints) if guards.stands("intake.unique") else {}
    fresh = list({order.platform_no: order for order in reversed(orders) if order.platform_no not in known}.values())
    fresh.reverse()
    if not fresh:
        return Placed({}, known)
    shop = Shop.objects.get(pk=shop_id)
    if not shop.enabled:
        raise ShopClosed(shop=shop.name)
    ids = db.take_ids(Order, len(fresh))
    people = db.take_ids(Recipient, len(fresh))
    form, day = numbering.in_force(), clock.day_of(at)
    lead, running = form.lead(day), numbers(form.series(day), len(fresh))
    arrived = db.adapt(at)
    recipients, rows, lines = [], [], []
    for id_, person_id, count, order in zip(ids, people, running, fresh, strict=True):
        recipients.append((person_id, *order.recipient, arrived))
        rows.append((id_, form.written(lead, count), shop_id, source, person_id, arrived, *order.order))
        awaits = order.awaits or (None,) * len(order.lines)
        for position, (line, sku_id, ships_from) in enumerate(zip(order.lines, order.skus, awaits, strict=True), start=1):
            lines.append((id_, position, sku_id, *line, ships_from))
    db.insert_many(Recipient, sealing.COLUMNS, recipients, adapted=True)
    db.insert_many(Order, ORDER, rows, adapted=True)
    db.insert_many(Line, LINE, lines, adapted=True)
    waiting = [id_ for id_, order in zip(ids, fresh, strict=True) if order.order[STAGE] == states.PENDING_PAYMENT]
    if waiting:
        dues.wait_for(waiting, by=by, at=at)
    moves = [Move(id_, 1, "", order.order[STAGE]) for id_, order in zip(ids, fresh, strict=True)]
    tell([OrderPlaced(id_) for id_ in ids], by=by, at=at, moves=moves)
    return Placed({order.platform_no: id_ for id_, order in zip(ids, fresh, strict=True)}, known)
