"""``zhanggui createowner``: the first person, for installs without a browser."""

import argparse
from argparse import Namespace

from zhanggui.cli.saying import ready, refuse, say, typed_password
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.errors import Refused


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--email", required=True, help="what they sign in with")
    parser.add_argument("--name", default="店主", help="what colleagues see in the records")


def run(given: Namespace) -> int:
    """0 when they own the shop; 1 where it has an owner, or for an address or a password that will not do; 2 without one."""
    ready()
    from zhanggui.accounts.commands import people  # noqa: PLC0415  # models need setup first
    from zhanggui.ops.preparing import prepare  # noqa: PLC0415

    password = typed_password()
    prepare()
    try:
        people.open_shop(given.email, given.name, password, by=SYSTEM, at=clock.now())
    except Refused as error:
        return refuse(error)
    say(f"{given.email} owns the shop")
    return 0
