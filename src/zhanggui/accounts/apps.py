from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "zhanggui.accounts"
    label = "accounts"

    def ready(self) -> None:
        import_module("zhanggui.accounts.heard")
        import_module("zhanggui.accounts.others")
