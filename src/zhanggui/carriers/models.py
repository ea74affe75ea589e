"""Carriers we have a contract with, and their services."""

from typing import ClassVar

from django.db import models


class Carrier(models.Model):
    """One contract with one carrier. ``plugin`` names the courier that talks to it; empty means numbers typed by hand."""

    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=60)
    plugin = models.CharField(max_length=40, default="", db_default="", blank=True)
    service = models.CharField(max_length=40, default="", db_default="", blank=True)
    settings_sealed = models.BinaryField(null=True)
    # Where it does not go: one area a line, from the outside in (``西藏``, ``新疆 和田``).
    no_service = models.TextField(default="", db_default="", blank=True)
    waybill_pattern = models.CharField(max_length=120, default="", db_default="", blank=True)
    is_default = models.BooleanField(default=False, db_default=False)
    enabled = models.BooleanField(default=True, db_default=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["is_default"], condition=models.Q(is_default=True), name="one_default_carrier")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def areas_left_out(self) -> list[str]:
        return [area for line in self.no_service.splitlines() if (area := line.strip())]
