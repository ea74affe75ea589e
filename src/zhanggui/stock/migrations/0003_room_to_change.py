from django.db import migrations

from zhanggui.kernel.roomy import Roomy


class Migration(migrations.Migration):
    dependencies = [("stock", "0002_append_only")]
    operations = [Roomy("stock_level", 50), Roomy("stock_shelf", 50)]
