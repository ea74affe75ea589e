"""The book, the jobs that wait, the counters of document numbers."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

# Events that say who saw, took along or erased what belongs to a person.
SIGHTS = (
    "RecipientRevealed", "RecipientsOpened", "RejectsTaken", "OrdersTakenInPlain", "PersonSearched", "PersonTaken",
    "RecipientsErased", "BackupTaken", "BackupKeyTaken",
)  # fmt: skip


class Entry(models.Model):
    """One line of the book: an act somebody did, or an event of one subject. Never changed, never deleted.

    An event that moved its subject carries ``seq`` (1, 2, 3 … without a gap) and the states before and after; the
    last one is the subject's state now.
    """

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=8)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80)
    name = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=24, default="", db_default="")
    subject_id = models.BigIntegerField(null=True)
    seq = models.PositiveIntegerField(null=True)
    before = models.CharField(max_length=24, default="", db_default="")
    after = models.CharField(max_length=24, default="", db_default="")
    facts = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="entry_subject"),
            # Who saw somebody's data: few lines among millions, asked for by the moment.
            models.Index(fields=["at", "id"], condition=Q(name__in=SIGHTS), name="entry_sight"),
            # What was changed when: of the many lines of orders the few that are neither steps nor looks.
            models.Index(fields=["at", "subject_id"], condition=Q(name="OrderChanged"), name="entry_change"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor_name} {self.name}"


class Seal(models.Model):
    """A run of the book, closed: its digest covers every entry of the run and the seal before it."""

    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField(unique=True)
    entries = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.first_id}–{self.last_id} {self.digest[:12]}"


class Job(models.Model):
    """Work to be done once: a handler to call with its events, or a thing to do at a time."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        QUARANTINED = "quarantined", "quarantined"

    class Lane(models.TextChoices):
        QUICK = "quick", "quick"
        SLOW = "slow", "slow"
        OUTWARD = "outward", "outward"
        COPIES = "copies", "copies"

    name = models.CharField(max_length=80)
    lane = models.CharField(max_length=8, choices=Lane, default=Lane.QUICK)
    payload = models.JSONField(default=list)
    dedupe_key = models.CharField(max_length=120, null=True, unique=True)
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    run_at = models.DateTimeField()
    made_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    leased_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=40, default="", db_default="")
    error = models.TextField(default="", db_default="")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["lane", "run_at", "id"], condition=Q(state="waiting"), name="job_due")]

    def __str__(self) -> str:
        return f"{self.name} × {len(self.payload)}"


class Slot(models.Model):
    """The last time each periodic job was due and queued."""

    name = models.CharField(max_length=80, unique=True)
    due_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.due_at:%H:%M}"


class Counter(models.Model):
    """The next free number of one series. Gaps are allowed, a second use never."""

    series = models.CharField(max_length=40, unique=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series} {self.last}"


class Beat(models.Model):
    """When each worker was last alive."""

    worker = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()
    done = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.worker} {self.at:%H:%M:%S}"


class Answered(models.Model):
    """What a program was answered under a key of its own, written with the effect: asked again, it is answered the same.

    ``fingerprint`` is a digest of what was asked; the answer is sealed, for it may hold what is shown once.
    """

    principal = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0, db_default=0)
    sealed = models.BinaryField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["principal", "key"], name="answered_once")]
        indexes: ClassVar = [models.Index(fields=["at"], name="answered_at")]

    def __str__(self) -> str:
        return f"{self.principal} {self.key}"


class Figure(models.Model):
    """A figure the merchant set; one that is not here is as the house began with it."""

    name = models.CharField(max_length=40, unique=True)
    value = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.name} {self.value}"


class Approval(models.Model):
    """An act that waits for somebody else to agree. What it would do is sealed, and forgotten once it is settled.

    ``digest`` is who asks for what: asked twice is one. ``about`` says it in words without secrets, ``person_id`` whom it is
    about, ``places`` what its arguments name: kinds with their ids, for those who are bound to a place. ``alone``: nobody else
    could agree, so it is done by itself at ``ready_at``. ``ready`` is agreed to and left to who asked, to be done once before
    ``expires_at``.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        READY = "ready", "ready"
        DONE = "done", "done"
        DECLINED = "declined", "declined"
        WITHDRAWN = "withdrawn", "withdrawn"
        EXPIRED = "expired", "expired"
        FAILED = "failed", "failed"

    OPEN = (State.WAITING, State.READY)

    verb = models.CharField(max_length=60)
    needs = models.CharField(max_length=40)
    asker_id = models.BigIntegerField()
    asker_name = models.CharField(max_length=80)
    person_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, default="", db_default="")
    about = models.JSONField(default=dict)
    places = models.JSONField(null=True)
    sealed = models.BinaryField(null=True)
    digest = models.CharField(max_length=64)
    alone = models.BooleanField(default=False, db_default=False)
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settler_id = models.BigIntegerField(null=True)
    settler_name = models.CharField(max_length=80, default="", db_default="")
    word = models.CharField(max_length=200, default="", db_default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["digest"], condition=Q(state__in=["waiting", "ready"]), name="approval_asked_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["needs", "id"], condition=Q(state="waiting"), name="approval_waiting"),
            models.Index(fields=["asker_id", "id"], name="approval_asker"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.state}"
