"""How many rows came in of which something is said all the same."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("channels", "0004_every_problem_and_answers")]

    operations: ClassVar = [migrations.AddField("import", "rows_noted", models.PositiveIntegerField(default=0, db_default=0))]
