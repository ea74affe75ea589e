"""A companion's rows are accounted beside those of the file it completes."""

from typing import ClassVar

from django.db import migrations, models

COUNT = {"default": 0, "db_default": 0}


class Migration(migrations.Migration):
    dependencies: ClassVar = [("channels", "0001_initial")]

    operations: ClassVar = [
        *(
            migrations.AddField("import", f"companion_{what}", models.PositiveIntegerField(**COUNT))
            for what in ("ok", "duplicate", "rejected", "blank")
        ),
        migrations.AddField(
            "importrow", "file", models.PositiveSmallIntegerField(choices=[(0, "订单表"), (1, "明细表")], **COUNT)
        ),
        migrations.RemoveConstraint("importrow", "import_row_once"),
        migrations.AddConstraint("importrow", models.UniqueConstraint(fields=("of", "file", "row"), name="import_row_once")),
    ]
