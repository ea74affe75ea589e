"""What holds orders, and the types of it a merchant has turned or added."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Hold(models.Model):
    """Why an order does not go on: a typed reason, since when, by whom; open until cleared.

    It goes by itself at ``until``, or when ``event`` comes. ``stops_review`` and ``stops_shipping`` are what its type keeps the order
    from. ``reviewed_by``: who had let the order through when only the finances were left; ``passed``: finance has looked
    (``passed``), and the order was changed since (``lapsed``).
    """

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="held")
    code = models.CharField(max_length=24)
    facts = models.JSONField(default=dict)
    since = models.DateTimeField()
    source = models.CharField(max_length=12, default="review", db_default="review")
    until = models.DateTimeField(null=True)
    event = models.CharField(max_length=16, default="", db_default="")
    stops_review = models.BooleanField(default=True, db_default=True)
    stops_shipping = models.BooleanField(default=True, db_default=True)
    reviewed_by = models.CharField(max_length=80, default="", db_default="")
    passed = models.CharField(max_length=8, default="", db_default="")
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.CharField(max_length=80, default="", db_default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "code"], condition=Q(cleared_at=None), name="hold_open_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["code", "order"], name="hold_open", condition=Q(cleared_at=None)),
            # The few that go by themselves.
            models.Index(fields=["until"], name="hold_until", condition=Q(cleared_at=None, until__isnull=False)),
            models.Index(fields=["event", "order"], name="hold_event", condition=Q(cleared_at=None) & ~Q(event="")),
        ]

    def __str__(self) -> str:
        return self.code


class HoldType(models.Model):
    """What the merchant said of one type of hold: one of the house's (``orders.checks.reasons``), or one of their own, whose code
    begins with ``own-``. One of which nothing is said stands as it is made."""

    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=20, default="", db_default="")
    role = models.CharField(max_length=24)
    due_h = models.PositiveIntegerField(default=24, db_default=24)
    enabled = models.BooleanField(default=True, db_default=True)
    stops_review = models.BooleanField(default=True, db_default=True)
    stops_shipping = models.BooleanField(default=True, db_default=True)
    keeps_stock = models.BooleanField(default=True, db_default=True)
    merges = models.BooleanField(default=False, db_default=False)
    buys = models.BooleanField(default=True, db_default=True)
    event = models.CharField(max_length=16, default="", db_default="")
    said_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name or self.code


class KeptApart(models.Model):
    """Two orders that look alike and are two wishes: somebody said so, and is not asked again."""

    low = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="+", db_index=False)
    high = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["low", "high"], name="kept_apart_once")]

    def __str__(self) -> str:
        return f"{self.low_id} and {self.high_id}"
