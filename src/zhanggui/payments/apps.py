from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "zhanggui.payments"
    label = "payments"
