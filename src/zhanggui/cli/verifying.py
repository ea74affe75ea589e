"""``zhanggui verify``: the auditor, for people and for a cron line."""

import argparse
import json
from argparse import Namespace

from zhanggui.cli.saying import ready, say


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one object")


def run(given: Namespace) -> int:
    """0 when everything that must be true is true, else 1 with what is not."""
    ready()
    from zhanggui.ops.preparing import prepare  # noqa: PLC0415  # models need setup first
    from zhanggui.ops.verify import verify  # noqa: PLC0415

    prepare()
    found = verify()
    broken = [each for each in found if each.rows]
    if given.json:
        say(json.dumps({"clean": not broken, "checks": [each.facts() for each in found]}, ensure_ascii=False))
        return 1 if broken else 0
    for each in found:
        say(f"{'✓' if not each.rows else '✗'} {each.code}  {each.says}")
        for row in each.rows[:5]:
            say(f"      {row}")
    say(f"{len(found) - len(broken)} of {len(found)} hold" if broken else f"clean: all {len(found)} hold")
    return 1 if broken else 0
