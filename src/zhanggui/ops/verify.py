"""The auditor: what must always be true, asked of the database in plain SQL. It reads and changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from zhanggui.kernel import db
from zhanggui.kernel.vault import KeyRing
from zhanggui.ops import own_keys
from zhanggui.ops.invariants import INVARIANTS, MATCHES
from zhanggui.ops.seals import broken_seals

# So many offending rows are shown of each; the first says as much as the thousandth.
SHOWN = 20


@dataclass(frozen=True)
class Asked:
    """One thing that must be true; ``rows`` are those for which it is not."""

    code: str
    says: str
    rows: Sequence[tuple[Any, ...]]

    def facts(self) -> dict[str, Any]:
        return {"code": self.code, "says": self.says, "holds": not self.rows, "rows": [list(map(str, row)) for row in self.rows]}


def verify(ring: KeyRing | None = None) -> list[Asked]:
    """Every check, in one snapshot of the database. ``ring``: the keys it is sealed with, where they are not those in use."""
    with transaction.atomic():
        if connection.vendor == "postgresql" and not connection.needs_rollback and len(connection.savepoint_ids) == 0:
            db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        matches = f" {MATCHES[connection.vendor]} "
        asked = [Asked(each.code, each.says, db.fetch(f"{each.sql.replace(' MATCHES ', matches)} LIMIT {SHOWN}")) for each in INVARIANTS]
        asked.append(Asked("I26", "every sealed run of the book is as it was sealed", broken_seals()[:SHOWN]))
        asked.append(Asked("I31", "the keys in use open what is sealed here", own_keys.foreign(ring)))
        if connection.vendor == "sqlite":
            said = db.fetch("PRAGMA quick_check(20)")
            asked.append(Asked("I16", "the database file is whole", [] if said == [("ok",)] else said))
    return asked


def assert_clean() -> None:
    """For tests and tours: raises AssertionError naming the first thing that does not hold."""
    for each in verify():
        assert not each.rows, f"{each.code} {each.says}: {list(each.rows[:3])}"
