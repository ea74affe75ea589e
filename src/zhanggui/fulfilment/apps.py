from django.apps import AppConfig


class FulfilmentConfig(AppConfig):
    name = "zhanggui.fulfilment"
    label = "fulfilment"
