"""Who outside is told, and every message to them with what became of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Endpoint(models.Model):
    """An address outside that hears some events. It may no more than the person who made it may, now.

    Never deleted, or a message in another transaction would lose it: ``gone_at``. ``paused_why`` is ``hand``, ``failing``
    (three days without one success) or ``maker`` (who made it may no longer). ``failures`` counts those in a row;
    until ``rest_until`` nothing is tried. ``secrets_sealed`` holds the signing secret, for a day also the one before.
    """

    name = models.CharField(max_length=60)
    url = models.CharField(max_length=2048)
    events = models.JSONField(default=list)
    shop = models.ForeignKey("orders.Shop", on_delete=models.PROTECT, null=True, related_name="+")
    maker = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    secrets_sealed = models.BinaryField()
    active = models.BooleanField(default=True)
    paused_why = models.CharField(max_length=8, default="", db_default="")
    failures = models.PositiveIntegerField(default=0, db_default=0)
    failing_since = models.DateTimeField(null=True)
    rest_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message to one endpoint, written with the effect it tells of. Its id rises with time: the ``sequence``.

    ``key`` is the ``webhook-id``, the same at every try. ``log`` keeps each try: when, outcome, status, why, how long.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        SENT = "sent", "sent"
        FAILED = "failed", "failed"

    key = models.CharField(max_length=36, unique=True)
    # No key of the database: an endpoint seen a moment ago in another transaction must never stop an order.
    endpoint = models.ForeignKey(Endpoint, on_delete=models.DO_NOTHING, db_constraint=False, related_name="deliveries")
    event = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=24, default="", db_default="")
    subject_id = models.BigIntegerField(null=True)
    facts = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING, db_default="waiting")
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    run_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    why = models.CharField(max_length=24, default="", db_default="")
    took_ms = models.PositiveIntegerField(null=True)
    log = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["endpoint", "run_at", "id"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["endpoint", "state", "-id"], name="delivery_log"),
            models.Index(fields=["made_at"], name="delivery_made"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.key}"
