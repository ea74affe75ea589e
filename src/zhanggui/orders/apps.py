from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "zhanggui.orders"
    label = "orders"
