"""Numbers found by their tail, for people read out the last digits and lists show no more than those; names by their head.

An index over the last four characters narrows the rows; the whole tail decides.
"""

from typing import Any, ClassVar, TypeVar

from django.db import models
from django.db.models import Func, Q
from django.db.models.lookups import In
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=models.Model)
FEWEST = 4
HEAD = 2
# What a list puts before a tail; it comes along when somebody copies it.
CUT_OFF = "….*·-"


class Tail(Func):
    """The last four characters of a text, written alike in index and question, so that the one serves the other."""

    template = "SUBSTR(%(expressions)s, -4)"
    arity = 1
    output_field: ClassVar = models.CharField()

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="RIGHT(%(expressions)s, 4)", **more)


class Head(Func):
    """The first two characters of a text, written alike in index and question: by them every province is known."""

    template = f"SUBSTR(%(expressions)s, 1, {HEAD})"
    arity = 1
    output_field: ClassVar = models.CharField()


def tail_of(text: str) -> str:
    """The tail somebody typed or copied from a list, as ``8376012`` or ``…8376012``; empty where it is too short to be one."""
    tail = text.strip().lstrip(CUT_OFF)
    whole = tail.isascii() and all(mark.isalnum() or mark in "-_" for mark in tail)
    return tail if len(tail) >= FEWEST and whole and any(mark.isdigit() for mark in tail) else ""


def ends_in(rows: models.QuerySet[M, M], column: str, tail: str) -> models.QuerySet[M, M]:
    """Those of ``rows`` whose ``column`` (which has a ``Tail`` index) ends in ``tail``, as it is or in capitals."""
    ways = {tail, tail.upper()}
    ends = Q()
    for way in ways:
        ends |= Q(**{f"{column}__endswith": way})
    return rows.filter(ends, In(Tail(column), [way[-FEWEST:] for way in sorted(ways)]))
