"""Waves, what to pick where, parcels and their waybills."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from zhanggui.carriers.models import Carrier
from zhanggui.catalog.models import Sku
from zhanggui.fulfilment import states
from zhanggui.kernel.tails import Tail
from zhanggui.orders.models import Line, Order
from zhanggui.stock.models import Bin, Warehouse


class Wave(models.Model):
    """Orders picked together."""

    number = models.CharField(max_length=24, unique=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="waves")
    stage = models.CharField(max_length=12, choices=list(states.WAVE_WORD.items()))
    orders = models.PositiveIntegerField(default=0)
    pieces = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    picked_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, db_default=1)

    def __str__(self) -> str:
        return self.number


class Pick(models.Model):
    """Go to this bin, take so many: one stop of a wave's walk. ``seq`` is the order of walking."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="picks", db_index=False)
    seq = models.PositiveIntegerField()
    bin = models.ForeignKey(Bin, on_delete=models.PROTECT, related_name="+")
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+")
    pieces = models.PositiveIntegerField()
    picked = models.PositiveIntegerField(default=0, db_default=0)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=80, default="", db_default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wave", "bin", "sku"], name="pick_stop_once"),
            models.CheckConstraint(condition=Q(picked__lte=F("pieces")), name="pick_at_most_what_is_asked"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}. ×{self.pieces}"


class Parcel(models.Model):
    """One box to one door. ``slot`` is its place in the wave's put wall."""

    number = models.CharField(max_length=24, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="parcels")
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="parcels")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, null=True, related_name="+")
    slot = models.PositiveIntegerField()
    stage = models.CharField(max_length=12, choices=list(states.PARCEL_WORD.items()))
    pieces = models.PositiveIntegerField()
    weight_g = models.PositiveIntegerField(default=0, db_default=0)
    made_at = models.DateTimeField()
    packed_at = models.DateTimeField(null=True)
    packed_by = models.CharField(max_length=80, default="", db_default="")
    shipped_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["stage", "id"], name="parcel_stage"),
            models.Index(fields=["packed_by", "packed_at"], name="parcel_hand", condition=~Q(packed_by="")),
        ]

    def __str__(self) -> str:
        return self.number


class ParcelLine(models.Model):
    """Pieces of one order line that go into one parcel. ``packed`` never passes ``pieces``."""

    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="parcel_lines")
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+")
    pieces = models.PositiveIntegerField()
    packed = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(packed__lte=F("pieces")), name="parcel_packs_at_most_what_was_bought")
        ]

    def __str__(self) -> str:
        return f"{self.packed}/{self.pieces}"


class Scan(models.Model):
    """One beep at the packing bench; the device's own id makes a second telling harmless."""

    uid = models.CharField(max_length=40, unique=True)
    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="scans")
    line = models.ForeignKey(ParcelLine, on_delete=models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=64)
    right = models.BooleanField()
    undone_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.code


class Waybill(models.Model):
    """A number asked of a carrier for a parcel: intent, call, record. A row is never deleted.

    ``reference`` is ours and fixed before the call, so that asking twice books once.
    """

    class State(models.TextChoices):
        PENDING = "pending", "取号中"
        ISSUED = "issued", "已取号"
        UNKNOWN = "unknown", "待核实"
        FAILED = "failed", "取号失败"
        VOIDED = "voided", "已作废"

    LIVE = ("pending", "issued", "unknown")

    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="waybills")
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="waybills")
    reference = models.CharField(max_length=40, unique=True)
    number = models.CharField(max_length=40, default="", db_default="")
    cycle = models.PositiveSmallIntegerField(default=0, db_default=0)
    state = models.CharField(max_length=8, choices=State)
    sort_code = models.CharField(max_length=40, default="", db_default="")
    station = models.CharField(max_length=40, default="", db_default="")
    error_code = models.CharField(max_length=40, default="", db_default="")
    error = models.CharField(max_length=200, default="", db_default="")
    prints = models.PositiveSmallIntegerField(default=0, db_default=0)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["carrier", "number", "cycle"], condition=~Q(number=""), name="waybill_used_once"),
            models.UniqueConstraint(
                fields=["parcel"], condition=Q(state__in=["pending", "issued", "unknown"]), name="waybill_one_live_a_parcel"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["number"], name="waybill_number", condition=~Q(number="")),
            models.Index(Tail("number"), name="waybill_tail", condition=~Q(number="")),
            models.Index(fields=["parcel"], name="waybill_printed", condition=Q(state="issued", prints__gt=0)),
            models.Index(fields=["asked_at"], name="waybill_unsettled", condition=Q(state__in=["pending", "unknown"])),
            models.Index(fields=["asked_at", "state"], name="waybill_in_doubt", condition=Q(state__in=["failed", "unknown"])),
        ]

    def __str__(self) -> str:
        return self.number or self.reference


class Fellow(models.Model):
    """An order that goes in the parcel of another: it was merged with the one the parcel is made for."""

    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="fellows", db_index=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="rides")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["parcel", "order"], name="fellow_once")]

    def __str__(self) -> str:
        return f"{self.order_id} in {self.parcel_id}"
