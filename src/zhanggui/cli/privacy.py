"""``zhanggui privacy``: what a person may ask of the house, and what is past its time."""

import argparse
import json
from argparse import Namespace
from pathlib import Path

from zhanggui.cli.saying import note, ready, refuse, say
from zhanggui.kernel.errors import Refused


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, says in (
        ("find", "where somebody is held: a phone in full, a name, an order number"),
        ("export", "everything held of them, as JSON and a workbook in one zip"),
        ("erase", "erase them everywhere; says what stays and why"),
    ):
        verb = verbs.add_parser(name, help=says)
        verb.add_argument("whom", nargs="?", default="-", help="read from standard input when left out, so that no history keeps it")
        if name == "export":
            verb.add_argument("--out", type=Path, required=True)
        if name == "erase":
            verb.add_argument("--why", required=True, help="one sentence; it goes into the journal")
    due = verbs.add_parser("due", help="what is past its time, by shop and month; nothing is touched")
    due.add_argument("--days", type=int, help="try another number of days")
    verbs.add_parser("sweep", help="erase what is past its time now")


def run(given: Namespace) -> int:
    """0 when it was done; 1 with the reason."""
    ready()
    from zhanggui.ops.preparing import prepare  # noqa: PLC0415  # after setup

    prepare()
    try:
        return _act(given)
    except Refused as error:
        return refuse(error)
    except OSError as error:
        note(f"not written: {error}")
        return 1


def _act(given: Namespace) -> int:
    from dataclasses import asdict, replace  # noqa: PLC0415  # after setup, as all of these

    from zhanggui.cli.saying import typed_password  # noqa: PLC0415
    from zhanggui.kernel import clock  # noqa: PLC0415
    from zhanggui.kernel.actor import SYSTEM  # noqa: PLC0415
    from zhanggui.ops.backups import making  # noqa: PLC0415
    from zhanggui.ops.commands import privacy  # noqa: PLC0415
    from zhanggui.ops.privacy import erased_list, retention  # noqa: PLC0415
    from zhanggui.ops.privacy.refusals import NobodyFound  # noqa: PLC0415

    at = clock.now()
    if given.verb == "due":
        rows = retention.due(at, days=given.days)
        say(json.dumps({"people": sum(row.people for row in rows), "by": [row._asdict() for row in rows]}, ensure_ascii=False))
        return 0
    if given.verb == "sweep":
        many = retention.run(by=SYSTEM, at=at)
        say(json.dumps({"erased": many, "listed": erased_list.write(making.folder())}))
        return 0
    held = privacy.find(typed_password() if given.whom == "-" else given.whom, by=SYSTEM, at=at)
    if not held.recipients and not held.uploads:
        raise NobodyFound
    if given.verb == "find":
        facts = {
            "recipients": len(held.recipients), "orders": [order.number for order in held.orders], "erased": held.erased,
            "kept": held.kept, "on_the_way": held.on_the_way, "imports": [row.number for row in held.imports],
            "files": [row.number for row in held.uploads], "backups": [row.name for row in held.backups],
        }  # fmt: skip
        say(json.dumps(facts, ensure_ascii=False))
    elif given.verb == "export":
        content = privacy.hand_out(held.ids, found=privacy.sign(held, by=SYSTEM), by=SYSTEM, at=at)
        # umask lets nobody else on this machine read it.
        given.out.write_bytes(content)
        say(f"{given.out}: {len(held.orders)} orders")
    else:
        receipt = privacy.erase(held.ids, found=privacy.sign(held, by=SYSTEM), by=replace(SYSTEM, why=given.why), at=at)
        erased_list.write(making.folder())
        say(json.dumps(asdict(receipt)))
    return 0
