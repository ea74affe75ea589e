"""What the hands of a race do; each runs in a process of its own."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import close_old_connections

from tests.flows.team import begin as begin
from tests.flows.team import migrate as migrate
from tests.fulfilment.floor import FakeCourier, Floor
from zhanggui.carriers import queries as carriers
from zhanggui.carriers.port import Booked, Outcome
from zhanggui.fulfilment.commands import packing, parcels, picks, waves
from zhanggui.fulfilment.models import Parcel, ParcelLine, Pick, Scan, Wave, Waybill
from zhanggui.fulfilment.refusals import NothingToPlan
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import shops
from zhanggui.stock.commands import warehouses
from zhanggui.stock.models import Ledger, Level, Shelf

AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)


class SameForAll(FakeCourier):
    """The same number for a reference in every process, as a carrier would."""

    def _answer(self, reference: str) -> Booked:
        digits = int(hashlib.sha256(reference.encode()).hexdigest(), 16) % 10**12
        return Booked(reference, Outcome.OK, f"SB{digits:012d}")


COURIER = SameForAll()
carriers.plugins = lambda: {"sandbox": COURIER}  # type: ignore[assignment]


def floor() -> Floor:
    warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=AT)
    return Floor(shops.open_one("shanye", "山野杂货", by=SYSTEM, at=AT), AT)


def open_box(pieces: int) -> int:
    """A box on the bench that wants so many of one SKU."""
    place = floor()
    place.shelf("A-1", "TEA", 500)
    box = place.picked({"TEA": pieces})[0]
    packing.open(Parcel.objects.get(pk=box).number, by=SYSTEM, at=AT)
    return box


def scan_many(box: int, hand: str, many: int) -> list[str]:
    return [packing.scan(box, "69TEA", f"{hand}-{n}", by=SYSTEM, at=AT).kind for n in range(many)]


def counted(box: int) -> tuple[int, int]:
    """(packed in the books, right scans)."""
    return ParcelLine.objects.get(parcel_id=box).packed, Scan.objects.filter(parcel_id=box, right=True).count()


def ready_boxes(many: int, packed: bool) -> list[int]:
    place = floor()
    place.shelf("A-1", "TEA", 500)
    place.shelf("B-1", "CUP", 500)
    baskets = [{"TEA": 1, "CUP": 2}] * many
    return place.packed(*baskets) if packed else place.picked(*baskets)


def label(boxes: Sequence[int]) -> tuple[list[int], list[str]]:
    """(done, references this hand asked its carrier for)."""
    COURIER.calls.clear()
    done = parcels.label(boxes, by=SYSTEM, at=AT).done
    return done, [reference for verb, references in COURIER.calls for reference in references if verb == "book"]


def waybills_of(boxes: Sequence[int]) -> list[tuple[int, str]]:
    return list(Waybill.objects.filter(parcel_id__in=boxes).order_by("parcel_id").values_list("parcel_id", "state"))


def ship(boxes: Sequence[int]) -> list[int]:
    return parcels.ship(boxes, by=SYSTEM, at=AT).done


def after_shipping(boxes: Sequence[int]) -> dict[str, Any]:
    shipped = Parcel.objects.filter(pk__in=boxes, stage="shipped").count()
    staged = sum(Shelf.objects.filter(bin__kind="staging").values_list("pieces", flat=True))
    levels = list(Level.objects.order_by("sku_id").values_list("on_hand", "claimed"))
    issued = Ledger.objects.filter(kind="issued").count()
    return {"shipped": shipped, "staged": staged, "levels": levels, "issued": issued, "wave": Wave.objects.get().stage}


def waiting_orders(many: int) -> tuple[int, list[int]]:
    place = floor()
    place.shelf("A-1", "TEA", 500)
    return place.warehouse_id, place.orders(*[{"TEA": 1}] * many)


def plan(warehouse_id: int, order_ids: Sequence[int]) -> list[int]:
    try:
        return waves.plan(order_ids, warehouse_id=warehouse_id, by=SYSTEM, at=AT).batch.done
    except NothingToPlan:
        return []


def parcels_by_order() -> list[int]:
    return list(Parcel.objects.order_by("order_id").values_list("order_id", flat=True))


def walk_of(stops: int) -> list[int]:
    """A wave with so many stops; their ids."""
    place = floor()
    basket = {}
    for n in range(stops):
        place.shelf(f"A-{n}", f"S{n}", 50)
        basket[f"S{n}"] = 2
    wave_id = place.wave(basket)
    return list(Pick.objects.filter(wave_id=wave_id).values_list("pk", flat=True))


def confirm(pick_ids: Sequence[int]) -> list[int]:
    return picks.confirm(pick_ids, by=SYSTEM, at=AT).done


def wave_and_staging() -> tuple[str, int]:
    close_old_connections()
    return Wave.objects.get().stage, sum(Shelf.objects.filter(bin__kind="staging").values_list("pieces", flat=True))
