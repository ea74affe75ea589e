"""What is known of parcels when a number is asked for or a label printed: reads, and one shape for the carrier."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from zhanggui.carriers.models import Carrier
from zhanggui.carriers.port import Party, Shipment
from zhanggui.customers.sealing import Person
from zhanggui.kernel import db

# What a carrier is told when nobody weighed and the goods have no weight in the catalogue.
UNWEIGHED_G = 500
SENDER = ("name", "phone", "province", "city", "street")
_OWED = "CASE WHEN {o}.payment = 'cod' AND {o}.total_minor > {o}.paid_minor THEN {o}.total_minor - {o}.paid_minor ELSE 0 END"
# What is collected at the door for parcel ``p`` and its order ``o``: of every order in it that is paid there.
COLLECTED = (
    f"{_OWED.format(o='o')} + COALESCE((SELECT SUM({_OWED.format(o='m')}) FROM fulfilment_fellow f "
    "JOIN orders_order m ON m.id = f.order_id WHERE f.parcel_id = p.id), 0)"
)


class Box(NamedTuple):
    """A parcel before its number: ``live`` is the state of its live waybill or empty; ``asked_before`` counts them all; ``holds`` are
    those of every order in it."""

    parcel_id: int
    number: str
    stage: str
    carrier_id: int | None
    order_id: int
    order_number: str
    holds: int
    warehouse: str
    sender: Mapping[str, str]
    live: str
    waybill: str
    asked_before: int


class Fact(NamedTuple):
    """What a carrier must know of a parcel, but for the person."""

    parcel_id: int
    recipient_id: int
    sender: Mapping[str, str]
    weight_g: int
    cod_minor: int
    currency: str


class Unsettled(NamedTuple):
    """An intent that waits for its answer."""

    waybill_id: int
    carrier_id: int
    carrier: str
    parcel_id: int
    parcel: str
    stage: str
    order_id: int


def boxes(parcel_ids: Collection[int]) -> list[Box]:
    """These parcels with their live number, in the order of their ids. One statement."""
    chosen, ids = db.among("p.id", sorted(set(parcel_ids)))
    rows = db.fetch(
        "SELECT p.id, p.number, p.stage, p.carrier_id, o.id, o.number, o.holds + COALESCE((SELECT SUM(m.holds) FROM fulfilment_fellow f "
        "JOIN orders_order m ON m.id = f.order_id WHERE f.parcel_id = p.id), 0), h.name, h.sender, "
        "COALESCE(b.state, ''), COALESCE(b.number, ''), (SELECT COUNT(*) FROM fulfilment_waybill n WHERE n.parcel_id = p.id) "
        "FROM fulfilment_parcel p JOIN orders_order o ON o.id = p.order_id JOIN stock_warehouse h ON h.id = p.warehouse_id "
        "LEFT JOIN fulfilment_waybill b ON b.parcel_id = p.id AND b.state IN ('pending', 'issued', 'unknown') "
        f"WHERE {chosen} ORDER BY p.id",
        [ids],
    )
    plain = ((*row[:8], as_facts(row[8]), *row[9:]) for row in rows)
    return [Box(*row) for row in plain]


def fellows(parcel_ids: Iterable[int]) -> dict[int, list[int]]:
    """Parcel → the orders that go in it beside the one it is made for; most have none. One statement."""
    chosen, ids = db.among("parcel_id", sorted(set(parcel_ids)))
    found: dict[int, list[int]] = {}
    for parcel_id, order_id in db.fetch(f"SELECT parcel_id, order_id FROM fulfilment_fellow WHERE {chosen} ORDER BY id", [ids]):
        found.setdefault(parcel_id, []).append(order_id)
    return found


def facts(parcel_ids: Collection[int]) -> list[Fact]:
    """What a carrier must know, the weight as weighed, else as the catalogue adds up. One statement."""
    chosen, ids = db.among("p.id", sorted(set(parcel_ids)))
    rows = db.fetch(
        f"SELECT p.id, o.recipient_id, h.sender, p.weight_g, {COLLECTED}, o.currency, "
        "(SELECT SUM(l.pieces * k.weight_g) FROM fulfilment_parcelline l JOIN catalog_sku k ON k.id = l.sku_id "
        "WHERE l.parcel_id = p.id) FROM fulfilment_parcel p JOIN orders_order o ON o.id = p.order_id "
        "JOIN stock_warehouse h ON h.id = p.warehouse_id "
        f"WHERE {chosen} ORDER BY p.id",
        [ids],
    )
    found = []
    for parcel_id, recipient_id, sender, weighed, collect, currency, reckoned in rows:
        weight_g = weighed or int(reckoned or 0) or UNWEIGHED_G
        found.append(Fact(parcel_id, recipient_id, as_facts(sender), weight_g, int(collect), currency))
    return found


def shipment(fact: Fact, person: Person, *, reference: str, service: str) -> Shipment:
    """The parcel as the carrier's door wants it, with the person in plain: it lives in memory, on its way out."""
    receiver = Party(
        name=person.name,
        phone=person.phone or person.phone2,
        province=person.province,
        city=person.city,
        district=person.district,
        street=person.street,
        country=person.country,
        postcode=person.postcode,
    )
    return Shipment(
        reference=reference,
        sender=party(fact.sender),
        receiver=receiver,
        service=service or "standard",
        weight_g=fact.weight_g,
        # One box: what is inside is ours to count.
        pieces=1,
        cod_minor=fact.cod_minor,
        currency=fact.currency,
    )


def party(sender: Mapping[str, str]) -> Party:
    """A warehouse's sender: ``name phone province city district street``, perhaps ``country postcode``."""
    parts = {key: str(sender.get(key, "")) for key in ("name", "phone", "province", "city", "district", "street")}
    return Party(**parts, country=str(sender.get("country", "CN")), postcode=str(sender.get("postcode", "")))


def sender_is_whole(sender: Mapping[str, str]) -> bool:
    return all(str(sender.get(key, "")).strip() for key in SENDER)


def unsettled(references: Iterable[str]) -> dict[str, Unsettled]:
    """Reference → its open intent. One statement."""
    chosen, wanted = db.among("b.reference", sorted(set(references)))
    rows = db.fetch(
        "SELECT b.reference, b.id, b.carrier_id, c.name, p.id, p.number, p.stage, p.order_id FROM fulfilment_waybill b "
        "JOIN fulfilment_parcel p ON p.id = b.parcel_id JOIN carriers_carrier c ON c.id = b.carrier_id "
        f"WHERE {chosen} AND b.state IN ('pending', 'unknown')",
        [wanted],
    )
    return {reference: Unsettled(*row) for reference, *row in rows}


def used_numbers(pairs: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
    """Which of these (carrier, number) are in the books already, in whatever state. One statement."""
    chosen, wanted = db.among("number", sorted({number for _, number in pairs if number}))
    rows = db.fetch(f"SELECT carrier_id, number FROM fulfilment_waybill WHERE {chosen} AND number <> '' AND cycle = 0", [wanted])
    return {(carrier_id, number) for carrier_id, number in rows} & set(pairs)


def doubtful(*, older_than: datetime, limit: int) -> list[tuple[Carrier, Sequence[str]]]:
    """References to ask about, by carrier: all unknown ones, and intents whose asker is gone since ``older_than``.

    Two statements.
    """
    rows = db.fetch(
        "SELECT carrier_id, reference FROM fulfilment_waybill WHERE state IN ('pending', 'unknown') "
        "AND (state = 'unknown' OR asked_at < %s) ORDER BY asked_at, id LIMIT %s",
        [db.adapt(older_than), limit],
    )
    by_carrier: dict[int, list[str]] = {}
    for carrier_id, reference in rows:
        by_carrier.setdefault(carrier_id, []).append(reference)
    found = Carrier.objects.in_bulk(list(by_carrier))
    return [(found[carrier_id], references) for carrier_id, references in by_carrier.items()]


def as_facts(value: Any) -> dict[str, str]:
    """A JSON column of a raw statement, whatever the database gives it as."""
    return dict(json.loads(value) if isinstance(value, str) else value or {})
