"""The goods."""

import unicodedata
from typing import ClassVar

from django.db import models


class Sku(models.Model):
    """One kind of piece that can be counted and sold. ``norm`` is the code's normal form: what people mean by it."""

    code = models.CharField(max_length=64, unique=True)
    norm = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=200)
    spec = models.CharField(max_length=200, default="", db_default="", blank=True)
    barcode = models.CharField(max_length=48, default="", db_default="", blank=True)
    category = models.CharField(max_length=80, default="", db_default="", blank=True)
    weight_g = models.PositiveIntegerField(default=0, db_default=0)
    price_minor = models.BigIntegerField(default=0, db_default=0)
    cost_minor = models.BigIntegerField(default=0, db_default=0)
    currency = models.CharField(max_length=3, default="CNY", db_default="CNY")
    retired_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, db_default=1)
    # Of the pinyin of name and spec, kept by whoever defines the goods.
    initials = models.CharField(max_length=64, default="", db_default="", blank=True, db_index=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["barcode"], name="sku_barcode", condition=~models.Q(barcode=""))]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(price_minor__gte=0, cost_minor__gte=0), name="sku_money_not_negative"),
        ]

    def __str__(self) -> str:
        return self.code


class Ending(models.Model):
    """A text one may begin to type to mean these goods: their name and its initials from some place on. See ``findable``."""

    sku = models.ForeignKey(Sku, on_delete=models.CASCADE, related_name="endings")
    text = models.CharField(max_length=16)

    class Meta:
        # In the order of its bytes, so that what begins alike stands together in either database.
        indexes: ClassVar = [
            models.Index(fields=["text", "sku"], name="sku_ending", opclasses=["varchar_pattern_ops", "int8_ops"])
        ]

    def __str__(self) -> str:
        return self.text


def normal(code: str) -> str:
    """How a SKU code is matched: NFKC, no blanks or zero-width marks, upper case. ``ＡＢＣ－１`` is ``ABC-1``."""
    folded = unicodedata.normalize("NFKC", code)
    return "".join(mark for mark in folded if not mark.isspace() and unicodedata.category(mark) != "Cf").upper()
