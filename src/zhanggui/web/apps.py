from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "zhanggui.web"
    label = "web"
