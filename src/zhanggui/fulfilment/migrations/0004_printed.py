from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0003_in_doubt")]

    operations = [
        migrations.AddIndex(
            model_name="waybill",
            index=models.Index(fields=["parcel"], name="waybill_printed", condition=Q(state="issued", prints__gt=0)),
        ),
    ]
