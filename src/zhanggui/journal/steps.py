"""Moving many subjects at once along their flow: one conditional UPDATE, and the moves it really made."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models

from zhanggui.kernel import db
from zhanggui.kernel.flow import Flow, Move


def step(
    model: type[models.Model],
    flow: Flow,
    verb: str,
    ids: Sequence[int],
    *,
    column: str = "stage",
    also: Mapping[str, Any] | None = None,
    where: str = "",
    params: Sequence[Any] = (),
) -> list[Move]:
    """Take ``verb`` with each of ``ids`` that stands where it may; the others are left and not in the answer.

    ``model`` carries ``column`` and ``version``; ``also`` sets more columns to plain values. The moves come sorted by
    id. Tell them as events in the same transaction: the book is the history.
    """
    if not ids:
        return []
    table = model._meta.db_table
    moves: list[Move] = []
    by_target: dict[str, list[str]] = {}
    for before, after in flow.moves[verb].items():
        by_target.setdefault(after, []).append(before)
    chosen, wanted = db.among("id", sorted(set(ids)))
    for after, befores in by_target.items():
        sets = {column: after, **(also or {})}
        assigns = ", ".join(f"{name} = %s" for name in sets)
        marks = ", ".join(["%s"] * len(befores))
        # RETURNING gives the row after the step; where several states lead here, the one before is read first.
        # On PostgreSQL that reading also locks, in the order of ids: two batches never wait for each other.
        known: dict[int, str] = {}
        if len(befores) > 1 or connection.vendor == "postgresql":
            lock = " ORDER BY id FOR UPDATE" if connection.vendor == "postgresql" else ""
            known = dict(db.fetch(f"SELECT id, {column} FROM {table} WHERE {chosen} AND {column} IN ({marks}){lock}", [wanted, *befores]))
        rows = db.fetch(
            f"UPDATE {table} SET {assigns}, version = version + 1 "
            f"WHERE {chosen} AND {column} IN ({marks}){' AND ' + where if where else ''} RETURNING id, version",
            [*(_bound(value) for value in sets.values()), wanted, *befores, *params],
        )
        moves += [Move(id_, version, known.get(id_, befores[0]), after) for id_, version in rows]
    return sorted(moves, key=lambda move: move.id)


def _bound(value: Any) -> Any:
    return db.adapt(value) if hasattr(value, "tzinfo") else value
