"""Orders and the book of money: what of an order it needs, held until it is written, and a paid sum that was said anew."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from zhanggui.kernel import db, guards
from zhanggui.kernel.actor import Actor
from zhanggui.orders.models import Order
from zhanggui.payments.commands import ledger
from zhanggui.payments.commands.ledger import Opening


class Row(NamedTuple):
    """What of an order its money needs."""

    id: int
    number: str
    shop_id: int
    stage: str
    payment: str
    currency: str
    total_minor: int
    paid_minor: int
    paid_at: datetime | None
    method: str

    @property
    def opening(self) -> Opening:
        return Opening(self.id, self.shop_id, self.currency, self.paid_minor, self.paid_at)


def held(order_ids: Iterable[int]) -> dict[int, Row]:
    """These orders, ours until the end where the database locks rows. One statement."""
    chosen, ids = db.among("id", sorted(set(order_ids)))
    lock = " ORDER BY id FOR NO KEY UPDATE" if connection.vendor == "postgresql" and guards.stands("payments.lock") else ""
    rows = db.fetch(
        "SELECT id, number, shop_id, stage, payment, currency, total_minor, paid_minor, paid_at, payment_method "
        f"FROM orders_order WHERE {chosen}{lock}",
        [ids],
    )
    return {row[0]: Row._make((*row[:8], db.moment(row[8]) if row[8] else None, row[9])) for row in rows}


def paid_from(orders: Sequence[Order], before: Mapping[int, int], *, by: Actor, at: datetime) -> None:
    """A person said what was paid: ``orders`` say it already, and ``before`` what they said until now. The difference is written down."""
    openings = [Opening(one.pk, one.shop_id, one.currency, before[one.pk], one.paid_at) for one in orders]
    ledger.follow(openings, {one.pk: one.paid_minor for one in orders}, note="by-hand", by=by, at=at)


def paid_to(orders: Sequence[Order], paid: Mapping[int, int], *, by: Actor, at: datetime) -> None:
    """The shop says what was paid: ``orders`` are as they stood, ``paid`` what they say from now on. The difference is written down."""
    openings = [Opening(one.pk, one.shop_id, one.currency, one.paid_minor, one.paid_at) for one in orders]
    ledger.follow(openings, {one.pk: paid[one.pk] for one in orders}, note="shop", by=by, at=at)


def parted(orders: Sequence[Order], paid: Mapping[int, int], *, by: Actor, at: datetime) -> None:
    """Orders were split or put together again: ``orders`` are as they stood, ``paid`` what each of them has of the money from now on."""
    ledger.share_out([Opening(one.pk, one.shop_id, one.currency, one.paid_minor, one.paid_at) for one in orders], paid, by=by, at=at)
