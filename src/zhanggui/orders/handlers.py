"""What orders do when something happened."""

from collections.abc import Sequence
from datetime import datetime

from zhanggui.customers.events import BuyerBlocked, BuyerUnblocked
from zhanggui.journal.events import on
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import blocked, releasing, review
from zhanggui.orders.events import OrderChanged, OrderPlaced, OrderRestored, OrderSubmitted
from zhanggui.payments.events import PaymentReceived
from zhanggui.stock.events import StockReceived

# What of an order may mean that its money came.
MONEY = frozenset({"payment", "paid", "total", "discount", "freight", "quantity"})


@on(OrderPlaced)
def review_placed(events: Sequence[OrderPlaced], *, at: datetime) -> None:
    """A new order is reviewed by itself; one that waits for payment is left alone."""
    review.run([event.order_id for event in events], by=SYSTEM, at=at)


@on(OrderSubmitted)
def review_submitted(events: Sequence[OrderSubmitted], *, at: datetime) -> None:
    """A draft handed in, or an order now paid, is reviewed; what waited for the money goes."""
    releasing.paid([event.order_id for event in events], at=at)
    review.run([event.order_id for event in events], by=SYSTEM, at=at)


@on(OrderRestored)
def review_restored(events: Sequence[OrderRestored], *, at: datetime) -> None:
    """An order brought back is reviewed as if it were new."""
    review.run([event.order_id for event in events], by=SYSTEM, at=at)


@on(OrderChanged)
def let_go_what_waited(events: Sequence[OrderChanged], *, at: datetime) -> None:
    """Holds that wait for the money or for the end of a refund go once an order says so."""
    if money := [event.order_id for event in events if MONEY & set(event.fields)]:
        releasing.paid(money, at=at)
    if status := [event.order_id for event in events if "platform_status" in event.fields]:
        releasing.refund_closed(status, at=at)


@on(PaymentReceived)
def let_go_what_was_paid(events: Sequence[PaymentReceived], *, at: datetime) -> None:
    """Holds that wait for the money go once the book of money says that all of it came."""
    releasing.paid([event.order_id for event in events], at=at)


@on(BuyerBlocked)
def stop_those_of_the_blocked(events: Sequence[BuyerBlocked], *, at: datetime) -> None:
    """Orders of a phone that is on the blacklist now stop wherever they are before they leave."""
    blocked.stop([event.blocked_id for event in events], at=at)


@on(BuyerUnblocked)
def let_go_those_of_the_unblocked(events: Sequence[BuyerUnblocked], *, at: datetime) -> None:
    """Orders that stopped for the blacklist are looked at again."""
    blocked.let_go([event.blocked_id for event in events], at=at)


@on(StockReceived)
def let_go_what_waited_for_goods(events: Sequence[StockReceived], *, at: datetime) -> None:
    """Holds that wait for goods of their order go once some came."""
    releasing.came([event.sku_id for event in events], at=at)


@on(StockReceived)
def review_those_that_waited(events: Sequence[StockReceived], *, at: datetime) -> None:
    """Orders held for want of these SKUs are reviewed again, first promised first."""
    skus, ids = db.among("l.sku_id", sorted({event.sku_id for event in events}))
    rows = db.fetch(
        "SELECT DISTINCT h.order_id FROM orders_hold h JOIN orders_line l ON l.order_id = h.order_id "
        f"WHERE h.code = 'out-of-stock' AND h.cleared_at IS NULL AND {skus}",
        [ids],
    )
    for chunk in db.in_chunks([order_id for (order_id,) in rows], 500):
        review.run(list(chunk), by=SYSTEM, at=at)
