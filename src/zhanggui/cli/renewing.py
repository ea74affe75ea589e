"""``zhanggui newpassword``: a new password for one who forgot theirs, where nobody is left inside to give it."""

import argparse
from argparse import Namespace

from zhanggui.cli.saying import note, ready, refuse, say, typed_password
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.errors import Refused


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--email", required=True, help="what they sign in with")


def run(given: Namespace) -> int:
    """0 when it was changed, and they are signed out everywhere; 1 for nobody's address or a weak password; 2 without one."""
    ready()
    from zhanggui.accounts.commands import access  # noqa: PLC0415  # models need setup first
    from zhanggui.accounts.models import User  # noqa: PLC0415
    from zhanggui.ops.preparing import prepare  # noqa: PLC0415

    password = typed_password()
    prepare()
    try:
        person = User.objects.filter(email__iexact=given.email).first()
        if person is None:
            note(f"not-found: nobody signs in with {given.email}; check the spelling, or see Settings, People")
            return 1
        access.renew_password(person.pk, password, by=SYSTEM, at=clock.now())
    except Refused as error:
        return refuse(error)
    say(f"{person.email} has a new password")
    return 0
