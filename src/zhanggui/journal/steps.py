"""Moving many subjects at once along their flow: one UPDATE, and the moves it really made."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models

from zhanggui.kernel import db, guards
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
    known = _standing(table, column, ids)
    by_target: dict[str, set[str]] = {}
    for before, after in flow.moves[verb].items():
        by_target.setdefault(after, set()).add(before)
    moves: list[Move] = []
    for after, befores in by_target.items():
        chosen, going = db.among("id", [id_ for id_, state in known.items() if state in befores])
        sets = {column: after, **(also or {})}
        assigns = ", ".join(f"{name} = %s" for name in sets)
        # By their ids alone: asked for the state too, PostgreSQL may walk the whole queue of those that stand at it.
        rows = db.fetch(
            f"UPDATE {table} SET {assigns}, version = version + 1 WHERE {chosen}{' AND ' + where if where else ''} RETURNING id, version",
            [*(_bound(value) for value in sets.values()), going, *params],
        )
        moves += [Move(id_, version, known[id_], after) for id_, version in rows]
    return sorted(moves, key=lambda move: move.id)


def _standing(table: str, column: str, ids: Sequence[int]) -> dict[int, str]:
    """Where each stands, and stays until the end: nobody else writes on SQLite, and on PostgreSQL the rows are
    locked in the order of ids, so that two batches never wait for each other."""
    chosen, wanted = db.among("id", sorted(set(ids)))
    locks = connection.vendor == "postgresql" and guards.stands("steps.lock")
    lock = " ORDER BY id FOR NO KEY UPDATE" if locks else ""
    return dict(db.fetch(f"SELECT id, {column} FROM {table} WHERE {chosen}{lock}", [wanted]))


def _bound(value: Any) -> Any:
    return db.adapt(value) if hasattr(value, "tzinfo") else value
