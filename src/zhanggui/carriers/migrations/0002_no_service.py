"""Where a carrier does not go."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("carriers", "0001_initial")]

    operations = [migrations.AddField("carrier", "no_service", models.TextField(blank=True, db_default="", default=""))]
