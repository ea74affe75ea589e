"""``zhanggui prepare``: the database made or brought up to date."""

import argparse
from argparse import Namespace

from zhanggui.cli.saying import ready, say


def arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(given: Namespace) -> int:
    ready()
    from zhanggui.ops.preparing import prepare  # noqa: PLC0415  # models can only be imported after setup

    say("database is up to date" if not prepare() else "database prepared")
    return 0
