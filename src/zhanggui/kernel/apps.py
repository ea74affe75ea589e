from django.apps import AppConfig
from django.core.checks import register

from zhanggui.kernel import checks


class KernelConfig(AppConfig):
    name = "zhanggui.kernel"
    label = "kernel"

    def ready(self) -> None:
        register(checks.sqlite_keeps_what_it_commits)
        register(checks.postgres_keeps_what_it_commits, deploy=False)
