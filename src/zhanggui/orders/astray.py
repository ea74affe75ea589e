"""Where orders stand that a verb left alone: the same words for a page, a program and a handler. Part of many verbs, a verb of none."""

from collections.abc import Collection

from zhanggui.journal.book import Batch
from zhanggui.kernel import db
from zhanggui.orders import states
from zhanggui.orders.models import Hold
from zhanggui.orders.stage_refusals import ApprovedHeld, DoneBefore, WrongStage


def explain(batch: Batch, order_ids: Collection[int]) -> None:
    """Those of ``order_ids`` that were neither done nor refused stand where this cannot be done. One statement, and none where there
    are none of them."""
    for order_id, number, stage in _left(batch, order_ids):
        batch.refuse([order_id], WrongStage.code, number=number, stage=stage)


def unapproved(batch: Batch, order_ids: Collection[int]) -> None:
    """The same of approving: what was approved before is said to be so, with what holds it now. Two statements at most."""
    left = _left(batch, order_ids)
    before = [order_id for order_id, _number, stage in left if stage == states.APPROVED]
    held: dict[int, list[str]] = {}
    if before:
        rows = Hold.objects.filter(order__in=before, cleared_at=None).order_by("pk")
        for order_id, code in rows.values_list("order_id", "code"):
            held.setdefault(order_id, []).append(code)
    for order_id, number, stage in left:
        if stage != states.APPROVED:
            batch.refuse([order_id], WrongStage.code, number=number, stage=stage)
        elif order_id in held:
            batch.refuse([order_id], ApprovedHeld.code, codes=held[order_id])
        else:
            batch.refuse([order_id], DoneBefore.code)


def _left(batch: Batch, order_ids: Collection[int]) -> list[tuple[int, str, str]]:
    ids = sorted(set(order_ids) - set(batch.done) - batch.refused.keys())
    if not ids:
        return []
    chosen, wanted = db.among("id", ids)
    return [tuple(row) for row in db.fetch(f"SELECT id, number, stage FROM orders_order WHERE {chosen} ORDER BY id", [wanted])]
