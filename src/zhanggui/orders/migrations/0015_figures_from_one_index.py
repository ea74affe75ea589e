"""The index that counts what waits knows all that its filters ask."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("orders", "0014_rules_of_review")]
    operations: ClassVar = [
        migrations.RemoveIndex(model_name="order", name="order_work"),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                fields=[
                    "stage", "ship_by", "id", "holds", "paid_at", "recipient", "shop", "kinds", "pieces", "kind", "source", "payment_method",
                    "waybill",
                ],
                name="order_work",
            ),
        ),
    ]
