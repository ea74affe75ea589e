"""How far the warehouse is: waves, walks, benches, boxes at the door. Every question is a fixed number of statements."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Prefetch, QuerySet

from zhanggui.fulfilment import reaching, states
from zhanggui.fulfilment.bench import Bench, BenchLine
from zhanggui.fulfilment.models import Fellow, Parcel, ParcelLine, Pick, Wave, Waybill
from zhanggui.fulfilment.rules import groups
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.kernel.errors import NotFound
from zhanggui.orders import reaching as orders

PAGE = 50


class Suggestion(NamedTuple):
    """Orders worth a wave. ``kind``: all, hot, single, mixed, carrier; ``what`` names the SKU or the carrier."""

    kind: str
    what: str
    orders: int
    pieces: int
    stops_saved: int
    order_ids: tuple[int, ...]


class WaveRow(NamedTuple):
    """A wave on the board: stops and boxes, and how many of them are done."""

    wave_id: int
    number: str
    stage: str
    orders: int
    pieces: int
    made_at: datetime
    stops: int
    stops_done: int
    parcels: int
    packed: int
    shipped: int
    leftover: int

    @property
    def word(self) -> str:
        return states.WAVE_WORD[self.stage]


class Today(NamedTuple):
    """What one pair of hands packed since midnight."""

    parcels: int
    pieces: int


class Door(NamedTuple):
    """Packed boxes of one carrier: those that may go now, and why the others may not."""

    carrier_id: int | None
    carrier: str
    ready: int
    unlabelled: int
    held: int
    ready_ids: tuple[int, ...]


class Counts(NamedTuple):
    """The figures of the rail."""

    to_plan: int
    to_pick: int
    to_pack: int
    to_label: int
    to_ship: int
    unsettled: int


def suggest(warehouse_id: int, *, reach: Reach = EVERYWHERE, limit: int = 2000) -> list[Suggestion]:
    """Waiting orders, grouped as they are worth picking together: all, hot SKUs, singles, mixed, by carrier.

    Two statements.
    """
    theirs, whose = orders.sql(reach, "o")
    rows = db.fetch(
        "SELECT o.id, o.pieces, o.kinds, o.carrier_id, (SELECT MIN(l.sku_id) FROM orders_line l WHERE l.order_id = o.id), c.name "
        "FROM orders_order o LEFT JOIN carriers_carrier c ON c.id = o.carrier_id "
        f"WHERE o.stage = 'approved' AND o.holds = 0 AND o.warehouse_id = %s{theirs} ORDER BY o.ship_by, o.id LIMIT %s",
        [warehouse_id, *whose, limit],
    )
    waiting = [
        groups.Waiting(id_, many, kinds, carrier, sku if kinds == 1 else None) for id_, many, kinds, carrier, sku, _ in rows
    ]
    carrier_names = {row[3]: row[5] for row in rows if row[3] is not None}
    found = groups.gather(waiting)
    chosen, ids = db.among("id", sorted({group.sku_id for group in found if group.sku_id is not None}))
    sku_names = dict(db.fetch(f"SELECT id, code FROM catalog_sku WHERE {chosen}", [ids]))
    made = []
    for group in found:
        what = sku_names.get(group.sku_id or 0) or carrier_names.get(group.carrier_id) or ""
        made.append(Suggestion(group.kind, what, len(group.order_ids), group.pieces, group.stops_saved, group.order_ids))
    return made


def wave_board(
    *,
    warehouse_id: int | None = None,
    stages: Sequence[str] = (),
    before_id: int | None = None,
    reach: Reach = EVERYWHERE,
    limit: int = PAGE,
) -> list[WaveRow]:
    """Waves, newest first; the next page begins ``before_id``. Three statements."""
    waves = Wave.objects.filter(reaching.waves(reach)).order_by("-id")
    if warehouse_id is not None:
        waves = waves.filter(warehouse_id=warehouse_id)
    if stages:
        waves = waves.filter(stage__in=stages)
    if before_id is not None:
        waves = waves.filter(pk__lt=before_id)
    found = list(waves[:limit])
    chosen, ids = db.among("wave_id", [wave.pk for wave in found])
    stops = {
        row[0]: row[1:]
        for row in db.fetch(
            "SELECT wave_id, COUNT(*), SUM(CASE WHEN done_at IS NULL THEN 0 ELSE 1 END), SUM(picked) "
            f"FROM fulfilment_pick WHERE {chosen} AND pieces > 0 GROUP BY wave_id",
            [ids],
        )
    }
    boxes = {
        row[0]: row[1:]
        for row in db.fetch(
            "SELECT wave_id, SUM(CASE WHEN stage = 'voided' THEN 0 ELSE 1 END), "
            "SUM(CASE WHEN stage = 'packed' THEN 1 ELSE 0 END), SUM(CASE WHEN stage = 'shipped' THEN 1 ELSE 0 END), "
            "SUM(CASE WHEN stage = 'voided' THEN 0 ELSE pieces END) "
            f"FROM fulfilment_parcel WHERE {chosen} GROUP BY wave_id",
            [ids],
        )
    }
    rows = []
    for wave in found:
        many, done, picked = (int(n) for n in stops.get(wave.pk, (0, 0, 0)))
        parcels, packed, shipped, wanted = (int(n) for n in boxes.get(wave.pk, (0, 0, 0, 0)))
        leftover = max(picked - wanted, 0) if wave.stage != states.PICKING else 0
        head = (wave.pk, wave.number, wave.stage, wave.orders, wave.pieces, wave.made_at)
        rows.append(WaveRow(*head, many, done, parcels, packed, shipped, leftover))
    return rows


def wave_detail(wave_id: int, *, reach: Reach = EVERYWHERE) -> Wave:
    """A wave with its stops (bin, SKU) and parcels (order, carrier, live waybills in ``live``). Four statements.

    Raises ``NotFound``.
    """
    stops = Pick.objects.select_related("bin", "sku").order_by("seq", "id")
    parcels = with_waybills(Parcel.objects.select_related("order", "carrier").order_by("slot"))
    waves = Wave.objects.select_related("warehouse").prefetch_related(Prefetch("picks", stops), Prefetch("parcels", parcels))
    wave = waves.filter(reaching.waves(reach), pk=wave_id).first()
    if wave is None:
        raise NotFound(what=wave_id)
    return wave


def with_waybills(parcels: QuerySet[Parcel]) -> QuerySet[Parcel]:
    """Each parcel with its live waybill, if any, as the list ``live``. One more statement."""
    return parcels.prefetch_related(Prefetch("waybills", Waybill.objects.filter(state__in=Waybill.LIVE), to_attr="live"))


def order_parcels(order_id: int, *, reach: Reach = EVERYWHERE) -> list[Parcel]:
    """An order's parcels, newest first, with wave, carrier, lines (and SKU) and every waybill ever asked for.

    Three statements.
    """
    lines = ParcelLine.objects.select_related("sku").order_by("id")
    waybills = Waybill.objects.select_related("carrier").order_by("-id")
    mine = Parcel.objects.filter(order=order_id).values("pk").union(Fellow.objects.filter(order=order_id).values("parcel_id"))
    parcels = Parcel.objects.filter(reaching.of(reach), pk__in=mine).select_related("wave", "carrier").order_by("-id")
    return list(parcels.prefetch_related(Prefetch("lines", lines), Prefetch("waybills", waybills)))


def parcels(
    *,
    stages: Sequence[str] = (),
    carrier_id: int | None = None,
    wave_id: int | None = None,
    waybill: str = "",
    before_id: int | None = None,
    reach: Reach = EVERYWHERE,
    limit: int = PAGE,
) -> list[Parcel]:
    """Parcels, newest first, with order, recipient, carrier, wave and ``live`` waybill. Two statements.

    ``waybill``: ``none`` has no live number, else one of the waybill's states.
    """
    rows = Parcel.objects.select_related("order__recipient", "order__shop", "carrier", "wave").order_by("-id")
    rows = rows.filter(reaching.of(reach))
    if stages:
        rows = rows.filter(stage__in=stages)
    if carrier_id is not None:
        rows = rows.filter(carrier_id=carrier_id)
    if wave_id is not None:
        rows = rows.filter(wave_id=wave_id)
    if before_id is not None:
        rows = rows.filter(pk__lt=before_id)
    if waybill == "none":
        rows = rows.exclude(pk__in=Waybill.objects.filter(state__in=Waybill.LIVE).values("parcel_id"))
    elif waybill:
        rows = rows.filter(pk__in=Waybill.objects.filter(state=waybill).values("parcel_id"))
    return list(with_waybills(rows)[:limit])


def find_parcel(code: str, *, reach: Reach = EVERYWHERE) -> int | None:
    """The parcel behind a scanned or typed number: a parcel's, a waybill's, our order's or the shop's.

    Of several, one still in the house. One statement.
    """
    said = code.strip()
    if not said or len(said) > 64:
        return None
    theirs, whose = reaching.sql(reach, "p", "mine")
    joined = f" JOIN orders_order mine ON mine.id = p.order_id{theirs}" if theirs else ""
    rows = db.fetch(
        "SELECT p.id, p.stage, f.rank FROM ("
        "SELECT id, 1 AS rank FROM fulfilment_parcel WHERE number = %s "
        "UNION ALL SELECT parcel_id, 2 FROM fulfilment_waybill WHERE number = %s AND number <> '' AND state = 'issued' "
        "UNION ALL SELECT p.id, 3 FROM fulfilment_parcel p JOIN orders_order o ON o.id = p.order_id WHERE o.number = %s "
        "UNION ALL SELECT r.parcel_id, 3 FROM fulfilment_fellow r JOIN orders_order o ON o.id = r.order_id WHERE o.number = %s "
        "UNION ALL SELECT p.id, 4 FROM fulfilment_parcel p JOIN orders_order o ON o.id = p.order_id WHERE o.platform_no = %s "
        "UNION ALL SELECT r.parcel_id, 4 FROM fulfilment_fellow r JOIN orders_order o ON o.id = r.order_id WHERE o.platform_no = %s "
        f") f JOIN fulfilment_parcel p ON p.id = f.id{joined}",
        [said.upper(), said.upper(), said, said, said, said, *whose],
    )
    urgent = (states.PACKING, states.WAITING, states.PACKED, states.SHIPPED, states.VOIDED)
    order = {stage: turn for turn, stage in enumerate(urgent)}
    best = min(rows, key=lambda row: (row[2], order[row[1]], -row[0]), default=None)
    return int(best[0]) if best else None


def bench(parcel_id: int, *, reach: Reach = EVERYWHERE) -> Bench:
    """One box with its lines and why its order, or one it was merged with, is held. Four statements. Raises ``NotFound``."""
    theirs, whose = reaching.sql(reach, "p", "o")
    rows = db.fetch(
        "SELECT p.id, p.number, p.stage, p.slot, p.weight_g, o.id, o.number, o.buyer_note, o.seller_note, w.number, w.stage, "
        "h.must_scan, h.must_weigh, COALESCE(b.number, '') FROM fulfilment_parcel p JOIN orders_order o ON o.id = p.order_id "
        "JOIN fulfilment_wave w ON w.id = p.wave_id JOIN stock_warehouse h ON h.id = p.warehouse_id "
        "LEFT JOIN fulfilment_waybill b ON b.parcel_id = p.id AND b.state = 'issued' "
        f"WHERE p.id = %s{theirs}",
        [parcel_id, *whose],
    )
    if not rows:
        raise NotFound(what=parcel_id)
    lines = db.fetch(
        "SELECT l.id, k.id, k.code, k.norm, k.barcode, k.name, k.spec, l.pieces, l.packed, n.note "
        "FROM fulfilment_parcelline l JOIN catalog_sku k ON k.id = l.sku_id "
        "JOIN orders_line n ON n.id = l.order_line_id WHERE l.parcel_id = %s ORDER BY l.id",
        [parcel_id],
    )
    beside = db.fetch(
        "SELECT o.id, o.number, o.buyer_note, o.seller_note FROM fulfilment_fellow f JOIN orders_order o ON o.id = f.order_id "
        "WHERE f.parcel_id = %s ORDER BY f.id",
        [parcel_id],
    )
    chosen, ids = db.among("order_id", [rows[0][5], *(row[0] for row in beside)])
    held = db.fetch(f"SELECT code FROM orders_hold WHERE {chosen} AND cleared_at IS NULL ORDER BY id", [ids])
    first = rows[0]
    # What was said of any of them is read at the bench: nobody's note is lost in another's box.
    notes = ["；".join(said for said in (first[at], *(row[at - 5] for row in beside)) if said) for at in (7, 8)]
    facts = (*first[:7], *notes, *first[9:], tuple(dict.fromkeys(code for (code,) in held)), tuple(BenchLine(*line) for line in lines))
    return Bench(*facts)._replace(fellows=tuple(row[1] for row in beside))


def missing(parcel_ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """Parcel → what was not scanned yet: ``{"sku", "name", "pieces"}``; absent where nothing lacks. One statement."""
    chosen, ids = db.among("l.parcel_id", sorted(set(parcel_ids)))
    rows = db.fetch(
        "SELECT l.parcel_id, k.code, k.name, l.pieces - l.packed FROM fulfilment_parcelline l "
        "JOIN catalog_sku k ON k.id = l.sku_id "
        f"WHERE {chosen} AND l.packed < l.pieces ORDER BY l.id",
        [ids],
    )
    lacks: dict[int, list[dict[str, Any]]] = {}
    for parcel_id, sku, name, pieces in rows:
        lacks.setdefault(parcel_id, []).append({"sku": sku, "name": name, "pieces": pieces})
    return lacks


def packing_today(person: str, *, at: datetime) -> Today:
    """What this person packed on the company's day of ``at``. One statement."""
    start, end = clock.day_bounds(clock.day_of(at))
    rows = db.fetch(
        "SELECT COUNT(*), COALESCE(SUM(pieces), 0) FROM fulfilment_parcel "
        "WHERE packed_by = %s AND packed_by <> '' AND packed_at >= %s AND packed_at < %s AND stage <> 'voided'",
        [person, db.adapt(start), db.adapt(end)],
    )
    return Today(int(rows[0][0]), int(rows[0][1]))


def ready_to_ship(*, reach: Reach = EVERYWHERE) -> list[Door]:
    """Packed boxes by carrier. One statement."""
    theirs, whose = reaching.sql(reach, "p", "o")
    rows = db.fetch(
        "SELECT p.carrier_id, COALESCE(c.name, ''), p.id, o.holds + COALESCE((SELECT SUM(m.holds) FROM fulfilment_fellow f "
        "JOIN orders_order m ON m.id = f.order_id WHERE f.parcel_id = p.id), 0), b.prints "
        "FROM fulfilment_parcel p JOIN orders_order o ON o.id = p.order_id "
        "LEFT JOIN carriers_carrier c ON c.id = p.carrier_id "
        "LEFT JOIN fulfilment_waybill b ON b.parcel_id = p.id AND b.state = 'issued' "
        f"WHERE p.stage = 'packed'{theirs} ORDER BY p.id",
        whose,
    )
    doors: dict[int | None, tuple[str, list[int], list[int], list[int]]] = {}
    for carrier_id, name, parcel_id, held, prints in rows:
        _, ready, bare, stopped = doors.setdefault(carrier_id, (name, [], [], []))
        (stopped if held else bare if prints is None else ready).append(parcel_id)
    return [
        Door(key, name, len(ready), len(bare), len(held_), tuple(ready))
        for key, (name, ready, bare, held_) in doors.items()
    ]


def counts(*, reach: Reach = EVERYWHERE) -> Counts:
    """What waits at each station. One statement."""
    if not reach.everywhere:
        return _counts_within(reach)
    rows = db.fetch(
        "SELECT (SELECT COUNT(*) FROM orders_order WHERE stage = 'approved' AND holds = 0), "
        "(SELECT COUNT(*) FROM fulfilment_pick k JOIN fulfilment_wave w ON w.id = k.wave_id "
        "WHERE w.stage = 'picking' AND k.done_at IS NULL), "
        "(SELECT COUNT(*) FROM fulfilment_parcel p JOIN fulfilment_wave w ON w.id = p.wave_id "
        "WHERE p.stage IN ('waiting', 'packing') AND w.stage = 'picked'), "
        "(SELECT COUNT(*) FROM fulfilment_parcel p WHERE p.stage IN ('waiting', 'packing', 'packed') AND NOT EXISTS "
        "(SELECT 1 FROM fulfilment_waybill b WHERE b.parcel_id = p.id AND b.state IN ('pending', 'issued', 'unknown'))), "
        "(SELECT COUNT(*) FROM fulfilment_parcel WHERE stage = 'packed'), "
        "(SELECT COUNT(*) FROM fulfilment_waybill WHERE state IN ('pending', 'unknown'))"
    )
    return Counts(*rows[0])


def _counts_within(reach: Reach) -> Counts:
    """The same of what is within ``reach``."""
    theirs, whose = orders.sql(reach, "o")
    waved, waves = reaching.waves_sql(reach, "w")
    boxed, boxes = reaching.sql(reach, "p", "o")
    parcels = "SELECT COUNT(*) FROM fulfilment_parcel p JOIN orders_order o ON o.id = p.order_id "
    rows = db.fetch(
        f"SELECT (SELECT COUNT(*) FROM orders_order o WHERE o.stage = 'approved' AND o.holds = 0{theirs}), "
        "(SELECT COUNT(*) FROM fulfilment_pick k JOIN fulfilment_wave w ON w.id = k.wave_id "
        f"WHERE w.stage = 'picking' AND k.done_at IS NULL{waved}), "
        f"({parcels}JOIN fulfilment_wave w ON w.id = p.wave_id "
        f"WHERE p.stage IN ('waiting', 'packing') AND w.stage = 'picked'{boxed}), "
        f"({parcels}WHERE p.stage IN ('waiting', 'packing', 'packed'){boxed} AND NOT EXISTS "
        "(SELECT 1 FROM fulfilment_waybill b WHERE b.parcel_id = p.id AND b.state IN ('pending', 'issued', 'unknown'))), "
        f"({parcels}WHERE p.stage = 'packed'{boxed}), "
        f"({parcels}JOIN fulfilment_waybill b ON b.parcel_id = p.id WHERE b.state IN ('pending', 'unknown'){boxed})",
        [*whose, *waves, *boxes, *boxes, *boxes, *boxes],
    )
    return Counts(*rows[0])


def doubtful(since: datetime, *, reach: Reach) -> tuple[int, int]:
    """How many numbers asked for since then the carrier refused, and of how many nobody knows whether they were given."""
    # Written out, for SQLite takes an index of some rows only where the statement itself says which.
    rows = Waybill.objects.extra(where=["fulfilment_waybill.state IN ('failed', 'unknown')"]).filter(asked_at__gte=since)
    states_ = rows.filter(reaching.of(reach, "parcel__")).values_list("state").annotate(many=Count("id"))
    many = dict(states_)
    return many.get(Waybill.State.FAILED, 0), many.get(Waybill.State.UNKNOWN, 0)
