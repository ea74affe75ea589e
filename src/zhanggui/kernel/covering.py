"""An index that holds more of a row than it is searched by, so that the row itself need not be read."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement


class Covering(models.Index):
    """``include`` are held and not searched by: PostgreSQL has a word for it, and a planner who would else walk all of the index for
    one of them. SQLite has none; there they are its last columns."""

    def create_sql(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor, using: str = "", **more: Any) -> Statement:
        if schema_editor.connection.features.supports_covering_indexes:
            return super().create_sql(model, schema_editor, using=using, **more)
        fields = [*(name for name, _order in self.fields_orders), *self.include]
        return models.Index(fields=fields, name=self.name, condition=self.condition).create_sql(model, schema_editor, using=using, **more)
