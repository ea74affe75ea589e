"""``zhanggui backup``: a sealed copy of everything, proved to come back."""

import argparse
import json
from argparse import Namespace
from pathlib import Path

from zhanggui.cli.saying import note, ready, refuse, say
from zhanggui.kernel.errors import Refused


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", nargs="?", type=Path, help="a file or a folder; without it the backup folder, where it is listed")
    parser.add_argument("--json", action="store_true", help="print one object")


def run(given: Namespace) -> int:
    """0 when the backup was made and came back; 1 with the reason."""
    ready()
    from zhanggui.kernel import clock  # noqa: PLC0415  # after setup
    from zhanggui.kernel.actor import SYSTEM  # noqa: PLC0415
    from zhanggui.ops.backups import keys, making  # noqa: PLC0415
    from zhanggui.ops.commands import backups  # noqa: PLC0415
    from zhanggui.ops.preparing import prepare  # noqa: PLC0415

    prepare()
    at = clock.now()
    try:
        if given.out is None:
            row = backups.back_up(by_hand=True, by=SYSTEM, at=at)
            file, good, problem, orders = backups.file_of(row), row.state == "good", row.problem, row.orders
        else:
            file = given.out / making.name_at(at) if given.out.is_dir() else given.out
            made = making.make(file, key=keys.own_key(), at=at)
            note(f"made in {made.seconds:.1f} s; restoring it aside …")
            making.try_out(file, key=keys.own_key())
            good, problem, orders = True, "", made.orders
    except Refused as error:
        return refuse(error)
    except (OSError, ValueError) as error:
        note(f"backup-not-written: {error}")
        return 1
    size = file.stat().st_size
    if given.json:
        say(json.dumps({"file": str(file), "bytes": size, "good": good, "orders": orders, "problem": problem}, ensure_ascii=False))
    else:
        say(f"{file}  {size / 1e6:,.1f} MB  {'good: it came back whole and its books are in order' if good else f'bad: {problem}'}")
    return 0 if good else 1
