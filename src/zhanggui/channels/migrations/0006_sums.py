"""Rows of a file that only add up others."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("channels", "0005_rows_noted")]

    operations: ClassVar = [migrations.AddField("import", "sums", models.JSONField(null=True))]
