from django.db import migrations, models


class Migration(migrations.Migration):
    """The order list of those who see the orders of certain shops."""

    dependencies = [("orders", "0002_tails")]
    operations = [
        migrations.AddIndex("order", models.Index(fields=["shop", "stage", "ship_by", "id"], name="order_shop_work")),
        migrations.AddIndex("order", models.Index(fields=["shop", "placed_at", "id"], name="order_shop_placed")),
    ]
