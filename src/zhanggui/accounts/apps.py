from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "zhanggui.accounts"
    label = "accounts"
