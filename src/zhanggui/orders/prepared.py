"""An order made ready for the books by itself: sealed, cut to length, stamped. No database, so that it can be done ahead.

Everything is text, bytes, a number or nothing, so that it travels cheaply between processes.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from zhanggui.customers import sealing
from zhanggui.customers.notes import masked
from zhanggui.kernel.vault import KeyRing
from zhanggui.orders.drafts import NewOrder

# Columns of an order as ``Prepared.order`` gives them; id, number, shop, source, recipient and arrival are added in the books.
ORDER = (
    "platform_no", "kind", "stage", "payment", "payment_method", "currency", "goods_minor", "discount_minor", "freight_minor",
    "total_minor", "paid_minor", "pieces", "kinds", "buyer_note", "seller_note", "flag", "platform_status", "waybill", "placed_at",
    "paid_at", "ship_by", "fingerprint",
)  # fmt: skip
# Columns of a line; order, position and SKU are added in the books.
LINE = (
    "sku_code", "name", "spec", "quantity", "unit_minor", "discount_minor", "total_minor", "note", "platform_no", "placed_at",
)  # fmt: skip


class Prepared(NamedTuple):
    """``recipient`` is a row without its id and its moment; ``skus`` are our ids where known, beside ``lines``; so is, where
    any is sold before it is there, from when on each may be shipped (``awaits``)."""

    platform_no: str
    fingerprint: bytes
    order: tuple[Any, ...]
    recipient: tuple[Any, ...]
    lines: tuple[tuple[Any, ...], ...]
    skus: tuple[int | None, ...]
    awaits: tuple[str | None, ...] = ()


class Way:
    """How moments are written: SQLite keeps naive UTC text, PostgreSQL reads any with its offset."""

    def __init__(self, *, naive: bool, ring: KeyRing, ship_within: timedelta) -> None:
        self.naive, self.ring, self.ship_within = naive, ring, ship_within
        # Placed and paid are often the same moment.
        self.text = lru_cache(1024)(self._text)

    def _text(self, moment: datetime | None) -> str | None:
        if moment is None:
            return None
        utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
        return str(utc.replace(tzinfo=None)) if self.naive else str(utc)


def fingerprint(order: NewOrder, key: bytes) -> bytes:
    """Sixteen keyed bytes that tell a repeat from a change; without the key they say nothing of the person.

    Which of our SKUs a line was matched to, and from when on it may be shipped, is not part of it: that is kept here.
    """
    facts = (
        tuple([line[1:10] for line in order.lines]), tuple(order.person[:12]), order[4:10], order.buyer_note, order.seller_note,
    )  # fmt: skip
    return digest(facts, key)


def digest(facts: tuple[Any, ...], key: bytes) -> bytes:
    """The fingerprint of plain facts."""
    return hashlib.blake2b(repr(facts).encode(), key=key, digest_size=16).digest()


def prepared(order: NewOrder, way: Way, mark: bytes = b"") -> Prepared:
    """``order`` made ready. Its SKU ids are taken as they are; whoever does not know them yet fills them in later.

    ``mark`` is its fingerprint where what was sent is not the order itself: what it came to may be another tomorrow, what was
    sent may not.
    """
    mark = mark or fingerprint(order, way.ring.stays)
    placed = way.text(order.placed_at)
    lines, goods, pieces = [], 0, 0
    for line in order.lines:
        goods += line.total_minor
        pieces += line.quantity
        lines.append((
            line.sku_code[:64], line.name[:200], line.spec[:200], line.quantity, line.unit_minor, line.discount_minor, line.total_minor,
            masked(line.note)[:200], line.platform_no[:64], placed,
        ))  # fmt: skip
    buyer_note, seller_note = masked(order.buyer_note), masked(order.seller_note)
    awaits = [line.ships_from or order.ships_from for line in order.lines]
    due = order.ship_by or max([order.paid_at or order.placed_at, *(one for one in awaits if one is not None)]) + way.ship_within
    row = (
        order.platform_no, order.kind, order.stage, order.payment, order.payment_method[:32], order.currency, goods, order.discount_minor,
        order.freight_minor, order.total_minor, order.paid_minor, pieces, len(lines), buyer_note[:500], seller_note[:500],
        order.flag[:8], order.platform_status[:60], order.waybill[:40], placed, way.text(order.paid_at), way.text(due), mark,
    )  # fmt: skip
    person = order.person
    if (buyer_note, seller_note) != (order.buyer_note, order.seller_note):
        # What the mask hides stays readable for those who may open the recipient.
        person = person._replace(note="\n".join(filter(None, (order.buyer_note, order.seller_note))))
    recipient = sealing.row_of(person, 0, None, way.ring)[1:-1]
    return Prepared(order.platform_no, mark, row, recipient, tuple(lines), tuple([line.sku_id for line in order.lines]), _written(awaits, way))


def _written(awaits: list[datetime | None], way: Way) -> tuple[str | None, ...]:
    return tuple([way.text(one) for one in awaits]) if any(awaits) else ()


def outlined(order: NewOrder, way: Way) -> Prepared:
    """``order`` as far as a look needs it: its number, what tells it from a change, its kind and stage, the codes of its goods.
    Nothing of the person, and no row for the books."""
    said = {"platform_no": order.platform_no, "kind": order.kind, "stage": order.stage, "platform_status": order.platform_status[:60]}
    lines = tuple([(line.sku_code[:64],) for line in order.lines])
    skus = tuple([line.sku_id for line in order.lines])
    return Prepared(order.platform_no, fingerprint(order, way.ring.stays), tuple([said.get(name) for name in ORDER]), (), lines, skus)
