"""Tags the merchant puts on orders, several an order, and which orders have them."""

from typing import ClassVar

from django.db import models

HUES = ("grey", "red", "orange", "yellow", "green", "teal", "blue", "purple")


class Tag(models.Model):
    """A word the merchant puts on orders. ``hue`` is one of ``HUES``; one put away is offered no more, and stays where it is."""

    name = models.CharField(max_length=20)
    hue = models.CharField(max_length=8, default="grey", db_default="grey")
    place = models.PositiveIntegerField(default=0, db_default=0)
    made_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["name"], name="tag_named_once")]

    def __str__(self) -> str:
        return self.name


class Tagged(models.Model):
    """An order has a tag. Both ways round it is answered by an index alone: which orders have a tag, and which tags an order has."""

    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="tagged", db_index=False)
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="tagged", db_index=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tag", "order"], name="tagged_once")]
        indexes: ClassVar = [models.Index(fields=["order", "tag"], name="tagged_order")]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.order_id}"
