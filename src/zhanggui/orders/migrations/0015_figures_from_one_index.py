"""The index that counts what waits knows all that its filters ask."""

from typing import ClassVar

from django.db import migrations

from zhanggui.kernel.covering import Covering


class Migration(migrations.Migration):
    dependencies: ClassVar = [("orders", "0014_rules_of_review")]
    operations: ClassVar = [
        migrations.RemoveIndex(model_name="order", name="order_work"),
        migrations.AddIndex(
            model_name="order",
            index=Covering(
                fields=["stage", "ship_by", "id"],
                include=[
                    "holds", "paid_at", "recipient", "shop", "kinds", "pieces", "kind", "source", "payment_method", "waybill",
                ],
                name="order_work",
            ),
        ),
    ]
