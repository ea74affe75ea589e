"""Parcels on their way out. The whole family is called through here: numbers, labels, handing over."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from zhanggui.fulfilment import shipments, states
from zhanggui.fulfilment.commands import aside
from zhanggui.fulfilment.commands.packing import weigh
from zhanggui.fulfilment.commands.sheets import labels_pdf, pick_sheet_pdf, slips_pdf
from zhanggui.fulfilment.commands.waybills import assign, give_up, label, record, settle
from zhanggui.fulfilment.events import ParcelShipped
from zhanggui.fulfilment.models import Parcel
from zhanggui.fulfilment.refusals import (
    AlreadyShipped,
    NotPacked,
    NotWeighed,
    NoWaybill,
    OrderStopped,
    ParcelElsewhere,
    refuse,
)
from zhanggui.journal.book import Batch, command, tell
from zhanggui.journal.steps import step
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Changed
from zhanggui.orders.commands import progress
from zhanggui.orders.states import FULFILLING
from zhanggui.stock.commands import claims

__all__ = [
    "assign", "give_up", "label", "labels_pdf", "pick_sheet_pdf", "record", "settle", "ship", "slips_pdf", "void", "weigh",
]  # fmt: skip


class Fellow(NamedTuple):
    """An order that goes in the parcel of another."""

    order_id: int
    number: str
    stage: str
    holds: int


class Leaving(NamedTuple):
    """A parcel at the door."""

    parcel_id: int
    number: str
    stage: str
    weight_g: int
    wave_id: int
    order_id: int
    order_number: str
    order_stage: str
    holds: int
    must_weigh: bool
    waybill: str
    fellows: tuple[Fellow, ...] = ()

    @property
    def orders(self) -> list[Fellow]:
        return [Fellow(self.order_id, self.order_number, self.order_stage, self.holds), *self.fellows]


@command(needs="parcel.ship", over="parcel")
def ship(parcel_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Hand these parcels to their carriers: goods are issued, orders are shipped, all in one act. Of merged orders each is shipped,
    under the one number.

    Those that cannot go are refused one by one, with the reason, and do not stop the others: not packed, no waybill
    number, not weighed where that is asked for, an order somebody holds. Shipping twice issues once.
    """
    batch, going = Batch(), []
    for parcel in _leaving(parcel_ids):
        if _may_leave(batch, parcel):
            going.append(parcel)
    # Claims and shelves first, in the order every stock verb locks them; the parcels last.
    pairs = [(order.order_id, parcel.parcel_id) for parcel in going for order in parcel.orders]
    claims.issue([claims.Issue(order_id, parcel_id) for order_id, parcel_id in pairs], by=by, at=at)
    waybill_of = {order.order_id: parcel.waybill for parcel in going for order in parcel.orders}
    shipped = progress.mark_shipped(pairs, waybills=waybill_of, by=by, at=at)
    moves = step(Parcel, states.PARCEL, "ship", [parcel.parcel_id for parcel in going], also={"shipped_at": at})
    if len(shipped) != len(pairs) or len(moves) != len(going):
        raise Changed(what=going[0].number)
    by_id = {parcel.parcel_id: parcel for parcel in going}
    events = [ParcelShipped(move.id, by_id[move.id].order_id, by_id[move.id].waybill) for move in moves]
    tell(events, by=by, at=at, moves=moves)
    aside.settle({parcel.wave_id for parcel in going}, by=by, at=at)
    batch.done = [move.id for move in moves]
    return batch


def _leaving(parcel_ids: Sequence[int]) -> list[Leaving]:
    """These parcels as they stand, waves and orders locked: a hold that comes now waits until they are gone."""
    if connection.vendor == "postgresql":
        chosen, ids = db.among("id", sorted(set(parcel_ids)))
        homes = db.fetch(f"SELECT wave_id, order_id FROM fulfilment_parcel WHERE {chosen}", [ids])
        aside.lock("fulfilment_wave", [wave_id for wave_id, _ in homes])
        beside = shipments.fellows(parcel_ids)
        aside.lock("orders_order", [*(order_id for _, order_id in homes), *(id_ for each in beside.values() for id_ in each)])
    chosen, ids = db.among("p.id", sorted(set(parcel_ids)))
    rows = db.fetch(
        "SELECT p.id, p.number, p.stage, p.weight_g, p.wave_id, o.id, o.number, o.stage, o.holds, h.must_weigh, "
        "COALESCE(b.number, '') "
        "FROM fulfilment_parcel p JOIN orders_order o ON o.id = p.order_id JOIN stock_warehouse h ON h.id = p.warehouse_id "
        f"LEFT JOIN fulfilment_waybill b ON b.parcel_id = p.id AND b.state = 'issued' WHERE {chosen} ORDER BY p.id",
        [ids],
    )
    riding = _fellows(parcel_ids)
    return [Leaving(*row)._replace(fellows=tuple(riding.get(row[0], ()))) for row in rows]


def _fellows(parcel_ids: Sequence[int]) -> dict[int, list[Fellow]]:
    chosen, ids = db.among("f.parcel_id", sorted(set(parcel_ids)))
    found: dict[int, list[Fellow]] = {}
    for parcel_id, *order in db.fetch(
        "SELECT f.parcel_id, o.id, o.number, o.stage, o.holds FROM fulfilment_fellow f JOIN orders_order o ON o.id = f.order_id "
        f"WHERE {chosen} ORDER BY f.id",
        [ids],
    ):
        found.setdefault(parcel_id, []).append(Fellow(*order))
    return found


def _may_leave(batch: Batch, parcel: Leaving) -> bool:
    which = [parcel.parcel_id]
    held = next((order.number for order in parcel.orders if order.holds), None)
    if parcel.stage == states.SHIPPED:
        refuse(batch, which, AlreadyShipped, parcel=parcel.number)
    elif parcel.stage == states.VOIDED or any(order.stage != FULFILLING for order in parcel.orders):
        refuse(batch, which, ParcelElsewhere, parcel=parcel.number, stage=states.PARCEL_WORD[parcel.stage])
    elif held is not None:
        refuse(batch, which, OrderStopped, order=held, reasons=[])
    elif parcel.stage != states.PACKED:
        refuse(batch, which, NotPacked, parcel=parcel.number, stage=states.PARCEL_WORD[parcel.stage])
    elif not parcel.waybill:
        refuse(batch, which, NoWaybill, parcel=parcel.number)
    elif parcel.must_weigh and not parcel.weight_g:
        refuse(batch, which, NotWeighed, parcel=parcel.number)
    else:
        return True
    return False


@command(needs="waybill.void", over="parcel")
def void(parcel_ids: Sequence[int], *, why: str = "voided", by: Actor, at: datetime) -> Batch:
    """These boxes will not be shipped: their orders stand approved again, their numbers go back to the carrier."""
    live = aside.live_parcels("id", parcel_ids)
    done = aside.set_aside(live, why=why, by=by, at=at)
    waves = {parcel.wave_id for parcel in live}
    aside.trim(waves, by=by, at=at)
    aside.settle(waves, by=by, at=at)
    batch = Batch(done=done)
    chosen, ids = db.among("id", sorted(set(parcel_ids) - set(done)))
    for parcel_id, number, stage in db.fetch(f"SELECT id, number, stage FROM fulfilment_parcel WHERE {chosen}", [ids]):
        refuse(batch, [parcel_id], ParcelElsewhere, parcel=number, stage=states.PARCEL_WORD[stage])
    return batch
