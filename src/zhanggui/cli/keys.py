"""``zhanggui keys``: a new key while the house works, and the old one let go when nothing needs it."""

import argparse
import json
from argparse import Namespace

from zhanggui.cli.saying import Meter, ready, refuse, say
from zhanggui.kernel.errors import Refused


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    rotate = verbs.add_parser("rotate", help="put a new key in use; everything is sealed anew in the background")
    rotate.add_argument("--index", action="store_true", help="new search tokens, too")
    verbs.add_parser("reseal", help="seal everything with the key in use now, mask phones in old notes, and wait for it")
    verbs.add_parser("retire", help="take old keys off the ring; refused while anything is sealed with them")
    verbs.add_parser("status", help="which keys there are, and what is sealed with old ones")


def run(given: Namespace) -> int:
    """0 when it was done; 1 with the reason."""
    ready()
    from zhanggui.kernel import clock  # noqa: PLC0415  # after setup
    from zhanggui.kernel.actor import SYSTEM  # noqa: PLC0415
    from zhanggui.ops.preparing import prepare  # noqa: PLC0415
    from zhanggui.ops.privacy import turning  # noqa: PLC0415

    prepare()
    at = clock.now()
    try:
        if given.verb == "rotate":
            ring = turning.turn(index=given.index, by=SYSTEM, at=at)
            say(f"{ring.current} seals from now on; the rest is sealed anew in the background: zhanggui keys status")
        elif given.verb == "reseal":
            meter = Meter("sealed")
            many = turning.all_anew(tell=lambda _name, done: meter(done, 0))
            meter.end()
            say(f"{many} sealed or masked anew")
        elif given.verb == "retire":
            ring = turning.let_go(by=SYSTEM, at=at)
            say(f"{ring.current} is the only key; backups made before bring their own")
        else:
            say(json.dumps(turning.standing()))
    except Refused as error:
        return refuse(error)
    return 0
