from django.apps import AppConfig


class HooksConfig(AppConfig):
    name = "zhanggui.hooks"
    label = "hooks"
