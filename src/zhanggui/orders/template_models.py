"""Orders kept as templates, what was made from them at one time, and those that come by themselves."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from zhanggui.catalog.models import Sku
from zhanggui.customers.models import Recipient


class Template(models.Model):
    """An order to be made again. ``recipient`` is a row of its own, sealed like any; without one the customer is named at each use.

    ``shared`` off: only whoever made it sees it. ``ship_within_h`` empty: as its shop says. ``submits`` off: its orders begin
    as drafts. The notes may have gaps: ``{班级}``.
    """

    shop = models.ForeignKey("orders.Shop", on_delete=models.PROTECT, related_name="templates")
    name = models.CharField(max_length=60)
    owner_id = models.BigIntegerField(null=True)
    owner_name = models.CharField(max_length=80)
    shared = models.BooleanField(default=False, db_default=False)
    kind = models.CharField(max_length=16, default="normal", db_default="normal")
    payment = models.CharField(max_length=12, default="unpaid", db_default="unpaid")
    payment_method = models.CharField(max_length=32, default="", db_default="")
    currency = models.CharField(max_length=3, default="CNY", db_default="CNY")
    discount_minor = models.BigIntegerField(default=0, db_default=0)
    freight_minor = models.BigIntegerField(default=0, db_default=0)
    submits = models.BooleanField(default=True, db_default=True)
    ship_within_h = models.PositiveIntegerField(null=True)
    buyer_note = models.CharField(max_length=500, default="", db_default="")
    seller_note = models.CharField(max_length=500, default="", db_default="")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, null=True, related_name="templates")
    from_order_id = models.BigIntegerField(null=True)
    uses = models.PositiveIntegerField(default=0, db_default=0)
    used_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, db_default=1)

    def __str__(self) -> str:
        return self.name


class TemplateLine(models.Model):
    """One kind of goods of a template. ``todays_price``: each order takes what the goods cost that day, else ``unit_minor``."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, null=True, related_name="+")
    sku_code = models.CharField(max_length=64, default="", db_default="")
    name = models.CharField(max_length=200)
    spec = models.CharField(max_length=200, default="", db_default="")
    quantity = models.PositiveIntegerField()
    unit_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0, db_default=0)
    todays_price = models.BooleanField(default=False, db_default=False)
    note = models.CharField(max_length=200, default="", db_default="")

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(quantity__gt=0), name="template_line_some_pieces")]

    def __str__(self) -> str:
        return f"{self.sku_code or self.name} ×{self.quantity}"


class Recurring(models.Model):
    """Orders that come by themselves from a template. ``next_at`` is the slot that comes next, empty once it is over.

    ``failing`` is why the last one could not be placed, by the code of a refusal, until one could again.
    """

    class State(models.TextChoices):
        ACTIVE = "active", "在跑"
        PAUSED = "paused", "已暂停"
        ENDED = "ended", "已结束"

    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="recurring")
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE, db_default=State.ACTIVE)
    every = models.CharField(max_length=8)
    weekdays = models.JSONField(default=list)
    month_day = models.PositiveSmallIntegerField(default=1, db_default=1)
    step = models.PositiveSmallIntegerField(default=1, db_default=1)
    clock_time = models.TimeField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    next_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    failing = models.CharField(max_length=32, default="", db_default="")
    failing_facts = models.JSONField(default=dict)
    owner_id = models.BigIntegerField(null=True)
    owner_name = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["next_at"], condition=Q(state="active"), name="recurring_due")]

    def __str__(self) -> str:
        return f"{self.template_id} {self.every} {self.clock_time:%H:%M}"


class Making(models.Model):
    """Orders made at one time: from a template, as copies, or by themselves. ``key`` makes it once: asked again with the same, it is this one.

    ``slot_at`` and ``missed`` are of those that come by themselves: which slot it was, and how many before it were slept through.
    """

    number = models.CharField(max_length=24, unique=True)
    key = models.CharField(max_length=80, null=True, unique=True)
    source = models.CharField(max_length=16)
    template = models.ForeignKey(Template, on_delete=models.PROTECT, null=True, related_name="makings")
    recurring = models.ForeignKey(Recurring, on_delete=models.PROTECT, null=True, related_name="makings")
    slot_at = models.DateTimeField(null=True)
    missed = models.PositiveIntegerField(default=0, db_default=0)
    made = models.PositiveIntegerField(default=0, db_default=0)
    refused = models.PositiveIntegerField(default=0, db_default=0)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.number


class Made(models.Model):
    """What became of one row of a making: an order, or the code of what was in the way and its facts, nobody's data among them."""

    making = models.ForeignKey(Making, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveSmallIntegerField()
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, null=True, related_name="made_by")
    origin_id = models.BigIntegerField(null=True)
    code = models.CharField(max_length=32, default="", db_default="")
    facts = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["making", "position"], name="made_row_once")]

    def __str__(self) -> str:
        return f"{self.making_id}/{self.position}"


class DayHandled(models.Model):
    """How the orders of one shop that left the house on one day were worked: counted from the book, kept so that nobody counts again.

    ``touches`` are acts of people on these orders between arrival and shipping; ``by_itself`` those approved with no hand before;
    ``held`` those that had been stopped, ``changed`` those somebody had to change, ``wrong`` those of either.
    """

    shop = models.ForeignKey("orders.Shop", on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    shipped = models.PositiveIntegerField()
    touches = models.PositiveIntegerField()
    by_itself = models.PositiveIntegerField()
    held = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    wrong = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["day", "shop"], name="day_handled_once")]

    def __str__(self) -> str:
        return f"{self.shop_id} {self.day}"
