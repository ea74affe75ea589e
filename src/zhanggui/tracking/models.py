"""Parcels we follow, and every scan heard of them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from zhanggui.carriers.models import Carrier
from zhanggui.fulfilment.models import Parcel


class Trail(models.Model):
    """One parcel on its way. ``status`` is the newest event's, in one vocabulary for every carrier."""

    parcel = models.OneToOneField(Parcel, on_delete=models.PROTECT, related_name="trail")
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="+", db_index=False)
    waybill = models.CharField(max_length=40)
    status = models.CharField(max_length=16, default="announced", db_default="announced")
    last_text = models.CharField(max_length=200, default="", db_default="")
    last_place = models.CharField(max_length=80, default="", db_default="")
    last_at = models.DateTimeField(null=True)
    since = models.DateTimeField()
    expected_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    next_check_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_check_at"], name="trail_due", condition=Q(next_check_at__isnull=False)),
            models.Index(fields=["status", "last_at"], name="trail_status"),
        ]
        constraints: ClassVar = [models.UniqueConstraint(fields=["carrier", "waybill"], name="trail_once")]

    def __str__(self) -> str:
        return self.waybill


class Stop(models.Model):
    """One scan on the way; the carrier's key makes a second telling harmless."""

    trail = models.ForeignKey(Trail, on_delete=models.PROTECT, related_name="stops", db_index=False)
    key = models.CharField(max_length=80)
    at = models.DateTimeField()
    status = models.CharField(max_length=16)
    text = models.CharField(max_length=200)
    place = models.CharField(max_length=80, default="", db_default="")
    heard_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["trail", "key"], name="stop_once")]

    def __str__(self) -> str:
        return f"{self.at:%m-%d %H:%M} {self.text}"
