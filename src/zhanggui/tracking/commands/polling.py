"""Asking carriers: trails that are due are leased, asked about outside any transaction, and recorded."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from zhanggui.carriers import queries as carriers
from zhanggui.carriers.models import Carrier
from zhanggui.carriers.port import Unreachable
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.tracking.commands import trails
from zhanggui.tracking.models import Trail

log = logging.getLogger("zhanggui.tracking")
# So many trails in one round, so many waybills in one question.
A_ROUND = 1000
AT_ONCE = 100
# How long a trail is left alone while somebody asks about it.
LEASE = timedelta(minutes=10)


class Due(NamedTuple):
    """A trail to be asked about now."""

    trail_id: int
    carrier_id: int
    waybill: str


def poll(*, at: datetime, by: Actor = SYSTEM, limit: int = A_ROUND) -> int:
    """Ask about every trail that is due, each carrier in batches. Returns how many parcels changed their status.

    Two workers never ask about the same trail; a carrier that does not answer is counted and asked later.
    """
    by_carrier: dict[int, list[Due]] = {}
    for due in _lease(at=at, limit=limit):
        by_carrier.setdefault(due.carrier_id, []).append(due)
    known = carriers.by_ids(by_carrier)
    changed = 0
    for carrier_id, group in sorted(by_carrier.items()):
        for chunk in db.in_chunks(group, AT_ONCE):
            changed += _ask(known[carrier_id], chunk, by=by, at=at)
    return changed


def _lease(*, at: datetime, limit: int) -> list[Due]:
    # A look without a lock first: a house with nothing on the way writes nothing.
    if not Trail.objects.filter(next_check_at__lte=at).exists():
        return []
    lock = " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    with db.write():
        rows = db.fetch(
            "UPDATE tracking_trail SET next_check_at = %s WHERE id IN (SELECT id FROM tracking_trail WHERE next_check_at <= %s "
            f"ORDER BY next_check_at, id LIMIT %s{lock}) RETURNING id, carrier_id, waybill",
            [db.adapt(at + LEASE), db.adapt(at), limit],
        )
    return sorted(Due(*row) for row in rows)


def _ask(carrier: Carrier, group: Sequence[Due], *, by: Actor, at: datetime) -> int:
    courier = carriers.courier_of(carrier)
    waybills = [due.waybill for due in group]
    try:
        if courier is None:
            raise Unreachable("no plugin")
        events = courier.track(carriers.account_of(carrier), waybills)
    except Unreachable as error:
        log.info("%s could not be asked about %s parcels: %s", carrier.code, len(group), error)
        trails.miss([due.trail_id for due in group], by=by, at=at)
        return 0
    except Exception as error:
        log.error("%s broke while tracking %s parcels: %s", carrier.plugin, len(group), type(error).__name__)
        trails.miss([due.trail_id for due in group], by=by, at=at)
        return 0
    return len(trails.record(carrier.pk, events, asked=waybills, by=by, at=at))
