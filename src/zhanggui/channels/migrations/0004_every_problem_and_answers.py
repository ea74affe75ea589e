"""Every problem of a row that stayed out, and what was answered of a file's columns."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

WORDS = {"default": "", "db_default": ""}


class Migration(migrations.Migration):
    dependencies: ClassVar = [("channels", "0003_updated_undone")]

    operations: ClassVar = [
        migrations.AddField("savedmapping", "answers", models.JSONField(null=True)),
        migrations.CreateModel(
            name="ImportProblem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.PositiveSmallIntegerField(choices=[(0, "订单表"), (1, "明细表")], db_default=0, default=0)),
                ("row", models.PositiveIntegerField()),
                ("nth", models.PositiveSmallIntegerField()),
                ("column", models.CharField(max_length=60, **WORDS)),
                ("code", models.CharField(max_length=32, **WORDS)),
                ("value", models.CharField(max_length=60, **WORDS)),
                (
                    "of",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="problems", to="channels.import"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("of", "file", "row", "nth"), name="import_problem_once")],
            },
        ),
    ]
