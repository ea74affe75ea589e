"""PostgreSQL: what filters ask of orders not yet shipped, beside an index of those alone."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("customers", "0004_where_they_lie"), ("orders", "0011_kinds")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                fields=["stage", "ship_by", "id"],
                include=[
                    "holds", "paid_at", "placed_at", "seen_at", "recipient", "shop", "source", "kind", "flag", "payment",
                    "payment_method", "warehouse_id", "carrier_id", "category", "waybill", "pieces", "kinds", "total_minor",
                ],
                condition=models.Q(stage__in=("draft", "pending_payment", "pending_review", "approved", "fulfilling")),
                name="order_open",
            ),
        ),
    ]
