from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "zhanggui.papers"
    label = "papers"
