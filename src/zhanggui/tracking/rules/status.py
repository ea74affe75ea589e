"""Where a parcel is, from scans that come late, twice and out of order. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from zhanggui.carriers.port import Status, TrackEvent

# Nothing that is heard afterwards changes these.
FINAL = frozenset({Status.DELIVERED, Status.RETURNED})
# A refused parcel travels back: its scans move the text, not what happened to it.
STICKY = frozenset({Status.REFUSED})
RANK = {
    status: rank
    for rank, status in enumerate(
        (
            Status.ANNOUNCED,
            Status.PICKED_UP,
            Status.IN_TRANSIT,
            Status.OUT_FOR_DELIVERY,
            Status.FAILED_ATTEMPT,
            Status.REFUSED,
            Status.LOST,
            Status.RETURNED,
            Status.DELIVERED,
        )
    )
}


class Standing(NamedTuple):
    """What is known of a parcel: ``at`` is the moment of the newest scan, None before the first."""

    status: Status
    at: datetime | None = None
    text: str = ""
    place: str = ""


def after(now: Standing, events: Iterable[TrackEvent]) -> Standing:
    """The standing once ``events`` are heard too, in whatever order they come.

    The newest scan counts; of two at one moment the one further along. An older scan heard late changes nothing,
    unless it is an end: delivered stays delivered, returned stays returned.
    """
    for event in sorted(events, key=lambda event: (event.at, RANK[event.status])):
        newer = now.at is None or event.at >= now.at
        if now.status in FINAL:
            continue
        if event.status in FINAL:
            now = Standing(event.status, event.at if now.at is None else max(event.at, now.at), event.text, event.place)
        elif newer:
            kept = now.status in STICKY and event.status is not Status.LOST
            now = Standing(now.status if kept else event.status, event.at, event.text, event.place)
    return now
