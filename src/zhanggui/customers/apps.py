from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "zhanggui.customers"
    label = "customers"
