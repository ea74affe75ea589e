"""Imports of files: what came in, and what became of every row."""

from typing import ClassVar

from django.db import models

from zhanggui.orders.models import Shop


class Import(models.Model):
    """One file (or a pair) taken in. When it is closed, rows in = ok + duplicate + rejected + blank."""

    class Kind(models.TextChoices):
        ORDERS = "orders", "订单"
        GOODS = "goods", "商品"
        STOCK = "stock", "库存"

    class State(models.TextChoices):
        WAITING = "waiting", "等待"
        RUNNING = "running", "导入中"
        DONE = "done", "完成"
        CANCELLED = "cancelled", "已取消"
        REFUSED = "refused", "整份拒收"

    number = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=10, choices=State)
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, null=True, related_name="imports")
    file_name = models.CharField(max_length=200)
    companion_name = models.CharField(max_length=200, default="", db_default="")
    digest = models.CharField(max_length=64)
    path = models.CharField(max_length=300, default="", db_default="")
    companion_path = models.CharField(max_length=300, default="", db_default="")
    size = models.BigIntegerField(default=0, db_default=0)
    format = models.CharField(max_length=32, default="", db_default="")
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    rows_in = models.PositiveIntegerField(default=0, db_default=0)
    rows_ok = models.PositiveIntegerField(default=0, db_default=0)
    rows_duplicate = models.PositiveIntegerField(default=0, db_default=0)
    rows_rejected = models.PositiveIntegerField(default=0, db_default=0)
    rows_blank = models.PositiveIntegerField(default=0, db_default=0)
    orders_in = models.PositiveIntegerField(default=0, db_default=0)
    orders_created = models.PositiveIntegerField(default=0, db_default=0)
    orders_duplicate = models.PositiveIntegerField(default=0, db_default=0)
    orders_rejected = models.PositiveIntegerField(default=0, db_default=0)
    # Of the rows and orders taken, those that were here and say something else now.
    rows_updated = models.PositiveIntegerField(default=0, db_default=0)
    orders_updated = models.PositiveIntegerField(default=0, db_default=0)
    # Of the rows that came in, those of which something is said all the same.
    rows_noted = models.PositiveIntegerField(default=0, db_default=0)
    # Of the rows above, those of the companion.
    companion_ok = models.PositiveIntegerField(default=0, db_default=0)
    companion_duplicate = models.PositiveIntegerField(default=0, db_default=0)
    companion_rejected = models.PositiveIntegerField(default=0, db_default=0)
    companion_blank = models.PositiveIntegerField(default=0, db_default=0)
    # Rows that only add up others, by their numbers: counted with the blank ones.
    sums = models.JSONField(null=True)
    rows_expected = models.PositiveIntegerField(default=0, db_default=0)
    refusal = models.JSONField(default=dict)
    runner = models.CharField(max_length=60, default="", db_default="")
    alive_at = models.DateTimeField(null=True)
    by_name = models.CharField(max_length=80)
    by_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # Taking it back: asked for once, and over once every order it made was tried.
    undo_asked_at = models.DateTimeField(null=True)
    undo_ended_at = models.DateTimeField(null=True)
    undo_reason = models.CharField(max_length=200, default="", db_default="")
    undo_by_name = models.CharField(max_length=80, default="", db_default="")
    undo_by_id = models.BigIntegerField(null=True)
    orders_undone = models.PositiveIntegerField(default=0, db_default=0)
    # Of the orders it changed, those put back as they stood.
    orders_put_back = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(state="done")
                | models.Q(
                    rows_in=models.F("rows_ok") + models.F("rows_duplicate") + models.F("rows_rejected") + models.F("rows_blank")
                ),
                name="import_every_row_counted",
            )
        ]

    def __str__(self) -> str:
        return self.number


class ImportRow(models.Model):
    """What became of one physical row of one of the files. The raw cells stay there: here is no personal data."""

    class Outcome(models.TextChoices):
        OK = "ok", "已导入"
        UPDATED = "upd", "已更新"
        DUPLICATE = "dup", "重复"
        REJECTED = "rej", "拒收"

    class File(models.IntegerChoices):
        GIVEN = 0, "订单表"
        COMPANION = 1, "明细表"

    of = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="rows", db_index=False)
    file = models.PositiveSmallIntegerField(choices=File, default=File.GIVEN, db_default=File.GIVEN)
    row = models.PositiveIntegerField()
    outcome = models.CharField(max_length=3, choices=Outcome)
    subject_id = models.BigIntegerField(null=True)
    column = models.CharField(max_length=60, default="", db_default="")
    code = models.CharField(max_length=32, default="", db_default="")
    value = models.CharField(max_length=60, default="", db_default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["of", "file", "row"], name="import_row_once")]

    def __str__(self) -> str:
        return f"{self.file}:{self.row} {self.outcome}"


class ImportProblem(models.Model):
    """What else was wrong with a row that stayed out, beside what its own account says: the second problem, the third."""

    of = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="problems", db_index=False)
    file = models.PositiveSmallIntegerField(choices=ImportRow.File, default=ImportRow.File.GIVEN, db_default=ImportRow.File.GIVEN)
    row = models.PositiveIntegerField()
    nth = models.PositiveSmallIntegerField()
    column = models.CharField(max_length=60, default="", db_default="")
    code = models.CharField(max_length=32, default="", db_default="")
    value = models.CharField(max_length=60, default="", db_default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["of", "file", "row", "nth"], name="import_problem_once")]

    def __str__(self) -> str:
        return f"{self.file}:{self.row} {self.code}"


class ImportBefore(models.Model):
    """How an order stood before an import changed it, sealed, as long as the import may be taken back; and once that was tried, why the
    order was left alone. ``seq`` is the version of the order after the change."""

    of = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="befores", db_index=False)
    order_id = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    sealed = models.BinaryField(null=True)
    left = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["of", "order_id"], name="import_before_once")]
        indexes: ClassVar = [models.Index(fields=["order_id"], name="import_before_of_order")]

    def __str__(self) -> str:
        return f"{self.of_id}:{self.order_id}"


class SavedMapping(models.Model):
    """How somebody matched a table's headers to our fields, and what they answered of such a file, remembered by the headers
    themselves: for the shop whose file it was, for two shops may mean different things by one word. Where nothing had to be
    matched by hand there are answers alone."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, null=True, related_name="mappings")
    header_digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=60)
    mapping = models.JSONField()
    answers = models.JSONField(null=True)
    saved_at = models.DateTimeField()
    by_name = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["header_digest", "kind", "shop"], name="mapping_once"),
            models.UniqueConstraint(fields=["header_digest", "kind"], condition=models.Q(shop=None), name="mapping_of_no_shop_once"),
        ]

    def __str__(self) -> str:
        return self.name
