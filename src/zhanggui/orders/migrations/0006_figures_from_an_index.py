"""Two indexes hold what the figures over the list ask of an order and of its goods: they are counted without reading either."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("catalog", "0001_initial"), ("orders", "0005_some_rows")]
    operations: ClassVar = [
        migrations.RemoveIndex(model_name="order", name="order_work"),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["stage", "ship_by", "id", "holds", "paid_at", "recipient"], name="order_work"),
        ),
        migrations.AddIndex(model_name="line", index=models.Index(fields=["order", "sku"], name="line_goods")),
        migrations.AddIndex(model_name="line", index=models.Index(fields=["sku", "order"], name="line_sold_in")),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(condition=models.Q(("sku", None)), fields=["sku_code", "order"], name="line_unmatched"),
        ),
        migrations.AlterField(
            model_name="line",
            name="sku",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="catalog.sku"
            ),
        ),
        migrations.AlterField(
            model_name="line",
            name="order",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="orders.order"
            ),
        ),
    ]
