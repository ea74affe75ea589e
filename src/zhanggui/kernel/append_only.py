"""A migration step: the table takes new rows and nothing else.

SQLite and plain PostgreSQL refuse by trigger. A cluster that refuses triggers revokes UPDATE and DELETE instead.
"""

from typing import Any

from django.db import migrations


def statements(vendor: str, table: str) -> list[str]:
    """The DDL that makes ``table`` append-only."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
    ]


class AppendOnly(migrations.RunPython):
    """Put it last in the migration that makes the table."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(self.forbid, self.allow, elidable=False)

    def forbid(self, apps: Any, editor: Any) -> None:
        for statement in statements(editor.connection.vendor, self.table):
            editor.execute(statement)

    def allow(self, apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "sqlite":
            for verb in ("update", "delete"):
                editor.execute(f"DROP TRIGGER {self.table}_no_{verb}")
        else:
            editor.execute(f"DROP TRIGGER {self.table}_append_only ON {self.table}")
            editor.execute(f"DROP FUNCTION {self.table}_refuse()")

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [self.table], {})
