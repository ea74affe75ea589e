"""Orders a file updates, imports that are taken back, and mappings of their shops."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

COUNT = {"default": 0, "db_default": 0}
WORDS = {"default": "", "db_default": ""}


class Migration(migrations.Migration):
    dependencies: ClassVar = [("channels", "0002_rows_of_two_files"), ("orders", "0005_some_rows")]

    operations: ClassVar = [
        *(migrations.AddField("import", name, models.PositiveIntegerField(**COUNT)) for name in ("rows_updated", "orders_updated", "orders_undone")),
        migrations.AddField("import", "undo_asked_at", models.DateTimeField(null=True)),
        migrations.AddField("import", "undo_ended_at", models.DateTimeField(null=True)),
        migrations.AddField("import", "undo_reason", models.CharField(max_length=200, **WORDS)),
        migrations.AddField("import", "undo_by_name", models.CharField(max_length=80, **WORDS)),
        migrations.AddField("import", "undo_by_id", models.BigIntegerField(null=True)),
        migrations.AlterField(
            "importrow",
            "outcome",
            models.CharField(choices=[("ok", "已导入"), ("upd", "已更新"), ("dup", "重复"), ("rej", "拒收")], max_length=3),
        ),
        migrations.AddField(
            "savedmapping",
            "shop",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="mappings", to="orders.shop"),
        ),
        migrations.RemoveConstraint("savedmapping", "mapping_once"),
        migrations.AddConstraint(
            "savedmapping", models.UniqueConstraint(fields=("header_digest", "kind", "shop"), name="mapping_once")
        ),
        migrations.AddConstraint(
            "savedmapping",
            models.UniqueConstraint(condition=models.Q(("shop", None)), fields=("header_digest", "kind"), name="mapping_of_no_shop_once"),
        ),
    ]
