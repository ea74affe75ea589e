"""Rules of review a merchant writes, and what they did."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Rule(models.Model):
    """One rule, read in the order of ``place``. A change makes a new ``version``; one archived is read no more, and what it did
    stays. ``conditions`` and ``does`` as ``ruling.kept`` writes them."""

    name = models.CharField(max_length=40)
    place = models.PositiveIntegerField(default=0, db_default=0)
    enabled = models.BooleanField(default=True, db_default=True)
    stop = models.BooleanField(default=False, db_default=False)
    joined = models.CharField(max_length=3, default="all", db_default="all")
    conditions = models.JSONField(default=list)
    does = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1, db_default=1)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name"], condition=Q(archived_at=None), name="rule_named_once")
        ]

    def __str__(self) -> str:
        return self.name


class Ruling(models.Model):
    """A version of a rule has met an order: once, whoever looks again. ``held``: the reasons it stopped the order for;
    ``gift_line_id`` the line it added, one a rule and order however often the rule was changed since."""

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="rulings", db_index=False)
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="rulings", db_index=False)
    version = models.PositiveIntegerField()
    fired_at = models.DateTimeField()
    held = models.CharField(max_length=40, default="", db_default="")
    warehouse_id = models.BigIntegerField(null=True)
    gift_line_id = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "rule", "version"], name="ruling_once"),
            models.UniqueConstraint(fields=["order", "rule"], condition=Q(gift_line_id__isnull=False), name="ruling_gives_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["rule", "fired_at"], name="ruling_lately")]

    def __str__(self) -> str:
        return f"{self.rule_id}.{self.version} on {self.order_id}"
