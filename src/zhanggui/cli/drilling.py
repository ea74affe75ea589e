"""``zhanggui drill``: does a backup come back? Nothing in use is touched."""

import argparse
import json
from argparse import Namespace
from pathlib import Path

from zhanggui.cli.saying import note, ready, refuse, say
from zhanggui.kernel.errors import Refused


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, help="a backup; without it a fresh one is made for the drill and let go")
    parser.add_argument("--key", type=Path, help="the file with the key it was sealed with; without it this shop's own")
    parser.add_argument("--json", action="store_true", help="print one object")


def run(given: Namespace) -> int:
    """0 when it came back the same and its books are in order, else 1 with the reason."""
    ready()
    from zhanggui.kernel import clock  # noqa: PLC0415  # after setup
    from zhanggui.ops.backups import keys, making  # noqa: PLC0415
    from zhanggui.ops.preparing import prepare  # noqa: PLC0415

    if given.file and not given.file.is_file():
        note(f"there is no file {given.file}")
        return 2
    prepare()
    try:
        key = keys.key_of(given.key) if given.key else keys.own_key()
        if given.file:
            tried, made_s = making.try_out(given.file, key=key), 0.0
        else:
            with making.scratch() as folder:
                made = making.make(folder / "drill.zgb", key=key, at=clock.now())
                tried, made_s = making.try_out(made.file, key=key), made.seconds
    except Refused as error:
        return refuse(error)
    except (OSError, ValueError) as error:
        note(f"drill-failed: {error}")
        return 1
    tables = tried.manifest.tables
    rows = sum(table.rows for table in tables.values())
    if given.json:
        facts = {"good": True, "tables": len(tables), "rows": rows, "orders": tables["orders_order"].rows, "checks": tried.checks}
        say(json.dumps({**facts, "made_seconds": round(made_s, 2), "tried_seconds": round(tried.seconds, 2)}))
        return 0
    if made_s:
        say(f"made       {made_s:6.1f} s")
    say(f"restored   {tried.seconds:6.1f} s  {len(tables)} tables, {rows:,} rows, each the same as at the moment of the copy")
    say(f"audited             all {tried.checks} checks hold")
    return 0
