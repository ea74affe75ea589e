"""Goods are found by the initials of their pinyin and by any part of their name."""

import django.db.models.deletion
from django.db import migrations, models

from zhanggui.catalog import findable

AT_ONCE = 1000


def fill(apps, schema_editor):
    """What goods are found by, made once of what stands; a thousand at a time, by the key."""
    sku, ending = apps.get_model("catalog", "Sku"), apps.get_model("catalog", "Ending")
    last = 0
    while True:
        rows = list(sku.objects.filter(pk__gt=last).order_by("pk").only("pk", "name", "spec")[:AT_ONCE])
        if not rows:
            return
        made = []
        for row in rows:
            row.initials = findable.initials(f"{row.name}{row.spec}")
            made += [ending(sku_id=row.pk, text=text) for text in findable.endings(row.name, row.spec, row.initials)]
        sku.objects.bulk_update(rows, ["initials"], batch_size=200)
        ending.objects.filter(sku__in=[row.pk for row in rows]).delete()
        ending.objects.bulk_create(made, batch_size=400)
        last = rows[-1].pk


class Migration(migrations.Migration):

    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.AddField("sku", "initials", models.CharField(blank=True, db_default="", db_index=True, default="", max_length=64)),
        migrations.CreateModel(
            name="Ending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=16)),
                ("sku", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="endings", to="catalog.sku")),
            ],
            options={
                "indexes": [models.Index(fields=["text", "sku"], name="sku_ending", opclasses=["varchar_pattern_ops", "int8_ops"])],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
