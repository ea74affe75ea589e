"""``zhanggui bench NAME``: measure in a scratch database of the same kind as ours."""

import argparse
import json
import os
import tempfile
from argparse import Namespace

from zhanggui.cli.saying import note, ready, say


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", help="what to measure")
    parser.add_argument("--orders", type=many, default=0, metavar="N", help="how many; each bench has its own usual number")
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--list", action="store_true", help="say what can be measured")


def many(said: str) -> int:
    """Something to measure."""
    if not said.isdecimal() or not int(said):
        raise argparse.ArgumentTypeError(f"{said!r} is nothing to measure: give 1 or more")
    return int(said)


def run(given: Namespace) -> int:
    """0 when it was measured; 2 for an unknown name. PostgreSQL is measured in a schema of its own, dropped afterwards."""
    with tempfile.TemporaryDirectory(prefix="zhanggui-bench-") as scratch:
        os.environ |= {"ZHANGGUI_DATA": scratch, "ZHANGGUI_MERCHANT": f"bench_{os.getpid()}"}
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
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(f'DROP SCHEMA "m_{os.environ["ZHANGGUI_MERCHANT"]}" CASCADE')
        if given.json:
            say(json.dumps(found.facts()))
            return 0
        say(f"{found.name} on {found.database}: {found.orders:,} in {found.seconds:.2f} s = {found.orders_per_s:,.0f} a second")
        say(f"  raw limit in the same run {found.limit_orders_per_s:,.0f} a second, ratio {found.ratio_to_limit:.2f}")
        say(f"  peak {found.peak_rss_mb:.0f} MB")
    return 0
