"""``zhanggui diagnose``: what somebody who helps needs to know, without a secret and without a buyer."""

import argparse
from argparse import Namespace
from pathlib import Path

from zhanggui.cli.saying import note, ready, say


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", nargs="?", type=Path, default=Path("zhanggui-diagnosis.zip"), help="the file to write")


def run(given: Namespace) -> int:
    """0 when the bundle was written; 1 when it could not be."""
    ready()
    from zhanggui.kernel import clock  # noqa: PLC0415  # after setup
    from zhanggui.ops import diagnosis  # noqa: PLC0415

    try:
        names = diagnosis.bundle(given.out, at=clock.now())
    except OSError as error:
        note(f"not written: {error}")
        return 1
    say(f"{given.out}: {', '.join(names)}")
    return 0
