"""How orders stood before an import changed them, so that it can be taken back."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("channels", "0006_sums")]

    operations: ClassVar = [
        migrations.AddField("import", "orders_put_back", models.PositiveIntegerField(default=0, db_default=0)),
        migrations.CreateModel(
            name="ImportBefore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order_id", models.BigIntegerField()),
                ("seq", models.PositiveIntegerField()),
                ("sealed", models.BinaryField(null=True)),
                ("left", models.JSONField(null=True)),
                (
                    "of",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="befores", to="channels.import"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["order_id"], name="import_before_of_order")],
                "constraints": [models.UniqueConstraint(fields=("of", "order_id"), name="import_before_once")],
            },
        ),
    ]
