"""Paging by key: page ten thousand costs what page one does, and no row is shown twice when new ones come."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet, FieldDoesNotExist, ValidationError
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.expressions import OrderBy
from django.utils.dateparse import parse_datetime

from zhanggui.kernel import db

R = TypeVar("R")
SIZE = 50
# Who goes on from where a page stopped looking looks so many times as far.
FURTHER = 20
Mark = tuple[bool, Any, int | None]
FIRST: Mark = (False, None, None)


@dataclass(frozen=True)
class Page(Generic[R]):
    """Some rows, and the cursors that lead on (``next``) and back (``prev``); empty where there is nothing. ``looked``: the page
    is not full because no more than so many were looked at; ``next`` looks further."""

    rows: list[R]
    next: str = ""
    prev: str = ""
    size: int = SIZE
    looked: int = 0

    @property
    def only(self) -> bool:
        return not self.next and not self.prev


def page(
    rows: models.QuerySet[Any, R],
    by: str,
    *,
    cursor: str = "",
    size: int = SIZE,
    apart: Sequence[Q] = (),
    few: bool = False,
    within: models.QuerySet[Any, R] | None = None,
    far: int = 0,
) -> Page[R]:
    """One page of ``rows`` ordered by the column ``by`` (``-placed_at`` for the newest first) and then by id.

    ``rows`` may be plain ``values`` that hold the id and that column. ``by`` may also name an annotation or lead over a
    relation (``sku__code``). Rows without a value come last either way. A cursor that is not ours begins at the first
    page. One statement.

    ``apart`` takes the rows apart, each of them in one part: every part is walked by its own index, all of them side by side,
    no further than the page is full, where one walk over all of them would read far more. One statement more; and so it is
    beyond the first page where the column may be empty. ``few`` rows, named by their ids, are simply sorted: one statement.

    ``within`` are rows that an index gives in this order, ``rows`` some of them, nobody knows how many: no more than the first
    ``far`` of them are looked at, and twenty times as many by who goes on from there. One statement more.
    """
    column, falling = by.lstrip("-"), by.startswith("-")
    field = _field(rows, column)
    nullable = field is not None and bool(field.null)
    back, value, last_id = _fitting(_read(cursor), field, column)
    order = _order(column, falling != back, nullable, back)
    reaches = [Q()]
    if last_id is not None:
        reaches = _beyond(
            column, value, last_id, falling=falling != back, nulls_after=nullable and not back, nulls_before=nullable and back
        )
    elif nullable and falling and connection.vendor == "postgresql":
        # Its index keeps what is empty last one way and first the other: falling, with the empty ones last, it would sort every row.
        reaches = [Q(**{f"{column}__isnull": empty}) for empty in (False, True)]
    edge = None
    if within is not None and (last_id is None or value is not None):
        far *= 1 if last_id is None else FURTHER
        edge = _edge(within, column, reaches[0], nullable, falling != back, far)
    if edge is not None:
        rows, reaches, apart = rows.filter(_until(column, *edge, falling=falling != back)), reaches[:1], ()
    parts = [[part & reach for part in apart or [Q()]] for reach in reaches]
    if few:
        rows = rows.filter(reduce(or_, [part for each in parts for part in each]))
    elif len(parts) > 1 or len(parts[0]) > 1:
        # Within a reach the column is filled everywhere or nowhere: it is walked as its index lies.
        bare = _order(column, falling != back, nullable and len(reaches) == 1, back)
        rows = rows.filter(pk__in=_first_of_each(rows, column, bare, parts, size + 1))
    else:
        rows = rows.filter(*parts[0])
    found = list(rows.order_by(*order)[: size + 1])
    more = len(found) > size
    found = found[:size]
    if back:
        found.reverse()
    if edge is not None and not more:
        here, there = _told(*edge, back=back), _told(*edge, back=not back)
        if found and (back or last_id is not None):
            there = _write(found[-1] if back else found[0], column, back=not back)
        there = there if back or last_id is not None else ""
        return Page(found, next=there if back else here, prev=here if back else there, size=size, looked=far)
    if not found:
        # Nothing is left that way: back leads to where one came from, its row among them.
        turned = "" if last_id is None else _told(value, last_id + (1 if falling == back else -1), back=not back)
        return Page([], next=turned if back else "", prev="" if back else turned, size=size)
    there_is_next, there_is_prev = (True, more) if back else (more, last_id is not None)
    return Page(
        found,
        next=_write(found[-1], column, back=False) if there_is_next else "",
        prev=_write(found[0], column, back=True) if there_is_prev else "",
        size=size,
    )


def _edge(
    within: models.QuerySet[Any, Any], column: str, reach: Q, nullable: bool, falling: bool, far: int
) -> tuple[Any, int] | None:
    """The row after the first ``far`` of those that are filled; None where there are no more. One statement, read off the index."""
    filled = Q(**{f"{column}__isnull": False}) if nullable else Q()
    walked = within.filter(reach & filled).order_by(*_order(column, falling, False, False))
    found: tuple[Any, int] | None = walked.values_list(column, "pk")[far : far + 1].first()
    return found


def _until(column: str, value: Any, last_id: int, *, falling: bool) -> Q:
    """The rows up to (value, id), it among them."""
    way = "gt" if falling else "lt"
    return Q(**{f"{column}__{way}e": value}) & (Q(**{f"{column}__{way}": value}) | Q(**{f"id__{way}e": last_id}))


def _first_of_each(
    rows: models.QuerySet[Any, Any], column: str, order: Sequence[OrderBy | str], reaches: Sequence[Sequence[Q]], many: int
) -> list[int]:
    """The ids of the first ``many`` of each reach, its parts read side by side and put together in ``order``. One statement.

    Both databases merge what already comes in order, and read of each part what the page takes. SQLite orders the parts of
    such a union by itself; PostgreSQL is told of each that it is to come in order, and no more of it than a page: else it plans to
    read the whole part.
    """
    lite = connection.vendor == "sqlite"
    walked: list[str] = []
    params: list[Any] = []
    for parts in reaches:
        said: list[str] = []
        for part in parts:
            found = rows.filter(part).values_list("pk", *([] if column == "id" else [column]))
            try:
                sql, given = (found.order_by() if lite else found.order_by(*order)[:many]).query.sql_with_params()
            except EmptyResultSet:
                continue
            said.append(sql if lite else f"SELECT * FROM ({sql}) AS part{len(said)}")
            params += given
        if said:
            together = " UNION ALL ".join(said)
            walked.append(f"SELECT * FROM ({together} ORDER BY {_places(order)} LIMIT {many:d}) AS reach{len(walked)}")
    return [row[0] for row in db.fetch(" UNION ALL ".join(walked), params)] if walked else []


def _places(order: Sequence[OrderBy | str]) -> str:
    """The same order by the places of (id, column) in a row of theirs."""
    *by, last = order
    said = [
        f"2 {'DESC' if each.descending else 'ASC'}{' NULLS FIRST' if each.nulls_first else ' NULLS LAST' if each.nulls_last else ''}"
        for each in by
        if isinstance(each, OrderBy)
    ]
    return ", ".join([*said, f"1 {'DESC' if str(last).startswith('-') else 'ASC'}"])


def reads(cursor: str) -> bool:
    """Whether a page once gave this cursor out; an empty one is the first page's."""
    return not cursor or _read(cursor) is not FIRST


def _field(rows: models.QuerySet[Any, Any], column: str) -> "models.Field[Any, Any] | None":
    """The field behind the column; None for an annotation or a way over a relation, which are never empty here."""
    try:
        found = rows.model._meta.get_field(column)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, models.Field) else None


def _fitting(mark: Mark, field: "models.Field[Any, Any] | None", column: str) -> Mark:
    """The cursor, or none where it was written for another column: somebody changed the order in between."""
    back, value, last_id = mark
    try:
        if last_id is not None and abs(last_id) >= 2**63:
            return FIRST
        if field is not None and column != "id" and value is not None:
            value = field.to_python(value)
    except (ValueError, TypeError, ValidationError):
        return FIRST
    return back, value, last_id


def _order(column: str, falling: bool, nullable: bool, back: bool) -> Sequence[OrderBy | str]:
    if column == "id":
        return ["-id" if falling else "id"]
    place = F(column)
    nulls: dict[str, Any] = ({"nulls_first": True} if back else {"nulls_last": True}) if nullable else {}
    return [place.desc(**nulls) if falling else place.asc(**nulls), "-id" if falling else "id"]


def _beyond(column: str, value: Any, last_id: int, *, falling: bool, nulls_after: bool, nulls_before: bool) -> list[Q]:
    """The rows after (value, id), in reaches that an index bounds each: what is filled, and what is empty."""
    way = "lt" if falling else "gt"
    ids = Q(**{f"id__{way}": last_id})
    if column == "id":
        return [ids]
    filled, empty = Q(**{f"{column}__isnull": False}), Q(**{f"{column}__isnull": True})
    if value is None:
        return [empty & ids, filled] if nulls_before else [empty & ids]
    after = Q(**{f"{column}__{way}e": value}) & (Q(**{f"{column}__{way}": value}) | ids)
    return [after, empty] if nulls_after else [after]


def _write(row: Any, column: str, *, back: bool) -> str:
    plain = isinstance(row, dict)
    value = None if column == "id" else row[column] if plain else reduce(getattr, column.split("__"), row)
    return _told(value, row["id"] if plain else row.pk, back=back)


def _told(value: Any, id_: int, *, back: bool) -> str:
    if isinstance(value, datetime):
        value = {"at": value.isoformat()}
    text = json.dumps([int(back), value, id_], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str) -> Mark:
    try:
        back, value, last_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if isinstance(value, dict):
            value = parse_datetime(value["at"])
        if not isinstance(value, datetime | str | int | None):
            return FIRST
        return bool(back), value, int(last_id)
    except (ValueError, TypeError, KeyError, binascii.Error):
        return FIRST
