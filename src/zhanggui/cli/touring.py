"""``zhanggui tour [FILE]``: a file of orders taken the whole way in a database of its own, thrown away afterwards."""

import argparse
import os
import tempfile
from argparse import Namespace
from importlib.resources import as_file, files
from pathlib import Path

from zhanggui.cli.saying import note, ready, refuse, say
from zhanggui.kernel.errors import Refused

SENDER = {
    "name": "掌柜仓",
    "phone": "0571-88888888",
    "province": "浙江省",
    "city": "杭州市",
    "district": "余杭区",
    "street": "良渚街道 1 号",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="any file of orders we can read; built in: 400 sample orders")
    parser.add_argument("--currency", default="", help="of amounts without one; default CNY, GBP for Online Retail")


def run(given: Namespace) -> int:
    """0 when orders arrived and the auditor finds nothing, else 1; 2 where there is no such file."""
    if given.file is not None and not given.file.is_file():
        note(f"no such file: {given.file}")
        return 2
    with tempfile.TemporaryDirectory(prefix="zhanggui-tour-") as scratch:
        os.environ |= {"ZHANGGUI_DATA": scratch, "ZHANGGUI_DATABASE_URL": ""}
        ready()
        from zhanggui.cli import practice  # noqa: PLC0415  # models need setup first
        from zhanggui.kernel import clock  # noqa: PLC0415
        from zhanggui.kernel.actor import SYSTEM  # noqa: PLC0415
        from zhanggui.ops.preparing import prepare  # noqa: PLC0415
        from zhanggui.ops.tour import Tour  # noqa: PLC0415
        from zhanggui.stock.commands import warehouses  # noqa: PLC0415

        prepare()
        warehouses.open_one("HZ", "杭州一仓", sender=SENDER, by=SYSTEM, at=clock.now())
        courier = practice.start(pace_s=0)
        practice.enrol()
        try:
            with as_file(files("zhanggui.ops").joinpath("samples", "orders.csv")) as built_in:
                file = given.file or built_in
                clean = Tour(say, courier).go(file, currency=given.currency or _currency_of(file))
        except Refused as error:
            return refuse(error)
        finally:
            courier.stop()
    return 0 if clean else 1


def _currency_of(file: Path) -> str:
    """Online Retail is a British shop's; every other file without a currency is taken as ours."""
    from zhanggui.channels.formats import chosen, formats  # noqa: PLC0415  # after setup
    from zhanggui.channels.reading.choose import known_by  # noqa: PLC0415
    from zhanggui.channels.reading.opening import open_table  # noqa: PLC0415

    table = open_table(file, knows=known_by(formats("orders")))
    return "GBP" if chosen("orders", table).code == "online_retail" else "CNY"
