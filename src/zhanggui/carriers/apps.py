from django.apps import AppConfig


class CarriersConfig(AppConfig):
    name = "zhanggui.carriers"
    label = "carriers"
