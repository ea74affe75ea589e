"""``zhanggui clearsecondstep``: for one who lost phone and recovery codes, where nobody is left inside to help."""

import argparse
from argparse import Namespace

import django

from zhanggui.cli.saying import refuse, say
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.errors import NotFound, Refused


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--email", required=True)
    parser.add_argument("--why", required=True, help="one sentence; it goes into the journal")


def run(given: Namespace) -> int:
    """0 when codes, recovery codes and passkeys are gone, and they are signed out everywhere; 1 for nobody's address."""
    django.setup()
    from zhanggui.accounts.commands import rescue  # noqa: PLC0415  # models need setup first
    from zhanggui.accounts.models import User  # noqa: PLC0415
    from zhanggui.ops.preparing import prepare  # noqa: PLC0415

    prepare()
    try:
        person = User.objects.filter(email__iexact=given.email).first()
        if person is None:
            raise NotFound(what=given.email)
        many = rescue.clear_second_factor(person.pk, why=given.why, by=SYSTEM, at=clock.now())
    except Refused as error:
        return refuse(error)
    say(f"{person.email}: {many} cleared; the password alone signs in")
    return 0
