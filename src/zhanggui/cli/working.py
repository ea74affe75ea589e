"""``zhanggui worker``: reviews, imports, tracking and whatever else waits, until it is told to stop."""

import argparse
import signal
from argparse import Namespace

from zhanggui.cli.saying import note, ready


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--parent", type=int, default=0, help="end when this process has ended")
    parser.add_argument("--until-idle", action="store_true", help="do what is due now, and end")


def run(given: Namespace) -> int:
    ready(speaks=False)
    from zhanggui.journal.jobs import Worker, run_until_idle  # noqa: PLC0415  # models need setup first
    from zhanggui.ops.backups.open_books import in_use  # noqa: PLC0415
    from zhanggui.ops.preparing import prepare  # noqa: PLC0415

    prepare()
    if given.until_idle:
        note(f"{run_until_idle()} jobs done")
        return 0
    worker = Worker(parent=given.parent)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: worker.stop())
    with in_use():
        worker.run()
    return 0
