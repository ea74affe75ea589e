"""What somebody noted of an order: the trouble, its cause, what helped; and whom it helped since."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from zhanggui.catalog.models import Sku
from zhanggui.orders.models import Order, Shop

# Of these somebody may read what to do: the two indexes below hold them alone, and a statement must say it in these words.
USABLE = Q(withdrawn_at=None) & ~Q(solution="") & ~Q(code="")


class Kind(models.Model):
    """What the merchant said of one kind of trouble: one of the house's (``lessons.rules.usual``), or one of their own, whose code
    begins with ``own-``. One of which nothing is said stands as it is made."""

    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=20, default="", db_default="")
    enabled = models.BooleanField(default=True, db_default=True)
    said_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name or self.code


class Lesson(models.Model):
    """One note. ``stage`` and ``shop`` are the order's, ``code`` what held it then; ``writer`` names who wrote it (``person:5``).

    Words stand in clear, phones and mail addresses in them masked. ``emptied_at``: its words went with the person they were about.
    ``helped`` counts the orders it was used for.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lessons")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="+", db_index=False)
    stage = models.CharField(max_length=16)
    kind = models.CharField(max_length=16)
    code = models.CharField(max_length=24, default="", db_default="")
    problem = models.CharField(max_length=200)
    cause = models.CharField(max_length=200, default="", db_default="")
    solution = models.CharField(max_length=400, default="", db_default="")
    writer = models.CharField(max_length=40)
    writer_name = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(null=True)
    helped = models.PositiveIntegerField(default=0, db_default=0)
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["made_at"], name="lesson_made"),
            # What helped most with one reason, in the house and in one shop.
            models.Index(fields=["code", "helped", "id"], name="lesson_useful", condition=USABLE),
            models.Index(fields=["code", "shop", "helped", "id"], name="lesson_useful_here", condition=USABLE),
        ]

    def __str__(self) -> str:
        return self.problem


class Tag(models.Model):
    """A word somebody put on a lesson, to find it by."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="tags", db_index=False)
    word = models.CharField(max_length=12)

    class Meta:
        # As they were written.
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["lesson", "word"], name="tag_once")]
        indexes: ClassVar = [models.Index(fields=["word", "lesson"], name="tag_word")]

    def __str__(self) -> str:
        return self.word


class Touched(models.Model):
    """What goods the order of a lesson held: the same goods are most likely to bring the same trouble."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="touched", db_index=False)
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=24, default="", db_default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["lesson", "sku"], name="touched_once")]
        indexes: ClassVar = [models.Index(fields=["sku", "code", "lesson"], name="touched_sku", condition=~Q(code=""))]

    def __str__(self) -> str:
        return f"{self.sku_id} in {self.lesson_id}"


class Use(models.Model):
    """Somebody did with an order what a lesson says, and it helped."""

    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="uses", db_index=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["lesson", "order"], name="use_once")]

    def __str__(self) -> str:
        return f"{self.lesson_id} for {self.order_id}"
