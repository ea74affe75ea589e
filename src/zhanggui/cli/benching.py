"""``zhanggui bench NAME``: measure in a scratch database of the same kind as ours."""

import argparse
import json
import os
import re
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zhanggui.cli.saying import note, ready, say


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", help="what to measure")
    parser.add_argument("--orders", type=many, default=0, metavar="N", help="how many; each bench has its own usual number")
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--keep", metavar="FOLDER", default="", help="keep the scratch house there, and use it again next time")
    parser.add_argument("--list", action="store_true", help="say what can be measured")


def many(said: str) -> int:
    """Something to measure."""
    if not said.isdecimal() or not int(said):
        raise argparse.ArgumentTypeError(f"{said!r} is nothing to measure: give 1 or more")
    return int(said)


def run(given: Namespace) -> int:
    """0 when it was measured; 2 for an unknown name. PostgreSQL is measured in a schema of its own, dropped afterwards unless kept."""
    with scratch_house(given.keep) as (scratch, merchant):
        os.environ |= {"ZHANGGUI_DATA": scratch, "ZHANGGUI_MERCHANT": merchant}
        if not os.environ.get("ZHANGGUI_DATABASE_URL", "").startswith("postgres"):
            os.environ["ZHANGGUI_DATABASE_URL"] = ""
        ready()
        from django.db import connection  # noqa: PLC0415  # after setup

        from zhanggui.ops.bench import BENCHES  # noqa: PLC0415
        from zhanggui.ops.preparing import prepare  # noqa: PLC0415

        if given.list or given.name is None:
            for name, (measure, usual) in BENCHES.items():
                say(f"{name:<10}{usual:>9,}  {(measure.__doc__ or '').splitlines()[0]}")
            return 0 if given.list else 2
        if given.name not in BENCHES:
            note(f"no bench {given.name!r}; there are: {', '.join(BENCHES)}")
            return 2
        measure, usual = BENCHES[given.name]
        prepare()
        try:
            found = measure(given.orders or usual)
        finally:
            if connection.vendor == "postgresql" and not given.keep:
                with connection.cursor() as cursor:
                    cursor.execute(f'DROP SCHEMA "m_{merchant}" CASCADE')
        if given.json:
            say(json.dumps(found.facts()))
            return 0
        say(found.says())
    return 0


@contextmanager
def scratch_house(kept: str) -> Iterator[tuple[str, str]]:
    """A data folder and a merchant to measure in: gone afterwards, or kept in the folder asked for."""
    if kept:
        folder = Path(kept).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        yield str(folder), f"bench_{re.sub(r'[^a-z0-9]', '_', folder.name.lower())[:40]}"
        return
    with tempfile.TemporaryDirectory(prefix="zhanggui-bench-") as scratch:
        yield scratch, f"bench_{os.getpid()}"
