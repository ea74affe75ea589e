"""From rows to JSON: a shape names its columns once, for the statement, the schema and the answer."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, ClassVar

from django.db import models
from pydantic import BaseModel

Turn = Callable[[Any], Any]


class Shape(BaseModel):
    """What is told of one thing. A field is a column of its row; ``SOURCES`` names those that are called otherwise there.

    A field whose source is empty is not of the row: whoever asks adds it.
    """

    SOURCES: ClassVar[Mapping[str, str]] = {}


def columns(shape: type[Shape]) -> list[str]:
    """What the statement selects for this shape."""
    return [source for _, source, _ in _plan(shape)]


def filled(shape: type[Shape], row: Mapping[str, Any]) -> dict[str, Any]:
    """One row as the shape tells it."""
    return {name: turn(row[source]) if turn is not None else row[source] for name, source, turn in _plan(shape)}


def rows(shape: type[Shape], found: models.QuerySet[Any]) -> list[dict[str, Any]]:
    return [filled(shape, row) for row in found.values(*columns(shape))]


@cache
def _plan(shape: type[Shape]) -> tuple[tuple[str, str, Turn | None], ...]:
    made = []
    for name, field in shape.model_fields.items():
        source = shape.SOURCES.get(name, name)
        if source:
            made.append((name, source, id_text if "id" in field.metadata else None))
    return tuple(made)


def id_text(value: Any) -> str | None:
    return None if value is None else str(value)
