"""Making the database ready, killed on the way and begun again, until it is through.

``python -m tests.crash.upgrading`` does so over an empty database and prints what was cut and what stands in the end.
"""

import argparse
import json
import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

import django

# One after the other, each in what the one before left to do.
CHOSEN = (
    ("statement.before INSERT django_migrations", 1), ("migration.before", 9), ("statement.after CREATE", 12),
    ("statement.before INSERT django_migrations", 7), ("migration.after", 11),
    ("statement.after ALTER", 3), ("statement.after INSERT django_migrations", 2), ("migration.after", 0), ("statement.after CREATE", 1),
    ("commit.before", 1),
)  # fmt: skip
# Of every migration: before it, in its midst, before and after it is noted, and once it is kept.
NOTED = "INSERT django_migrations"
EACH = ("migration.before", "statement.after", f"statement.before {NOTED}", f"statement.after {NOTED}", "migration.after")


def cut(point: str, nth: int) -> str:
    """Bring the database up in a process that dies at the ``nth`` (0: the last) hit; ``killed``, ``through`` or ``broken``."""
    from django.db import connection  # noqa: PLC0415  # after setup
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    from zhanggui.kernel import crashing  # noqa: PLC0415
    from zhanggui.ops.preparing import prepare  # noqa: PLC0415

    def work() -> None:
        many = nth
        if not many:
            executor = MigrationExecutor(connection)
            many = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if point:
            crashing.arm(point, many)
        prepare()

    status = in_a_child(work)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return "killed"
    return "broken" if os.WEXITSTATUS(status) else "through"


def in_a_child(work: Callable[[], None]) -> int:
    pid = os.fork()
    if pid == 0:
        code = 0
        try:
            work()
        except BaseException:
            traceback.print_exc()
            code = 9
        finally:
            os._exit(code)
    return os.waitpid(pid, 0)[1]


def what_stands() -> dict[str, Any]:
    """The tables as they are, so that two databases can be compared; what the auditor has against them."""
    from django.db import connection  # noqa: PLC0415  # after setup

    from zhanggui.accounts.models import Role  # noqa: PLC0415
    from zhanggui.kernel import db  # noqa: PLC0415
    from zhanggui.ops.verify import verify  # noqa: PLC0415

    if connection.vendor == "sqlite":
        shape = db.fetch("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%%' ORDER BY 1, 2")
    else:
        shape = db.fetch(
            "SELECT table_name, column_name, data_type || COALESCE(column_default, '') FROM information_schema.columns "
            "WHERE table_schema = current_schema() UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes "
            "WHERE schemaname = current_schema() UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) "
            "FROM pg_constraint WHERE connamespace = current_schema()::regnamespace ORDER BY 1, 2, 3"
        )
    wrong = [f"{each.code} {each.says}" for each in verify() if each.rows]
    return {"shape": [list(map(str, row)) for row in shape], "roles": Role.objects.count(), "wrong": wrong}


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--each", action="store_true", help="every migration at five points, instead of a few")
    asked.add_argument("--uncut", action="store_true", help="nobody is killed: how it ought to look")
    given = asked.parse_args()
    logging.disable(logging.WARNING)
    django.setup()
    kills: list[str] = []
    wrong: list[str] = []
    turns = [] if given.uncut else [(point, 1) for point in EACH] if given.each else list(CHOSEN)
    while turns:
        point, nth = turns.pop(0)
        said = cut(point, nth)
        if said == "killed":
            kills.append(f"{point}:{nth}")
            if given.each and point == EACH[-1]:
                turns = [(each, 1) for each in EACH]
        elif said == "broken":
            wrong.append(f"after {kills[-1:]} it could not go on to {point}")
            break
        elif given.each:
            break
    if not wrong and cut("", 1) != "through":
        wrong.append("it never came through")
    stands: dict[str, Any] = what_stands() if not wrong else {}
    print(json.dumps({"kills": kills, "broken": wrong, **stands}, ensure_ascii=False))
    return 1 if wrong or stands.get("wrong") else 0


if __name__ == "__main__":
    sys.exit(main())
