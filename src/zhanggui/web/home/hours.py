"""Hours since a moment, counted inside the database: a library call a row would cost a busy day a second."""

from datetime import datetime
from typing import Any

from django.db.models import Func, IntegerField


class HoursSince(Func):
    """Whole hours from ``start`` to the column."""

    output_field = IntegerField()

    def __init__(self, column: str, start: datetime) -> None:
        self.epoch_s = int(start.timestamp())
        super().__init__(column)

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template=f"((unixepoch(%(expressions)s) - {self.epoch_s}) / 3600)", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = f"FLOOR((EXTRACT(EPOCH FROM %(expressions)s) - {self.epoch_s}) / 3600)::integer"
        return self.as_sql(compiler, connection, template=template, **more)
