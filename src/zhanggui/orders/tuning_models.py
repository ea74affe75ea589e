"""What the merchant said of the rules of review, and what else they chose about orders."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class CheckSaid(models.Model):
    """What the merchant said of one rule of review: for a shop, or (no ``shop``) for all of them. A rule of which nothing is said
    stands as it is made; so does a dial that is not in ``dials``."""

    shop = models.ForeignKey("orders.Shop", on_delete=models.CASCADE, null=True, related_name="checks", db_index=False)
    code = models.CharField(max_length=32)
    enabled = models.BooleanField(default=True, db_default=True)
    dials = models.JSONField(default=dict)
    said_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "code"], name="check_said_once"),
            models.UniqueConstraint(fields=["code"], condition=Q(shop=None), name="check_said_of_all_once"),
        ]

    def __str__(self) -> str:
        return self.code


class Choice(models.Model):
    """What the merchant has chosen about orders, by name; what is not here is as it always was."""

    name = models.CharField(max_length=32, unique=True)
    value = models.JSONField()

    def __str__(self) -> str:
        return self.name
