from django.db import migrations, models

import zhanggui.kernel.tails


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_head_of_province")]

    operations = [
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(zhanggui.kernel.tails.Head("city"), zhanggui.kernel.tails.Head("province"), name="recipient_city"),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(fields=["id"], include=["province", "city"], name="recipient_lies"),
        ),
    ]
