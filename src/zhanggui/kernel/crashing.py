"""Points at which a process can be ended in the midst of its work, so that a test sees what it leaves behind.

A point is one line, ``crashing.point("commit.before")``, and costs a look at one variable. Only the bench can arm one:
``point:nth`` in its settings, or ``arm`` in its own process; the process then kills itself where it stands.
"""

import os
import re
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.signals import request_finished
from django.db import connections
from django.db.backends.signals import connection_created

POINTS = {
    "queue": "A writer stands in the line of one SQLite file.",
    "begin": "A write transaction begins.",
    "statement": "One statement, by its verb and table.",
    "commit": "A write transaction is kept; ``after``: and whoever asked does not know it yet.",
    "response": "The answer is made; ``after``: it was sent.",
    "claim": "A worker takes jobs.",
    "tick": "The jobs in hand are done and ticked off.",
    "call": "Somebody else's machine is asked, by what for.",
    "batch": "One batch of an import.",
    "backup": "One step of a copy or of its proof.",
    "migration": "One migration of one app.",
}
STATEMENT = re.compile(
    r'\s*(?:(INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|COPY|VACUUM INTO)\s+"?(\w+)?|(SELECT)\b.*?\bFROM\s+"?(\w+)|(\w+))', re.IGNORECASE | re.DOTALL
)
Hit = Callable[[str], None]

_hit: Hit | None = None


def point(name: str, of: str = "") -> None:
    """The process stands at ``name`` (a word of POINTS, then ``.before`` or ``.after``), ``of`` says which of them."""
    if _hit is not None:
        _hit(f"{name} {of}" if of else name)


def statement(name: str, sql: str) -> None:
    """The same for a statement that does not go by Django's cursor."""
    if _hit is not None:
        _hit(f"{name} {said(sql)}")


def arm(name: str, nth: int = 1) -> None:
    """End this process at the ``nth`` hit of ``name``: a whole name, or one of POINTS for whichever comes."""
    left = nth

    def hit(reached: str) -> None:
        nonlocal left
        if reached == name or reached.startswith((f"{name}.", f"{name} ")):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    _set(hit)


def arm_by(asked: str) -> None:
    """``point:nth``, as the bench's settings have it; nothing when empty."""
    if asked:
        name, _, nth = asked.partition(":")
        if name.partition(".")[0] not in POINTS:
            raise ValueError(f"there is no point {name!r}")
        arm(name, int(nth or 1))


@contextmanager
def heard() -> Iterator[Counter[str]]:
    """Count which points are reached while the block runs; nobody is ended."""
    counts: Counter[str] = Counter()
    _set(lambda reached: counts.update((reached,)))
    try:
        yield counts
    finally:
        disarm()


def disarm() -> None:
    """Every point is one look at a variable again."""
    global _hit
    _hit = None
    connection_created.disconnect(_watch)
    request_finished.disconnect(_sent)
    for connection in connections.all(initialized_only=True):
        while _each_statement in connection.execute_wrappers:
            connection.execute_wrappers.remove(_each_statement)


def _set(hit: Hit) -> None:
    global _hit
    if not settings.GUARDS_MAY_BE_OFF:
        raise RuntimeError("a process is only ended on the bench")
    disarm()
    _hit = hit
    connection_created.connect(_watch)
    request_finished.connect(_sent)
    for connection in connections.all(initialized_only=True):
        _watch(connection)


def _watch(connection: Any, **_: Any) -> None:
    if _each_statement not in connection.execute_wrappers:
        connection.execute_wrappers.append(_each_statement)


def _each_statement(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    statement("statement.before", sql)
    result = execute(sql, params, many, context)
    statement("statement.after", sql)
    return result


def _sent(**_: Any) -> None:
    point("response.after")


def said(sql: str) -> str:
    """``UPDATE … stock_level SET`` as ``UPDATE stock_level``."""
    found = STATEMENT.match(sql)
    if found is None:
        return "?"
    verb, table, read, looked, other = found.groups()
    word = (verb or read or other).upper().replace(" OR IGNORE", "").removesuffix(" INTO").removesuffix(" FROM")
    return f"{word} {table or looked}" if table or looked else word
