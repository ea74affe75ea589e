from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "zhanggui.ops"
    label = "ops"
