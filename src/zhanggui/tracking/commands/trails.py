"""Following parcels: a trail is begun, scans are written on it, and the order hears how it ends."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from zhanggui.carriers import queries as carriers
from zhanggui.carriers.port import Status, TrackEvent
from zhanggui.fulfilment import shipments
from zhanggui.journal.book import command, tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.orders.commands import progress
from zhanggui.tracking.events import ParcelDelivered, ParcelMoved
from zhanggui.tracking.models import Stop, Trail
from zhanggui.tracking.rules import eta, pace, status, words

TRAIL = ("parcel_id", "carrier_id", "waybill", "status", "since", "expected_at", "next_check_at")
STOP = ("trail_id", "key", "at", "status", "text", "place", "heard_at")


class Known(NamedTuple):
    """A trail as it stood before the news."""

    trail_id: int
    parcel_id: int
    order_id: int
    standing: status.Standing
    since: datetime


@command(needs="parcel.ship", over="parcel")
def follow(
    parcel_ids: Sequence[int], *, lanes: Mapping[eta.Lane, timedelta] | None = None, by: Actor, at: datetime
) -> list[int]:
    """Begin a trail for each shipped parcel that has a number; one that is followed stays as it is.

    ``lanes`` are the times others took, for the expected arrival. Returns the parcels newly followed.
    """
    chosen, ids = db.among("p.id", sorted(set(parcel_ids)))
    rows = db.fetch(
        "SELECT p.id, b.carrier_id, b.number, p.shipped_at, h.sender, r.province FROM fulfilment_parcel p "
        "JOIN fulfilment_waybill b ON b.parcel_id = p.id AND b.state = 'issued' JOIN stock_warehouse h ON h.id = p.warehouse_id "
        "JOIN orders_order o ON o.id = p.order_id JOIN customers_recipient r ON r.id = o.recipient_id "
        "LEFT JOIN tracking_trail t ON t.parcel_id = p.id OR (t.carrier_id = b.carrier_id AND t.waybill = b.number) "
        f"WHERE {chosen} AND p.stage = 'shipped' AND t.id IS NULL ORDER BY p.id",
        [ids],
    )
    found = carriers.by_ids(row[1] for row in rows)
    trackable = {id_ for id_, carrier in found.items() if (courier := carriers.courier_of(carrier)) and "track" in courier.can}
    trails = []
    for parcel_id, carrier_id, waybill, shipped_at, sender, province in rows:
        since = db.moment(shipped_at)
        arrives = eta.expected(since, (province_of(sender), province), lanes or {})
        check = pace.next_check(Status.ANNOUNCED, at=at, since=since) if carrier_id in trackable else None
        trails.append((parcel_id, carrier_id, waybill, Status.ANNOUNCED.value, since, arrives, check))
    db.insert_many(Trail, TRAIL, trails)
    return [trail[0] for trail in trails]


def province_of(sender: object) -> str:
    """Where a warehouse sends from; a JSON column of a raw statement may be text."""
    return str(shipments.as_facts(sender).get("province", ""))


@command(needs="parcel.ship", over="waybill-number@events.waybill waybill-number@asked")
def record(
    carrier_id: int, events: Sequence[TrackEvent], *, asked: Sequence[str] = (), by: Actor, at: datetime
) -> list[int]:
    """Write down what was heard of a carrier's parcels; ``asked`` are the waybills it was asked about, heard of or not.

    A scan heard twice is one. Late scans never turn a parcel back: delivered stays delivered. When a parcel arrives
    its order is delivered in the same act. Returns the parcels whose status changed.
    """
    heard: dict[str, list[TrackEvent]] = {waybill: [] for waybill in asked}
    for event in events:
        heard.setdefault(event.waybill, []).append(event)
    known = _known(carrier_id, list(heard))
    seen = _seen([trail.trail_id for trail in known.values()])
    stops, rows, moved, delivered = [], [], [], []
    for waybill, trail in known.items():
        fresh = {event.key[:80]: event for event in heard[waybill] if (trail.trail_id, event.key[:80]) not in seen}
        now = status.after(trail.standing, fresh.values())
        text, place = words.fit(now.text), words.fit(now.place, 80)
        for key, event in fresh.items():
            said = (words.fit(event.text), words.fit(event.place, 80))
            stops.append((trail.trail_id, key, event.at, event.status.value, *said, at))
        arrived = now.status is Status.DELIVERED and trail.standing.status is not Status.DELIVERED
        delivered_at = min(event.at for event in fresh.values() if event.status is Status.DELIVERED) if arrived else None
        again = pace.next_check(now.status, at=at, since=trail.since)
        moments = [db.adapt(moment) if moment else None for moment in (now.at, delivered_at, again)]
        rows.append((now.status.value, text, place, *moments, db.adapt(at), trail.trail_id))
        if arrived:
            delivered.append(ParcelDelivered(trail.parcel_id, trail.order_id))
        elif now.status is not trail.standing.status:
            moved.append(ParcelMoved(trail.parcel_id, trail.order_id, now.status.value, text))
    db.insert_many(Stop, STOP, stops)
    db.execute_many(
        "UPDATE tracking_trail SET status = %s, last_text = %s, last_place = %s, last_at = %s, "
        "delivered_at = COALESCE(delivered_at, %s), next_check_at = %s, checked_at = %s, failures = 0 WHERE id = %s",
        rows,
    )
    beside = shipments.fellows([event.parcel_id for event in delivered])
    there = [order_id for event in delivered for order_id in (event.order_id, *beside.get(event.parcel_id, ()))]
    progress.mark_delivered(there, by=by, at=at)
    tell(moved, by=by, at=at)
    tell(delivered, by=by, at=at)
    return sorted([event.parcel_id for event in moved] + [event.parcel_id for event in delivered])


def _known(carrier_id: int, waybills: Sequence[str]) -> dict[str, Known]:
    """Waybill → its trail, locked in the order of ids where the database locks rows."""
    chosen, wanted = db.among("t.waybill", sorted(waybills))
    lock = " FOR NO KEY UPDATE OF t" if connection.vendor == "postgresql" else ""
    rows = db.fetch(
        "SELECT t.waybill, t.id, t.parcel_id, p.order_id, t.status, t.last_at, t.last_text, t.last_place, t.since "
        f"FROM tracking_trail t JOIN fulfilment_parcel p ON p.id = t.parcel_id WHERE t.carrier_id = %s AND {chosen} "
        f"ORDER BY t.id{lock}",
        [carrier_id, wanted],
    )
    found = {}
    for waybill, trail_id, parcel_id, order_id, word, last_at, text, place, since in rows:
        standing = status.Standing(Status(word), db.moment(last_at) if last_at else None, text, place)
        found[waybill] = Known(trail_id, parcel_id, order_id, standing, db.moment(since))
    return found


def _seen(trail_ids: Sequence[int]) -> set[tuple[int, str]]:
    chosen, ids = db.among("trail_id", sorted(trail_ids))
    return {(trail_id, key) for trail_id, key in db.fetch(f"SELECT trail_id, key FROM tracking_stop WHERE {chosen}", [ids])}


@command(needs="parcel.ship", over="trail")
def miss(trail_ids: Sequence[int], *, by: Actor, at: datetime) -> None:
    """The carrier could not be asked about these: ask again later, ever later, and count."""
    chosen, ids = db.among("id", sorted(trail_ids))
    rows = db.fetch(f"SELECT id, failures + 1 FROM tracking_trail WHERE {chosen} ORDER BY id", [ids])
    later = [(many, db.adapt(pace.after_failure(many, at=at)), trail_id) for trail_id, many in rows]
    db.execute_many("UPDATE tracking_trail SET failures = %s, next_check_at = %s WHERE id = %s", later)
