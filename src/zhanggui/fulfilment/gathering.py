"""Which approved orders go into a wave, and which of them into one parcel."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from zhanggui.fulfilment.refusals import NotWaiting
from zhanggui.journal.book import Batch
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor, Reach
from zhanggui.orders import bundles, reaching, states
from zhanggui.orders.models import Hold
from zhanggui.orders.refusals import Held
from zhanggui.orders.stage_refusals import InWave, NotApproved, WaitsForOthers, WrongStage


class Candidate(NamedTuple):
    """An order that could go into a wave. ``bundle_id``: those of one bundle go in one parcel."""

    order_id: int
    carrier_id: int | None
    pieces: int
    bundle_id: int | None = None


# Merged orders come together: none of them does while one is at another stage, held, or in another house.
WHOLE = (
    "(o.bundle_id IS NULL OR NOT EXISTS (SELECT 1 FROM orders_order m WHERE m.bundle_id = o.bundle_id "
    "AND (m.stage <> 'approved' OR m.holds > 0 OR m.warehouse_id <> o.warehouse_id)))"
)


def gather(order_ids: Sequence[int] | None, warehouse_id: int, limit: int, *, by: Actor, at: datetime) -> list[Candidate]:
    """Approved orders of this warehouse that nothing holds, the earliest promised first, each with those it was merged with. Who
    they were merged with is looked at again first."""
    joined = bundles.of(order_ids) if order_ids is not None else _waiting(warehouse_id)
    if joined:
        bundles.check(joined, by=by, at=at)
        joined = bundles.of(joined)
    chosen, ids = "1 = %s", 1
    if order_ids is not None:
        together = bundles.members(joined.values()) if joined else {}
        chosen, ids = db.among("o.id", sorted({*order_ids, *(id_ for each in together.values() for id_ in each)}))
    found = _ready(chosen, [ids], warehouse_id, by.reach, limit if order_ids is None else None)
    whole = [one for one in found if one.bundle_id is None]
    merged = sorted({one.bundle_id for one in found if one.bundle_id is not None})
    if merged:
        # A page of the most urgent may end within a bundle, and a bundle may reach further than who plans.
        which, bundle_ids = db.among("o.bundle_id", merged)
        theirs = _ready(which, [bundle_ids], warehouse_id, by.reach, None)
        sizes = {bundle_id: len(each) for bundle_id, each in bundles.members(merged).items()}
        there: dict[int | None, list[Candidate]] = {}
        for one in theirs:
            there.setdefault(one.bundle_id, []).append(one)
        full = {bundle_id for bundle_id, each in there.items() if bundle_id is not None and len(each) == sizes[bundle_id]}
        known = {one.order_id for one in found}
        whole = [one for one in found if one.bundle_id is None or one.bundle_id in full]
        whole += [one for one in theirs if one.bundle_id in full and one.order_id not in known]
    return whole


def _waiting(warehouse_id: int) -> dict[int, int]:
    """Order → bundle, of all that are merged and stand approved in this house."""
    rows = db.fetch(
        "SELECT id, bundle_id FROM orders_order WHERE bundle_id IS NOT NULL AND stage = 'approved' AND warehouse_id = %s", [warehouse_id]
    )
    return dict(rows)


def _ready(chosen: str, params: Sequence[object], warehouse_id: int, reach: Reach, limit: int | None) -> list[Candidate]:
    theirs, whose = reaching.sql(reach, "o")
    bound = " LIMIT %s" if limit is not None else ""
    rows = db.fetch(
        "SELECT o.id, o.carrier_id, o.pieces, o.bundle_id FROM orders_order o WHERE o.stage = 'approved' AND o.holds = 0 "
        f"AND o.warehouse_id = %s AND {chosen}{theirs} AND {WHOLE} ORDER BY o.ship_by, o.id{bound}",
        [warehouse_id, *params, *whose, *([limit] if limit is not None else [])],
    )
    return [Candidate(*row) for row in rows]


def torn(found: Sequence[Candidate], taken: Collection[int]) -> set[int]:
    """Of those that were taken, whose fellows were not: somebody held or cancelled one of them meanwhile."""
    broken = {one.bundle_id for one in found if one.bundle_id is not None and one.order_id not in taken}
    return {one.order_id for one in found if one.bundle_id in broken and one.order_id in taken}


def boxes(found: Sequence[Candidate]) -> dict[int, list[Candidate]]:
    """The order a parcel is made for → all that go in it, in the order they were found."""
    leads: dict[int, int] = {}
    made: dict[int, list[Candidate]] = {}
    for one in found:
        lead = leads.setdefault(one.bundle_id, one.order_id) if one.bundle_id is not None else one.order_id
        made.setdefault(lead, []).append(one)
    return made


def explain(batch: Batch, order_ids: Collection[int]) -> None:
    """Each of these refused for what it itself is: held, not yet approved, in a wave, past it, or waiting for those it was merged with.
    Two statements, and none where there are none of them."""
    if not order_ids:
        return
    batch.refuse(order_ids, NotWaiting.code)
    held: dict[int, list[str]] = {}
    holding, wanted = db.among("order_id", order_ids)
    for id_, code in db.fetch(f"SELECT order_id, code FROM {Hold._meta.db_table} WHERE {holding} AND cleared_at IS NULL ORDER BY id", [wanted]):
        held.setdefault(id_, []).append(code)
    chosen, ids = db.among("id", order_ids)
    for id_, number, stage, bundle_id in db.fetch(f"SELECT id, number, stage, bundle_id FROM orders_order WHERE {chosen}", [ids]):
        if stage == states.FULFILLING:
            batch.refuse([id_], InWave.code)
        elif stage not in states.UNSHIPPED:
            batch.refuse([id_], WrongStage.code, number=number, stage=stage)
        elif id_ in held:
            batch.refuse([id_], Held.code, codes=held[id_])
        elif stage != states.APPROVED:
            batch.refuse([id_], NotApproved.code)
        elif bundle_id is not None:
            batch.refuse([id_], WaitsForOthers.code)
