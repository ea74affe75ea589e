"""``zhanggui prepare``: the database made or brought up to date."""

import argparse
from argparse import Namespace

import django

from zhanggui.cli.saying import say


def arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(given: Namespace) -> int:
    django.setup()
    from zhanggui.ops.preparing import prepare  # noqa: PLC0415  # models can only be imported after setup

    say("database is up to date" if not prepare() else "database prepared")
    return 0
