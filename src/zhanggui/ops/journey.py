"""Orders walked from shelf to door, many at a time: what the tour shows and the demo is made with."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db.models import Sum

from zhanggui.fulfilment.commands import packing, parcels, picks, sheets, waves, waybills
from zhanggui.fulfilment.models import Parcel, Waybill
from zhanggui.fulfilment.refusals import NothingToPlan
from zhanggui.journal import jobs
from zhanggui.kernel.actor import Actor
from zhanggui.orders.models import Line
from zhanggui.stock import queries as stock
from zhanggui.stock.commands import receipts
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.tracking.commands import polling
from zhanggui.tracking.models import Trail

WAVE_SIZE = 500
# What the sample shelves look like: aisle, bay, level.
BAYS, SHELVES = 40, 5


class Road(Protocol):
    """A practice carrier that moves its parcels when told to."""

    def advance(
        self, waybills: Sequence[str] | None = None, *, steps: int = 1, to: str = "", at: datetime | None = None
    ) -> dict[str, Any]: ...


class Journey:
    """One walk through the house. ``now`` is its clock; ``by`` does everything."""

    def __init__(self, *, by: Actor, now: Callable[[], datetime]) -> None:
        self.by, self.now = by, now

    def drain(self) -> int:
        """Do every job that waits, and what it leads to."""
        return jobs.run_until_idle(at=self.now)

    def stock_up(self, *, percent: Callable[[int], int] = lambda nth: 100) -> tuple[int, int]:
        """Receive what unshipped orders ask for, ``percent(nth)`` of it for the nth SKU; (SKUs, pieces)."""
        wanted = (
            Line.objects.filter(order__stage__in=("pending_review", "pending_payment", "draft"), sku__isnull=False)
            .values_list("sku_id")
            .annotate(pieces=Sum("quantity"))
            .order_by("sku__code")
        )
        house = stock.default_warehouse().pk
        rows = [
            Receipt(house, bin_code(nth), sku_id, max(pieces * percent(nth) // 100, 0))
            for nth, (sku_id, pieces) in enumerate(wanted)
        ]
        rows = [row for row in rows if row.pieces]
        for start in range(0, len(rows), 1000):
            receipts.receive(rows[start : start + 1000], by=self.by, at=self.now())
        return len(rows), sum(row.pieces for row in rows)

    def wave(self, order_ids: Sequence[int] | None = None, *, limit: int = WAVE_SIZE) -> list[int]:
        """Plan and release one wave; its parcels, or none when nothing is approved."""
        try:
            planned = waves.plan(order_ids, warehouse_id=stock.default_warehouse().pk, limit=limit, by=self.by, at=self.now())
        except NothingToPlan:
            return []
        waves.release([planned.wave_id], by=self.by, at=self.now())
        return self.parcels_of(planned.wave_id)

    def parcels_of(self, wave_id: int) -> list[int]:
        return list(Parcel.objects.filter(wave_id=wave_id).exclude(stage="voided").order_by("id").values_list("id", flat=True))

    def pick(self, parcel_ids: Sequence[int]) -> int:
        found = Parcel.objects.filter(pk__in=parcel_ids).values_list("wave_id", flat=True).distinct()
        return len(picks.confirm_waves(list(found), by=self.by, at=self.now()).done)

    def pack(self, parcel_ids: Sequence[int]) -> int:
        return len(packing.pack_whole(parcel_ids, force=True, by=self.by, at=self.now()).done)

    def label(self, parcel_ids: Sequence[int]) -> list[int]:
        """Get a waybill for each; those that got one."""
        return sorted(waybills.label(parcel_ids, by=self.by, at=self.now()).done)

    def print_labels(self, parcel_ids: Sequence[int]) -> int:
        """Set the labels as the printer would get them; bytes of paper."""
        return sum(len(sheets.labels_pdf(parcel_ids[at : at + WAVE_SIZE], by=self.by, at=self.now())) for at in range(0, len(parcel_ids), WAVE_SIZE))

    def ship(self, parcel_ids: Sequence[int]) -> list[int]:
        return sorted(parcels.ship(parcel_ids, by=self.by, at=self.now()).done)

    def deliver(self, road: Road, *, to: str = "delivered", later: timedelta = timedelta(days=2), waybills_: Sequence[str] | None = None) -> int:
        """Let the carrier bring its parcels ``to`` a status and hear of it; how many changed."""
        at = self.now() + later
        road.advance(waybills_, to=to, at=at)
        changed = 0
        while Trail.objects.filter(next_check_at__lte=at).exists():
            changed += polling.poll(at=at)
        self.drain()
        return changed


def waybill_numbers(parcel_ids: Sequence[int]) -> list[str]:
    return list(Waybill.objects.filter(parcel_id__in=parcel_ids, state="issued").values_list("number", flat=True))


def bin_code(nth: int) -> str:
    """A place for the nth SKU: aisle A … Z, AA …, then bay, then level."""
    aisle, rest = divmod(nth, BAYS * SHELVES)
    bay, level = divmod(rest, SHELVES)
    letters = chr(65 + aisle % 26) * (1 + aisle // 26)
    return f"{letters}-{bay + 1:02d}-{level + 1:02d}"
