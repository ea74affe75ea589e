"""Paper from the warehouse: labels, pick sheets, packing slips. Set-wise: a fixed number of statements however many."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from zhanggui.customers import queries as customers
from zhanggui.customers.sealing import Person
from zhanggui.fulfilment import shipments
from zhanggui.fulfilment.commands import aside
from zhanggui.fulfilment.refusals import NoWaybill
from zhanggui.fulfilment.rules import slots
from zhanggui.fulfilment.rules.labels import door
from zhanggui.journal import reaches
from zhanggui.journal.book import command
from zhanggui.kernel import clock, db, masking
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound
from zhanggui.papers import press
from zhanggui.papers.facts import (
    GoodsLine,
    Label,
    Note,
    PackingSlip,
    PickRow,
    PickSheet,
    Receiver,
    Sender,
    SlipLine,
    SlotShare,
    Total,
)

REPRINT = "waybill.void"


def labels_pdf(parcel_ids: Sequence[int], *, by: Actor, at: datetime) -> bytes:
    """The labels of these parcels in the order given, one PDF; names, phones and doors masked, each print counted.

    Printing one again needs the right to reprint. Raises ``NoWaybill`` for the first that has no number, and what
    ``press.render`` raises for one that cannot be set.
    """
    by.require("waybill.get")
    reaches.within(by.reach, "parcel", parcel_ids)
    rows = _label_rows(parcel_ids)
    order = list(dict.fromkeys(parcel_ids))
    for parcel_id in order:
        if parcel_id not in rows:
            raise NoWaybill(parcel=_number_of(parcel_id))
    if any(row["prints"] for row in rows.values()):
        by.require(REPRINT)
    people = customers.opened([row["recipient_id"] for row in rows.values()], by=by, at=at, why="label")
    goods = _goods(order)
    labels = [_label(rows[parcel_id], people[rows[parcel_id]["recipient_id"]], goods[parcel_id], at) for parcel_id in order]
    paper = press.render("label", labels)
    count_prints(order, by=by, at=at)
    return paper


@command(needs="waybill.get", over="parcel")
def count_prints(parcel_ids: Sequence[int], *, by: Actor, at: datetime) -> None:
    """These labels came out of the printer once more."""
    chosen, ids = db.among("parcel_id", sorted(set(parcel_ids)))
    db.execute(f"UPDATE fulfilment_waybill SET prints = prints + 1 WHERE {chosen} AND state = 'issued'", [ids])


LABEL = (
    "parcel_id", "number", "slot", "weight_g", "order_number", "recipient_id", "buyer_note", "collect", "currency",
    "mark", "carrier", "service", "sender", "warehouse", "wave", "waybill", "sort_code", "station", "prints",
)  # fmt: skip


def _label_rows(parcel_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    chosen, ids = db.among("p.id", sorted(set(parcel_ids)))
    rows = db.fetch(
        f"SELECT p.id, p.number, p.slot, p.weight_g, o.number, o.recipient_id, o.buyer_note, {shipments.COLLECTED}, "
        "o.currency, s.mark, c.name, c.service, h.sender, h.name, w.number, b.number, b.sort_code, b.station, b.prints "
        "FROM fulfilment_parcel p JOIN fulfilment_waybill b ON b.parcel_id = p.id AND b.state = 'issued' "
        "JOIN orders_order o ON o.id = p.order_id JOIN orders_shop s ON s.id = o.shop_id "
        "JOIN carriers_carrier c ON c.id = b.carrier_id JOIN stock_warehouse h ON h.id = p.warehouse_id "
        f"JOIN fulfilment_wave w ON w.id = p.wave_id WHERE {chosen}",
        [ids],
    )
    beside = _fellows(parcel_ids)
    found = {}
    for row in rows:
        said = dict(zip(LABEL, row, strict=True))
        orders = [(said["order_number"], said["buyer_note"]), *beside.get(row[0], ())]
        said["order_numbers"] = tuple(number for number, _note in orders)
        said["buyer_note"] = "；".join(note for _number, note in orders if note)
        found[row[0]] = said
    return found


def _fellows(parcel_ids: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """Parcel → the number and the buyer's note of every order that goes in it beside its own."""
    chosen, ids = db.among("f.parcel_id", sorted(set(parcel_ids)))
    found: dict[int, list[tuple[str, str]]] = {}
    for parcel_id, number, note in db.fetch(
        "SELECT f.parcel_id, o.number, o.buyer_note FROM fulfilment_fellow f JOIN orders_order o ON o.id = f.order_id "
        f"WHERE {chosen} ORDER BY f.id",
        [ids],
    ):
        found.setdefault(parcel_id, []).append((number, note))
    return found


def _goods(parcel_ids: Collection[int]) -> dict[int, list[GoodsLine]]:
    chosen, ids = db.among("l.parcel_id", sorted(set(parcel_ids)))
    goods: dict[int, list[GoodsLine]] = defaultdict(list)
    for parcel_id, *line in db.fetch(
        "SELECT l.parcel_id, k.code, k.name, k.spec, l.pieces FROM fulfilment_parcelline l "
        f"JOIN catalog_sku k ON k.id = l.sku_id WHERE {chosen} ORDER BY l.id",
        [ids],
    ):
        goods[parcel_id].append(GoodsLine(*line))
    return goods


def _label(row: dict[str, Any], person: Person, goods: Sequence[GoodsLine], at: datetime) -> Label:
    party = shipments.party(shipments.as_facts(row["sender"]))
    phone = person.phone or person.phone2
    return Label(
        parcel_number=row["number"],
        order_numbers=row["order_numbers"],
        carrier=row["carrier"],
        service=row["service"],
        waybill=row["waybill"],
        receiver=Receiver(
            masking.name(person.name),
            masking.label_phone(phone),
            person.province,
            person.city,
            person.district,
            door(person.street),
        ),
        sender=Sender(
            masking.name(party.name),
            masking.label_phone(party.phone),
            f"{party.province}{party.city}{party.district}{door(party.street)}",
        ),
        goods=tuple(goods),
        sort_code=row["sort_code"],
        station=row["station"],
        weight_g=row["weight_g"],
        buyer_note=row["buyer_note"],
        printed_at=_stamp(at),
        shop_mark=row["mark"],
        reprints=row["prints"],
        wave_number=row["wave"],
        slot=str(row["slot"]),
        collect_minor=int(row["collect"]),
        currency=row["currency"],
    )


def _number_of(parcel_id: int) -> str:
    found = db.fetch("SELECT number FROM fulfilment_parcel WHERE id = %s", [parcel_id])
    return str(found[0][0]) if found else str(parcel_id)


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(clock.company_zone()):%m-%d %H:%M}"


def pick_sheet_pdf(wave_id: int, *, by: Actor, at: datetime) -> bytes:
    """The walk of one wave on paper: what is still to be picked, in walking order, and how much goes into which slot."""
    by.require("warehouse.work")
    reaches.within(by.reach, "wave", wave_id)
    return press.render("pick_sheet", [pick_sheet(wave_id, picker=by.name, at=at)])


def pick_sheet(wave_id: int, *, picker: str = "", at: datetime) -> PickSheet:
    """The facts of that sheet; once everything is picked, the whole walk again. Three statements."""
    found = db.fetch(
        "SELECT w.number, h.name, w.orders FROM fulfilment_wave w JOIN stock_warehouse h ON h.id = w.warehouse_id "
        "WHERE w.id = %s",
        [wave_id],
    )
    if not found:
        raise NotFound(what=wave_id)
    number, warehouse, orders = found[0]
    stops = db.fetch(
        "SELECT k.sku_id, k.pieces, k.picked, k.done_at IS NOT NULL, b.code, s.code, s.name, s.spec, s.barcode "
        "FROM fulfilment_pick k "
        "JOIN stock_bin b ON b.id = k.bin_id JOIN catalog_sku s ON s.id = k.sku_id WHERE k.wave_id = %s "
        "AND k.pieces > 0 ORDER BY k.seq, k.id",
        [wave_id],
    )
    boxes = aside.wanted([wave_id]).get(wave_id, [])
    wants = [slots.Want(box.slot, sku_id, pieces) for box in boxes for sku_id, pieces in box.wants.items()]
    shares = slots.seed([(stop[0], stop[1]) for stop in stops], wants)
    open_ones = [place for place, stop in enumerate(stops) if not stop[3]] or range(len(stops))
    rows = []
    for place in open_ones:
        _, pieces, picked, done, bin_code, code, name, spec, barcode = stops[place]
        left = pieces if done else pieces - picked
        into = tuple(SlotShare(str(slot), many) for slot, many in shares[place]) if left == pieces else ()
        rows.append(PickRow(bin_code, code, name, spec, left, barcode, into))
    return PickSheet(number, warehouse, tuple(rows), picker=picker, orders=orders, printed_at=_stamp(at))


def slips_pdf(parcel_ids: Sequence[int], *, by: Actor, at: datetime) -> bytes:
    """A packing slip for each parcel, in the order given: what is in the box, what it came to, what the buyer asked for. Of merged
    orders each has its own, one after the other."""
    by.require("warehouse.work")
    reaches.within(by.reach, "parcel", parcel_ids)
    chosen, ids = db.among("p.id", sorted(set(parcel_ids)))
    boxes = db.fetch(
        "SELECT p.id, p.order_id, COALESCE(b.number, '') FROM fulfilment_parcel p "
        f"LEFT JOIN fulfilment_waybill b ON b.parcel_id = p.id AND b.state = 'issued' WHERE {chosen}",
        [ids],
    )
    beside = shipments.fellows(parcel_ids)
    inside = {parcel_id: [order_id, *beside.get(parcel_id, ())] for parcel_id, order_id, _number in boxes}
    waybill = {parcel_id: number for parcel_id, _order, number in boxes}
    chosen, ids = db.among("o.id", sorted({order_id for each in inside.values() for order_id in each}))
    rows = db.fetch(
        "SELECT o.id, o.number, s.name, r.masked_name, o.buyer_note, o.placed_at, o.goods_minor, o.discount_minor, o.freight_minor, "
        "o.total_minor, o.currency FROM orders_order o JOIN orders_shop s ON s.id = o.shop_id "
        f"JOIN customers_recipient r ON r.id = o.recipient_id WHERE {chosen}",
        [ids],
    )
    said = {row[0]: row[1:] for row in rows}
    lines: dict[tuple[int, int], list[SlipLine]] = defaultdict(list)
    chosen, ids = db.among("l.parcel_id", sorted(set(parcel_ids)))
    for parcel_id, order_id, *line in db.fetch(
        "SELECT l.parcel_id, n.order_id, k.code, n.name, n.spec, l.pieces, n.total_minor, n.note FROM fulfilment_parcelline l "
        f"JOIN orders_line n ON n.id = l.order_line_id JOIN catalog_sku k ON k.id = l.sku_id WHERE {chosen} ORDER BY l.id",
        [ids],
    ):
        lines[parcel_id, order_id].append(SlipLine(*line))
    slips = [
        _slip(said[order_id], lines[parcel_id, order_id], waybill[parcel_id], at)
        for parcel_id in dict.fromkeys(parcel_ids)
        for order_id in inside.get(parcel_id, ())
    ]
    return press.render("packing_slip", slips)


def _slip(row: Sequence[Any], lines: Sequence[SlipLine], waybill: str, at: datetime) -> PackingSlip:
    number, shop, receiver, note, placed_at, goods, discount, freight, total, currency = row
    amounts = [("商品", goods), ("优惠", -discount), ("运费", freight)]
    totals = [Total(heading, minor) for heading, minor in amounts if minor]
    return PackingSlip(
        order_number=number,
        shop=shop,
        lines=tuple(lines),
        notes=(Note("买家留言", note),) if note else (),
        totals=(*totals, Total("合计", total)),
        currency=currency,
        receiver_name=receiver,
        placed_at=_stamp(db.moment(placed_at)),
        printed_at=_stamp(at),
        waybill=waybill,
    )
