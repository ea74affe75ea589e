from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0007_copies_lane'),
    ]

    operations = [
        migrations.AddField(model_name='approval', name='places', field=models.JSONField(null=True)),
    ]
