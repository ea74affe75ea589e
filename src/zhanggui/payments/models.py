"""What is asked of each order and until when, and the book of what came in and went back: it only grows."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Account(models.Model):
    """What one order brought so far: ``came_minor`` in, ``back_minor`` of it given back. Their difference is what the order counts as paid.

    ``due_at``: until when its money is waited for; empty once nothing is waited for. ``remind_at``: when the next reminder is due,
    ``reminded`` how many there were. ``late``: money came after it was cancelled.
    """

    order_id = models.BigIntegerField(unique=True)
    shop_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    came_minor = models.BigIntegerField(default=0, db_default=0)
    back_minor = models.BigIntegerField(default=0, db_default=0)
    due_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    extended = models.PositiveSmallIntegerField(default=0, db_default=0)
    reminded = models.PositiveSmallIntegerField(default=0, db_default=0)
    failed = models.PositiveSmallIntegerField(default=0, db_default=0)
    late = models.BooleanField(default=False, db_default=False)
    contact_on = models.DateField(null=True)
    contacted_at = models.DateTimeField(null=True)
    contact_note = models.CharField(max_length=200, default="", db_default="")
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(back_minor__gte=0) & Q(back_minor__lte=F("came_minor")), name="account_gives_back_at_most_what_came"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "order_id"], name="account_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["remind_at"], name="account_remind", condition=Q(remind_at__isnull=False)),
            models.Index(fields=["contact_on"], name="account_contact", condition=Q(contact_on__isnull=False)),
            models.Index(fields=["order_id"], name="account_late", condition=Q(late=True)),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.came_minor - self.back_minor}"


class Ledger(models.Model):
    """One thing that happened to the money of an order: append-only. ``opening`` is what it had brought before its account was opened;
    a ``failed`` try moved nothing.

    A gateway's own number is here once for each kind: what is told twice is one.
    """

    class Kind(models.TextChoices):
        OPENING = "opening", "入账前已付"
        RECEIPT = "receipt", "收款"
        REFUND = "refund", "退款"
        FAILED = "failed", "付款失败"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lines", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    amount_minor = models.BigIntegerField()
    method = models.CharField(max_length=32, default="", db_default="")
    gateway = models.CharField(max_length=16, default="", db_default="")
    gateway_no = models.CharField(max_length=64, default="", db_default="")
    code = models.CharField(max_length=40, default="", db_default="")
    note = models.CharField(max_length=200, default="", db_default="")
    happened_at = models.DateTimeField()
    at = models.DateTimeField()
    actor_name = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gateway_no", "gateway", "kind"], condition=~Q(gateway_no=""), name="ledger_number_once"),
            models.UniqueConstraint(fields=["account"], condition=Q(kind="opening"), name="ledger_opens_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0) | Q(kind="failed", amount_minor__gte=0), name="ledger_of_some_amount"),
        ]
        indexes: ClassVar = [models.Index(fields=["account", "id"], name="ledger_of_account")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor}"


class Policy(models.Model):
    """What the merchant said of payment: for a shop, or (``shop_id`` 0) for all of which nothing is said.

    ``within_min``: how long unpaid orders wait, no end where it is empty. ``remind_staff`` and ``remind_buyer`` are minutes before that.
    ``spared`` are ways of paying that are never called off by themselves, ``methods_off`` those this shop does not offer.
    """

    # 0 stands for all shops: two nothings would be two rows.
    shop_id = models.BigIntegerField(unique=True)
    within_min = models.PositiveIntegerField(null=True)
    remind_staff = models.JSONField(default=list)
    remind_buyer = models.JSONField(default=list)
    cancels = models.BooleanField(default=False, db_default=False)
    spared = models.JSONField(default=list)
    methods_off = models.JSONField(default=list)
    extends_most = models.PositiveSmallIntegerField(default=3, db_default=3)
    said_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.shop_id or "")


class Gateway(models.Model):
    """One contract with a gateway, and the address it tells its news to: ``key`` is that address and cannot be guessed."""

    plugin = models.CharField(max_length=16)
    name = models.CharField(max_length=40)
    key = models.CharField(max_length=32, unique=True)
    settings_sealed = models.BinaryField(null=True)
    enabled = models.BooleanField(default=True, db_default=True)
    refused = models.PositiveIntegerField(default=0, db_default=0)
    refused_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Notice(models.Model):
    """What a gateway told, its signature checked: once each, however often it is told. ``aside`` waits for somebody; ``why`` says why."""

    class State(models.TextChoices):
        DONE = "done", "记好了"
        ASIDE = "aside", "等人看"
        SETTLED = "settled", "处理过"
        NOTHING = "nothing", "不用管"

    gateway = models.ForeignKey(Gateway, on_delete=models.PROTECT, related_name="notices", db_index=False)
    digest = models.BinaryField(max_length=16, unique=True)
    kind = models.CharField(max_length=8)
    order_no = models.CharField(max_length=64, default="", db_default="")
    trade_no = models.CharField(max_length=64, default="", db_default="")
    number = models.CharField(max_length=64, default="", db_default="")
    amount_minor = models.BigIntegerField(default=0, db_default=0)
    currency = models.CharField(max_length=3, default="CNY", db_default="CNY")
    code = models.CharField(max_length=40, default="", db_default="")
    so_far = models.BooleanField(default=False, db_default=False)
    state = models.CharField(max_length=8, choices=State)
    why = models.CharField(max_length=24, default="", db_default="")
    order_id = models.BigIntegerField(null=True)
    happened_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    settled_by = models.CharField(max_length=80, default="", db_default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], name="notice_aside", condition=Q(state="aside")),
            models.Index(fields=["trade_no"], name="notice_trade"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Statement(models.Model):
    """A statement of a gateway that was brought in, by its digest once."""

    plugin = models.CharField(max_length=16)
    name = models.CharField(max_length=120)
    digest = models.BinaryField(max_length=32, unique=True)
    many = models.PositiveIntegerField()
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    actor_name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.name


class StatementLine(models.Model):
    """One line of a statement; each number of a gateway is here once, whichever file brought it first."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    plugin = models.CharField(max_length=16)
    kind = models.CharField(max_length=8)
    order_no = models.CharField(max_length=64, default="", db_default="")
    trade_no = models.CharField(max_length=64)
    number = models.CharField(max_length=64)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY", db_default="CNY")
    happened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["number", "plugin", "kind"], name="statement_line_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
