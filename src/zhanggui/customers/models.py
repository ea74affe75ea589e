"""Recipients: one row each, the person sealed, the region in clear; the list of those that were erased; phones on the blacklist."""

from typing import ClassVar

from django.db import models

from zhanggui.kernel.tails import Head


class Recipient(models.Model):
    """To whom one order goes.

    ``sealed`` holds name, phones, street and the shop account under a key kept outside the database; the masked
    columns are for screens, the tokens for search, ``problems`` for review: none needs the blob opened. A shop's own
    ciphertext and OAID are kept beside it, for orders whose plain text we never get.
    """

    sealed = models.BinaryField(null=True)
    masked_name = models.CharField(max_length=40, default="", db_default="")
    masked_phone = models.CharField(max_length=40, default="", db_default="")
    masked_street = models.CharField(max_length=80, default="", db_default="")
    masked_account = models.CharField(max_length=40, default="", db_default="")
    country = models.CharField(max_length=2, default="CN", db_default="CN")
    province = models.CharField(max_length=40, default="", db_default="")
    city = models.CharField(max_length=40, default="", db_default="")
    district = models.CharField(max_length=40, default="", db_default="")
    phone_token = models.BigIntegerField(null=True)
    tail_token = models.BigIntegerField(null=True)
    name_token = models.BigIntegerField(null=True)
    prefix_token = models.BigIntegerField(null=True)
    person_token = models.BigIntegerField(null=True)
    problems = models.CharField(max_length=120, default="", db_default="")
    platform_ciphertext = models.TextField(default="", db_default="")
    oaid = models.CharField(max_length=200, default="", db_default="")
    made_at = models.DateTimeField()
    # Why it must not be erased, in somebody's words; and since when nothing of the person is left but the mask.
    kept_why = models.CharField(max_length=120, default="", db_default="")
    erased_at = models.DateTimeField(null=True)

    class Meta:
        # The last four digits are known whenever the whole phone is, the prefix whenever the whole name is: two
        # indexes serve four questions, and random values are dear to keep sorted.
        indexes: ClassVar = [
            models.Index(fields=["tail_token", "phone_token"], name="recipient_phone"),
            models.Index(fields=["prefix_token", "name_token"], name="recipient_name"),
            models.Index(fields=["person_token"], name="recipient_person"),
            models.Index(Head("province"), name="recipient_province"),
            models.Index(Head("city"), Head("province"), name="recipient_city"),
            # Of each of many orders it is asked where it goes: PostgreSQL then reads no recipient for it. SQLite has no such index.
            models.Index(fields=["id"], include=["province", "city"], name="recipient_lies"),
        ]

    def __str__(self) -> str:
        return f"{self.masked_name} {self.masked_phone}"


class Erasure(models.Model):
    """A recipient that was erased: the row it was, known again by its moment should its number be given out anew.

    It outlives the database: a backup from before it is brought up to this list when it comes back.
    """

    class Cause(models.TextChoices):
        OLD = "old", "过了保存期"
        ASKED = "asked", "本人要求"

    recipient_id = models.BigIntegerField()
    made_at = models.DateTimeField()
    cause = models.CharField(max_length=5, choices=Cause)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["recipient_id", "made_at"], name="erased_once")]

    def __str__(self) -> str:
        return f"{self.recipient_id} {self.cause}"


class Blocked(models.Model):
    """A phone whose orders wait for somebody: why, by whom, until when. The phone is sealed, and found by its token; once it is lifted
    the line stays, and whoever is erased leaves nothing of it but the mask."""

    sealed = models.BinaryField(null=True)
    # Both as recipients have them: their index begins with the tail.
    phone_token = models.BigIntegerField(null=True)
    tail_token = models.BigIntegerField(null=True)
    masked_phone = models.CharField(max_length=40)
    reason = models.CharField(max_length=120)
    by_name = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=80, default="", db_default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["phone_token"], condition=models.Q(lifted_at=None), name="blocked_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["until"], name="blocked_until", condition=models.Q(lifted_at=None, until__isnull=False))
        ]

    def __str__(self) -> str:
        return self.masked_phone
