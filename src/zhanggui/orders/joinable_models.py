"""Which orders could go in one parcel, as it was last counted."""

from typing import ClassVar

from django.db import models


class Joinable(models.Model):
    """An order that goes to the ``door`` of others and is not merged with all of them: found every other minute, for looking through all
    that is open takes longer than a page may. ``door`` is the first order of its group."""

    order = models.OneToOneField("orders.Order", on_delete=models.CASCADE, primary_key=True, related_name="joinable")
    door = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["door", "order"], name="joinable_door")]

    def __str__(self) -> str:
        return f"{self.order_id} to {self.door}"


class Counted(models.Model):
    """When something that is counted by itself was counted last."""

    name = models.CharField(max_length=24, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M}"
