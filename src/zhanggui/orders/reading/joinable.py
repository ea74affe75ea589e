"""Orders that could go to one door in one parcel, found by themselves; and what an order was merged with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from zhanggui.kernel import db
from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.orders import bundles, reaching
from zhanggui.orders.models import Joinable, Order
from zhanggui.orders.reading.asked import CAP
from zhanggui.orders.rules.door import groups

# Orders held for one of these wait for somebody else: nothing else is made to wait for them by itself.
WAITING = (*bundles.STOPPING, "unpaid", "address-incomplete", "sku-unknown", "by-hand")


COUNTED = "joinable"


class Group(NamedTuple):
    """Orders of one door, the earliest promised first; ``bundle_id`` where some of them are merged already."""

    order_ids: tuple[int, ...]
    bundle_id: int | None = None


@dataclass(frozen=True)
class Offered:
    """A group with its orders, as a page shows it."""

    orders: Sequence[Order]
    bundle_id: int | None

    @property
    def first(self) -> Order:
        return self.orders[0]

    @property
    def pieces(self) -> int:
        return sum(order.pieces for order in self.orders)

    @property
    def ids(self) -> str:
        return ",".join(str(order.pk) for order in self.orders)

    @property
    def noted(self) -> int:
        """How many of them somebody wrote a note to."""
        return sum(1 for order in self.orders if order.buyer_note or order.seller_note)


def candidates(*, reach: Reach = EVERYWHERE) -> list[Group]:
    """Every group of open orders that could be one parcel and is not, the most pressing first. One statement, six where any is."""
    theirs, whose = reaching.sql(reach, "o")
    stages = ", ".join(f"'{stage}'" for stage in bundles.OPEN)
    tokens = db.fetch(
        "SELECT r.person_token FROM orders_order o JOIN customers_recipient r ON r.id = o.recipient_id "
        f"WHERE o.stage IN ({stages}) AND r.person_token IS NOT NULL{theirs} GROUP BY r.person_token HAVING COUNT(*) > 1",
        whose,
    )
    if not tokens:
        return []
    chosen, wanted = db.among("r.person_token", [token for (token,) in tokens])
    waiting = ", ".join(f"'{code}'" for code in WAITING)
    ids = db.fetch(
        "SELECT o.id FROM customers_recipient r JOIN orders_order o ON o.recipient_id = r.id "
        f"WHERE {chosen} AND o.stage IN ({stages}){theirs} AND (o.holds = 0 OR NOT EXISTS (SELECT 1 FROM orders_hold h "
        f"WHERE h.order_id = o.id AND h.cleared_at IS NULL AND h.code IN ({waiting})))",
        [wanted, *whose],
    )
    known = bundles.goers("id", [id_ for (id_,) in ids])
    joined = bundles.of(known)
    found = []
    for group in groups(known.values()):
        there = {joined.get(id_) for id_ in group}
        if len(there) > 1 or None in there:
            found.append(Group(tuple(group), next((one for one in there if one is not None), None)))
    return found


class Kept(NamedTuple):
    """How many orders could go with others, and when that was counted; never before the first time."""

    many: int
    at: datetime | None


def counted(*, reach: Reach = EVERYWHERE) -> Kept:
    """What was counted last, without those that left, were merged or are alone within ``reach`` since. One statement, which counts no
    further than a list's figures do."""
    theirs = Joinable.objects.filter(reaching.of(reach, "order__"), order__stage__in=bundles.OPEN)
    beside = theirs.filter(door=OuterRef("door")).exclude(order=OuterRef("order"))
    many, params = db.counted(theirs.filter(Exists(beside)), CAP)
    rows = db.fetch(f"SELECT {many}, (SELECT at FROM orders_counted WHERE name = '{COUNTED}')", params)
    return Kept(int(rows[0][0]), db.moment(rows[0][1]) if rows[0][1] else None)


def shown(found: Sequence[Group]) -> list[Offered]:
    """These groups with their orders. One statement."""
    wanted = [id_ for group in found for id_ in group.order_ids]
    rows = Order.objects.select_related("shop", "recipient").defer("fingerprint", "recipient__sealed").in_bulk(wanted)
    made = []
    for group in found:
        orders = [rows[id_] for id_ in group.order_ids if id_ in rows]
        if len(orders) > 1:
            made.append(Offered(orders, group.bundle_id))
    return made


def open_bundles(*, reach: Reach = EVERYWHERE, most: int = 200) -> list[Group]:
    """What is merged and not yet in a wave, the latest first. Two statements."""
    theirs, whose = reaching.sql(reach, "o")
    stages = ", ".join(f"'{stage}'" for stage in bundles.OPEN)
    rows = db.fetch(
        f"SELECT DISTINCT o.bundle_id FROM orders_order o WHERE o.bundle_id IS NOT NULL AND o.stage IN ({stages}){theirs} "
        "ORDER BY o.bundle_id DESC LIMIT %s",
        [*whose, most],
    )
    together = bundles.members(id_ for (id_,) in rows)
    return [Group(tuple(together[id_]), id_) for (id_,) in rows if len(together.get(id_, ())) > 1]


def beside(order: Order, *, reach: Reach = EVERYWHERE) -> list[Order]:
    """The other orders an order was merged with, as far as one reaches. One statement, none where it was not."""
    if order.bundle_id is None:
        return []
    rows = Order.objects.filter(reaching.of(reach), bundle=order.bundle_id).exclude(pk=order.pk)
    return list(rows.select_related("shop").defer("fingerprint").order_by("ship_by", "pk"))


def could_join(order: Order, *, reach: Reach = EVERYWHERE) -> list[int]:
    """The orders that go to the door of this one and are not merged with it yet, this one among them; none where it goes alone.
    Four statements at most."""
    token = order.recipient.person_token
    if order.stage not in bundles.OPEN or token is None:
        return []
    near = Order.objects.filter(reaching.of(reach), recipient__person_token=token, stage__in=bundles.OPEN).values_list("pk", flat=True)
    ids = list(near)
    if len(ids) < 2:
        return []
    known = bundles.goers("id", ids)
    joined = bundles.of(known)
    for group in groups(known.values()):
        if order.pk in group:
            return group if len({joined.get(id_) for id_ in group}) > 1 or joined.get(order.pk) is None else []
    return []
