"""``zhanggui restore``: let a backup be the books."""

import argparse
import sys
from argparse import Namespace
from pathlib import Path

from zhanggui.cli.saying import note, ready, refuse, say
from zhanggui.kernel.errors import Refused


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--key", type=Path, help="the file with the key it was sealed with; without it this shop's own")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(given: Namespace) -> int:
    """0 when the books are those of the backup; 1, and nothing touched, when not; 2 when nobody could be asked."""
    if not given.file.is_file():
        note(f"there is no file {given.file}")
        return 2
    if not given.yes and not sys.stdin.isatty():
        note("this replaces every order, customer and stock level: say --yes")
        return 2
    ready()
    from zhanggui.kernel import clock  # noqa: PLC0415  # after setup
    from zhanggui.kernel.actor import SYSTEM  # noqa: PLC0415
    from zhanggui.ops.backups import keys, restoring  # noqa: PLC0415

    if not given.yes and input(f"Replace the books by {given.file.name}? What stands now is kept aside. [yes/no] ") != "yes":
        note("nothing was touched")
        return 1
    try:
        key = keys.key_of(given.key) if given.key else keys.own_key()
        back = restoring.restore(given.file, key=key, by=SYSTEM, at=clock.now())
    except Refused as error:
        return refuse(error)
    except (OSError, ValueError) as error:
        note(f"not restored: {error}")
        return 1
    rows = sum(table.rows for table in back.manifest.tables.values())
    say(f"the books are those of {back.manifest.made_at:%Y-%m-%d %H:%M:%S} UTC: {rows:,} rows, all {back.checks} checks hold")
    if back.before:
        say(f"what stood before is kept as {back.before}")
    if back.new_keys:
        say("the keys of the backup are in place; those of before are kept beside them")
    if back.erased:
        say(f"{back.erased} people who had been erased since were erased again")
    return 0
