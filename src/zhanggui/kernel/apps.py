from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import register
from django.db import connections
from django.db.models.signals import pre_migrate

from zhanggui.kernel import checks, crashing, merchants, safety


class KernelConfig(AppConfig):
    name = "zhanggui.kernel"
    label = "kernel"

    def ready(self) -> None:
        register(checks.sqlite_keeps_what_it_commits)
        register(checks.postgres_keeps_what_it_commits)
        for check in safety.CHECKS:
            register(check, safety.TAG)
        # From whichever app: the signal is not sent for one without tables.
        pre_migrate.connect(make_schema)
        crashing.arm_by(settings.CRASH_AT)


def make_schema(*, using: str, **kwargs: Any) -> None:
    """A merchant is a namespace: on PostgreSQL its tables live in the schema ``m_<slug>``, never in ``public``."""
    connection, merchant = connections[using], merchants.current()
    if connection.vendor != "postgresql":
        return
    if not merchant.replace("_", "").isalnum():
        raise ValueError("a merchant's slug is letters, digits and underscores")
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA IF NOT EXISTS "m_{merchant}"')
