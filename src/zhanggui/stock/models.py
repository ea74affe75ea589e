"""Levels, shelves, claims, and the ledger that explains every one of them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from zhanggui.catalog.models import Sku


class Warehouse(models.Model):
    """A building that ships. ``must_scan``: a parcel is only closed when every piece was scanned."""

    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=60)
    is_default = models.BooleanField(default=False, db_default=False)
    must_scan = models.BooleanField(default=True, db_default=True)
    must_weigh = models.BooleanField(default=False, db_default=False)
    sender = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="one_default_warehouse")
        ]

    def __str__(self) -> str:
        return self.name


class Bin(models.Model):
    """A coded place. Pickers walk in the order of ``walk``, then ``code``. Staging holds what is picked, not shipped."""

    class Kind(models.TextChoices):
        SHELF = "shelf", "shelf"
        STAGING = "staging", "staging"

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="bins", db_index=False)
    code = models.CharField(max_length=32)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.SHELF)
    walk = models.IntegerField(default=0, db_default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["warehouse", "code"], name="bin_code_once")]

    def __str__(self) -> str:
        return self.code


class Level(models.Model):
    """How many pieces of a SKU a warehouse has, and how many of them are promised."""

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="levels", db_index=False)
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="levels")
    on_hand = models.BigIntegerField(default=0, db_default=0)
    claimed = models.BigIntegerField(default=0, db_default=0)
    safety = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["warehouse", "sku"], name="level_once"),
            models.CheckConstraint(condition=Q(claimed__gte=0) & Q(on_hand__gte=0), name="level_not_negative"),
            models.CheckConstraint(condition=Q(claimed__lte=F("on_hand")), name="level_never_oversold"),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id}@{self.warehouse_id}: {self.on_hand}/{self.claimed}"


class Shelf(models.Model):
    """How many of a warehouse's pieces of a SKU lie in one bin. Shelves add up to the level."""

    bin = models.ForeignKey(Bin, on_delete=models.PROTECT, related_name="shelves", db_index=False)
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="shelves")
    pieces = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bin", "sku"], name="shelf_once"),
            models.CheckConstraint(condition=Q(pieces__gte=0), name="shelf_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id} in {self.bin_id}: {self.pieces}"


class Claim(models.Model):
    """Pieces promised to one order line. Open until issued or released, once."""

    class State(models.TextChoices):
        OPEN = "open", "open"
        ISSUED = "issued", "issued"
        RELEASED = "released", "released"

    for_order = models.BigIntegerField()
    for_line = models.BigIntegerField()
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="claims", db_index=False)
    pieces = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    held_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            # The order first: it also finds what an order holds.
            models.UniqueConstraint(fields=["for_order", "for_line"], condition=Q(state="open"), name="claim_open_once"),
            models.CheckConstraint(condition=Q(pieces__gt=0), name="claim_some_pieces"),
            models.CheckConstraint(condition=Q(state="open", ended_at=None) | ~Q(state="open"), name="claim_end_is_told"),
        ]
        indexes: ClassVar = [models.Index(fields=["level"], name="claim_open_level", condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.pieces} for line {self.for_line}"


class Ledger(models.Model):
    """One movement of pieces on hand: append-only, each with its document and its hand. Claims are their own history.

    Σ ``delta`` of a level is its ``on_hand``; Σ of a bin and SKU is the shelf.
    """

    class Kind(models.TextChoices):
        RECEIVED = "received", "received"
        ADJUSTED = "adjusted", "adjusted"
        MOVED = "moved", "moved"
        PICKED = "picked", "picked"
        RETURNED = "returned", "returned"
        ISSUED = "issued", "issued"

    at = models.DateTimeField()
    level_id = models.BigIntegerField()
    bin_id = models.BigIntegerField()
    sku_id = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    delta = models.BigIntegerField()
    document_kind = models.CharField(max_length=16)
    document_id = models.BigIntegerField(null=True)
    claim_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80)
    note = models.CharField(max_length=200, default="", db_default="")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["level_id", "id"], name="ledger_level")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim_id", "bin_id"], condition=Q(kind="issued"), name="ledger_issue_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.delta:+}"
