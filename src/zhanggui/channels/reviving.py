"""Orders that the undo of an import cancelled and that are brought again: they come back, and say what the file says now.

What a person cancelled stays so, and so does what anybody moved since the undo.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import F

from zhanggui.channels.models import Import
from zhanggui.journal.models import Entry
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.orders import locking, states
from zhanggui.orders import prepared as making
from zhanggui.orders.commands import holds, progress, renew
from zhanggui.orders.drafts import Known, Placed
from zhanggui.orders.models import Order
from zhanggui.orders.prepared import Prepared
from zhanggui.orders.saying import GOING_ON

# What the book calls the import whose undo cancelled an order.
UNDONE = "undone_import"
STAGE = making.ORDER.index("stage")


def undone(known: Mapping[str, Known], said: Mapping[str, Prepared]) -> dict[str, int]:
    """Of orders that are here those that may come back: number → our id. Three statements, none where nothing is cancelled.

    The undo of an import that is over cancelled them, that was their last step, no wave ever had them, and the shop says that they
    go on.
    """
    cancelled = {
        here.order_id: no for no, here in known.items() if here.stage == states.CANCELLED and said[no].order[STAGE] in GOING_ON
    }
    if not cancelled:
        return {}
    rows = Order.objects.filter(db.Among(F("pk"), list(cancelled)), stage=states.CANCELLED)
    versions = dict(rows.values_list("pk", "version"))
    told = Entry.objects.filter(db.Among(F("subject_id"), list(versions)), subject_kind="order", name__in=("OrderCancelled", "OrderReleased"))
    by_import: dict[int, int] = {}
    worked_on: set[int] = set()
    for name, id_, seq, facts in told.values_list("name", "subject_id", "seq", "facts"):
        if id_ is None:
            continue
        if name == "OrderReleased":
            worked_on.add(id_)
        elif seq == versions[id_] and UNDONE in facts:
            by_import[id_] = facts[UNDONE]
    over = set(Import.objects.filter(pk__in=set(by_import.values()), undo_ended_at__isnull=False).values_list("pk", flat=True))
    return {cancelled[id_]: id_ for id_, import_id in by_import.items() if import_id in over and id_ not in worked_on}


def revive(
    placed: Placed, orders: Sequence[Prepared], *, shop_id: int, by: Actor, at: datetime
) -> tuple[Placed, frozenset[str]]:
    """Bring back those that may come back, within the verb that takes the batch: they go to review with what is said of them now.

    What a person changed in one of them stays as they said. One that is to wait for somebody is held by hand. The answer names
    them among those created, and apart.
    """
    said = {order.platform_no: order for order in reversed(orders)}
    if not any(here.stage == states.CANCELLED for here in placed.known.values()):
        return placed, frozenset()
    # Ours from before the look: whoever moves one of them comes before or after.
    locking.lock(here.order_id for here in placed.known.values())
    may = undone(placed.known, said)
    back = frozenset(progress.restore(sorted(may.values()), by=by, at=at).done) if may else frozenset()
    if not back:
        return placed, frozenset()
    came = {no: id_ for no, id_ in may.items() if id_ in back}
    waits = [id_ for no, id_ in came.items() if said[no].order[STAGE] == states.DRAFT]
    if waits:
        holds.hold(waits, by=by, at=at)
    renew.renew([said[no] for no in came], shop_id=shop_id, by=by, at=at)
    rest = {no: here for no, here in placed.known.items() if no not in came}
    return Placed({**placed.created, **came}, rest), frozenset(came)
