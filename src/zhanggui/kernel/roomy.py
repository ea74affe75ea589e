"""A migration step: pages of the table are left partly empty on PostgreSQL, for rows that change all day."""

from typing import Any

from django.db import migrations


class Roomy(migrations.RunPython):
    """``percent`` of each page is filled at first. A new version of a row then lies beside the old one, and no index
    hears of it (a heap-only tuple). SQLite changes rows where they are and needs none of it."""

    def __init__(self, table: str, percent: int) -> None:
        self.table, self.percent = table, percent
        super().__init__(self.leave, self.fill, elidable=False)

    def leave(self, apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"ALTER TABLE {self.table} SET (fillfactor = {self.percent:d})")

    def fill(self, apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"ALTER TABLE {self.table} RESET (fillfactor)")

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [self.table, self.percent], {})
