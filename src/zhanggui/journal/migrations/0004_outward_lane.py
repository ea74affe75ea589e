from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0003_answered'),
    ]

    operations = [
        migrations.AlterField(
            model_name='job',
            name='lane',
            field=models.CharField(
                choices=[('quick', 'quick'), ('slow', 'slow'), ('outward', 'outward')], default='quick', max_length=8
            ),
        ),
    ]
