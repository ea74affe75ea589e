"""Asking carriers now, because a person looks."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from zhanggui.journal.book import command
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.tracking.commands import polling

# Who asks again sooner than this is shown what we heard a moment ago: a carrier is not asked twice a minute.
RATHER_NOT = timedelta(seconds=60)
# Ahead of everything else that is due.
FIRST = timedelta(days=3650)


@command(needs="tracking.view", over="parcel")
def hurry(parcel_ids: Sequence[int], *, by: Actor, at: datetime) -> int:
    """Put these parcels at the head of the next questions. Returns how many; arrived ones and just asked ones stay."""
    chosen, ids = db.among("parcel_id", sorted(set(parcel_ids)))
    return db.execute(
        f"UPDATE tracking_trail SET next_check_at = %s WHERE {chosen} AND next_check_at IS NOT NULL "
        "AND (checked_at IS NULL OR checked_at < %s)",
        [db.adapt(at - FIRST), ids, db.adapt(at - RATHER_NOT)],
    )


def ask_now(parcel_ids: Sequence[int], *, by: Actor, at: datetime) -> int:
    """Ask their carriers about these parcels at once, outside any transaction. Returns how many were asked about."""
    many = hurry(parcel_ids, by=by, at=at)
    if many:
        # What is heard is written by the house, as when the clock asks.
        polling.poll(at=at, by=SYSTEM, limit=many)
    return many
