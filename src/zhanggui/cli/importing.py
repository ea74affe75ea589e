"""``zhanggui import orders|stock|goods FILE``: the same importer as the browser's, for programs."""

import argparse
import json
import os
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from zhanggui.channels.outcome import Result, details_beside
from zhanggui.channels.refusals import WhichShop
from zhanggui.cli.saying import Meter, language_of_shell, note, ready, refuse, say
from zhanggui.kernel.errors import Refused


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=["orders", "stock", "goods"])
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="one file, or an order list and its details")
    parser.add_argument("--shop", default="", metavar="CODE", help="the shop the orders are of; default: the only one; needed where several are")
    parser.add_argument("--format", default="auto", metavar="NAME", help="auto, or the name of a format; an unknown one lists them")
    parser.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook; needed where several could come in")
    parser.add_argument("--choose", action="append", default=[], metavar="WHAT=HOW", help="answer a question the file raised, as its refusal says")
    parser.add_argument("--create-goods", action="store_true", help="make SKUs that are named and not known")
    parser.add_argument("--dry-run", action="store_true", help="read and match, write nothing")
    parser.add_argument("--strict", action="store_true", help="one bad row refuses the whole file")
    parser.add_argument("--update", action="store_true", help="orders that are here, and not with the warehouse yet, are changed as the file says")
    parser.add_argument("--rejects", type=Path, metavar="OUT", help="write the rows that stayed out, with reason and fix (of details: OUT-details)")
    parser.add_argument("--json", action="store_true", help="print one object, also of a refused file")


def run(given: Namespace) -> int:
    """0 when every row came in or was here already; 1 when any was rejected or the file was refused; 2 for a missing file,
    an unknown format, a shop left out where there are several, or a reject file that cannot be written."""
    missing = [file for file in given.files if not file.is_file()]
    if missing:
        note(f"no such file: {missing[0]}")
        return 2
    if len(given.files) > (2 if given.kind == "orders" else 1):
        note("too many files: give one file, or an order list and its details")
        return 2
    if given.rejects is not None and (why := _not_for_rejects(given)):
        note(why)
        return 2
    ready()
    from zhanggui.channels.formats import formats  # noqa: PLC0415  # models need setup first
    from zhanggui.ops import importing  # noqa: PLC0415
    from zhanggui.ops.preparing import prepare  # noqa: PLC0415

    known = ["auto", *(each.code for each in formats(given.kind))]
    if given.format not in known:
        note(f"no format {given.format!r} for {given.kind}; there are: {', '.join(known)}")
        return 2
    prepare()
    meter = Meter("rows")
    try:
        result = importing.take_files(
            given.kind,
            given.files,
            shop=given.shop,
            format=given.format,
            create_goods=given.create_goods,
            dry_run=given.dry_run,
            strict=given.strict,
            update=given.update,
            rejects=given.rejects,
            language=language_of_shell(),
            sheet=given.sheet,
            choices=dict(one.partition("=")[::2] for one in given.choose),
            progress=meter,
        )
    except Refused as error:
        meter.end()
        if given.json:
            facts = {name: str(value) for name, value in error.facts.items()}
            nothing = asdict(Result(format="" if given.format == "auto" else given.format, shop=given.shop))
            say(json.dumps({**nothing, "refused": error.code, "message": str(error), "facts": facts}, ensure_ascii=False))
        code = refuse(error)
        return 2 if isinstance(error, WhichShop) else code
    meter.end()
    if given.json:
        say(json.dumps({**asdict(result), "seconds": round(result.seconds, 3)}, ensure_ascii=False))
    else:
        _tell(result)
    return 1 if result.rows_rejected else 0


def _not_for_rejects(given: Namespace) -> str:
    """Why no reject file can be written there; said before anything comes in, not after an hour of it."""
    if given.dry_run:
        return "--rejects writes a file and --dry-run writes nothing: choose one"
    outs: list[Path] = [given.rejects, details_beside(given.rejects)][: len(given.files)]
    for out in outs:
        if out.is_dir() or not os.access(out if out.exists() else out.parent, os.W_OK):
            return f"cannot write {out}"
        if any(out.exists() and out.samefile(file) for file in given.files):
            return f"--rejects would overwrite {out}, the file to import"
    return ""


def _tell(result: object) -> None:
    facts = asdict(result)  # type: ignore[call-overload]
    whose = f", shop {facts['shop']}" if facts["shop"] else ""
    say(f"format {facts['format']}{whose}: {facts['rows_in']:,} rows in {facts['seconds']:.1f} s")
    for what in ("rows_ok", "rows_updated", "rows_duplicate", "rows_rejected", "rows_blank"):
        say(f"  {what:<18}{facts[what]:>10,}")
    for what in ("orders_created", "orders_updated", "orders_duplicate", "orders_rejected"):
        say(f"  {what:<18}{facts[what]:>10,}")
    if facts["orders_revived"]:
        say(f"  {'orders_revived':<18}{facts['orders_revived']:>10,}")
    if facts["sums"]:
        say(f"  rows that are sums of others, left out: {', '.join(map(str, facts['sums']))}")
    two = len(facts["files"]) > 1
    for part in facts["files"] if two else ():
        say(f"  {part['name']}: {part['rows_in']:,} rows, {part['rows_ok']:,} ok, {part['rows_duplicate']:,} duplicate, "
            f"{part['rows_rejected']:,} rejected, {part['rows_blank']:,} blank")
    for reject in facts["rejects"][:10]:
        where = f"{reject['file']} row" if two else "row"
        say(f"  {where} {reject['row']}: {reject['code']} {reject['column']} {reject['message']}")
    if len(facts["rejects"]) > 10:
        say(f"  … and {len(facts['rejects']) - 10:,} more; --rejects FILE writes them all")
