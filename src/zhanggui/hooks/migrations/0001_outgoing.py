
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orders', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Endpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('url', models.CharField(max_length=2048)),
                ('events', models.JSONField(default=list)),
                ('secrets_sealed', models.BinaryField()),
                ('active', models.BooleanField(default=True)),
                ('paused_why', models.CharField(db_default='', default='', max_length=8)),
                ('failures', models.PositiveIntegerField(db_default=0, default=0)),
                ('failing_since', models.DateTimeField(null=True)),
                ('rest_until', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField()),
                ('gone_at', models.DateTimeField(null=True)),
                ('maker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('shop', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.shop')),
            ],
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=36, unique=True)),
                ('event', models.CharField(max_length=40)),
                ('subject_kind', models.CharField(db_default='', default='', max_length=24)),
                ('subject_id', models.BigIntegerField(null=True)),
                ('facts', models.JSONField(default=dict)),
                ('made_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('sent', 'sent'), ('failed', 'failed')], db_default='waiting', default='waiting', max_length=8)),
                ('tries', models.PositiveSmallIntegerField(db_default=0, default=0)),
                ('run_at', models.DateTimeField()),
                ('leased_until', models.DateTimeField(null=True)),
                ('tried_at', models.DateTimeField(null=True)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('why', models.CharField(db_default='', default='', max_length=24)),
                ('took_ms', models.PositiveIntegerField(null=True)),
                ('log', models.JSONField(default=list)),
                ('endpoint', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='deliveries', to='hooks.endpoint')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['endpoint', 'run_at', 'id'], name='delivery_due'), models.Index(fields=['endpoint', 'state', '-id'], name='delivery_log'), models.Index(fields=['made_at'], name='delivery_made')],
            },
        ),
    ]
