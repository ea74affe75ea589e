from django.apps import AppConfig


class StockConfig(AppConfig):
    name = "zhanggui.stock"
    label = "stock"
