"""What the house knows of its backups."""

from typing import ClassVar

from django.db import models

# The key of the job that makes the one somebody asked for.
ASKED = "ops.back_up_asked"


class Backup(models.Model):
    """One file in the backup folder. It is *good* only once it was restored aside, compared and audited."""

    class State(models.TextChoices):
        MADE = "made", "还没试还原"
        GOOD = "good", "可用"
        BAD = "bad", "不可用"

    name = models.CharField(max_length=80, unique=True)
    state = models.CharField(max_length=4, choices=State, default=State.MADE)
    by_hand = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    orders = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    took_ms = models.BigIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, default="", db_default="")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-made_at"], name="backup_newest")]

    def __str__(self) -> str:
        return self.name


class KeyMark(models.Model):
    """By what the house knows its keys again: something sealed with them, and a token of theirs. One row."""

    sealed = models.BinaryField()
    token = models.BigIntegerField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}"
