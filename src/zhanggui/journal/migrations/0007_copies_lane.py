from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0006_sights'),
    ]

    operations = [
        migrations.AlterField(
            model_name='job',
            name='lane',
            field=models.CharField(
                choices=[('quick', 'quick'), ('slow', 'slow'), ('outward', 'outward'), ('copies', 'copies')],
                default='quick',
                max_length=8,
            ),
        ),
    ]
