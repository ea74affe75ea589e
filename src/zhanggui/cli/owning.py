"""``zhanggui createowner``: the first person, for installs without a browser."""

import argparse
import sys
from argparse import Namespace

import django

from zhanggui.cli.saying import note, refuse, say
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.errors import Refused


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--email", required=True)
    parser.add_argument("--name", default="店主")


def run(given: Namespace) -> int:
    django.setup()
    from zhanggui.accounts.commands import people  # noqa: PLC0415  # models need setup first
    from zhanggui.ops.preparing import prepare  # noqa: PLC0415

    password = sys.stdin.readline().rstrip("\n")
    if not password:
        note("the password is read from standard input, one line")
        return 2
    prepare()
    try:
        people.open_shop(given.email, given.name, password, by=SYSTEM, at=clock.now())
    except Refused as error:
        return refuse(error)
    say(f"{given.email} owns the shop")
    return 0
