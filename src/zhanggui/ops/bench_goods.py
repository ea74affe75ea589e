"""The picker of goods asked in every way people ask it, over so many SKUs: the database's time for an answer, whole."""

import random
import time
from collections.abc import Iterator

from django.db import connection

from zhanggui.catalog import queries
from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.catalog.models import Sku
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops.bench_lists import Asked, Table
from zhanggui.ops.benching import database

MOST_MS, TIMES, AT_ONCE = 30, 60, 1_000
WHAT = [
    "青釉",
    "白釉",
    "天青",
    "墨绿",
    "粗陶",
    "朱泥",
    "竹编",
    "棉麻",
    "胡桃",
    "鸡翅木",
    "不锈钢",
    "玻璃",
    "亚麻",
    "檀香",
    "手作",
    "云南",
    "龙井",
    "普洱",
    "重庆",
    "锡制",
]
THING = [
    "盖碗",
    "公道杯",
    "保温杯",
    "茶壶",
    "茶席",
    "收纳篮",
    "台灯",
    "桌布",
    "饭碗",
    "木筷",
    "毛巾",
    "香薰",
    "购物袋",
    "花瓶",
    "茶盘",
    "线香",
    "地垫",
    "马克杯",
    "茶叶罐",
    "小面",
]
SPEC = ["小号", "中号", "大号", "150ml", "320ml", "500ml", "米白", "灰绿", "墨黑", "暖光"]


def pickers(many: int) -> Table:
    """A picker over ``many`` SKUs: codes, parts of names, initials, barcodes and what is not there; p95 of the whole answer."""
    _fill(many)
    limit = Asked("one row by its key", tuple(_timed_key(nth) for nth in range(TIMES)), 1)
    found = [_asked(name, words) for name, words in _ways()]
    return Table("skus", database(), Sku.objects.count(), MOST_MS, limit, found)


def _fill(many: int) -> None:
    here = Sku.objects.count()
    dice = random.Random(5)  # noqa: S311  # samples, not secrets
    for first in range(here, many, AT_ONCE):
        some = [
            Definition(
                f"{dice.choice('GTMCBL')}{dice.choice('WDPKN')}-{nth:06d}",
                f"{dice.choice(WHAT)}{dice.choice(THING)}{dice.choice(WHAT)}款",
                f"{dice.choice(SPEC)} {nth % 97}",
                f"69{nth:011d}",
                price_minor=5900,
            )
            for nth in range(first, min(first + AT_ONCE, many))
        ]
        goods.define(some, by=SYSTEM, at=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def _ways() -> Iterator[tuple[str, list[str]]]:
    """Every way of asking, each in many words."""
    ids = list(Sku.objects.order_by("id").values_list("pk", flat=True))
    some = list(Sku.objects.filter(pk__in=ids[:: max(len(ids) // TIMES, 1)]).order_by("id"))
    yield "code", [sku.code for sku in some]
    yield "code prefix", [sku.code[:6] for sku in some]
    yield "code prefix of many", [sku.code[:2].lower() for sku in some]
    yield "barcode", [sku.barcode for sku in some]
    yield "name part", [sku.name[2:5] for sku in some]
    yield "name part of few", [f"{sku.name[:6]}{sku.spec}" for sku in some]
    yield "spec", [sku.spec for sku in some]
    yield "initials", [sku.initials[:4] for sku in some]
    yield "initials inside", [sku.initials[2:6] for sku in some]
    yield "nothing", [f"没有{nth}" for nth in range(TIMES)]


def _asked(name: str, words: list[str]) -> Asked:
    queries.found(words[0])
    return Asked(name, tuple(_timed(words[nth % len(words)]) for nth in range(TIMES)), 2)


def _timed(text: str) -> float:
    began = time.perf_counter()
    queries.found(text)
    return (time.perf_counter() - began) * 1000


def _timed_key(nth: int) -> float:
    began = time.perf_counter()
    db.fetch("SELECT * FROM catalog_sku WHERE id = %s", [nth * 101 + 1])
    return (time.perf_counter() - began) * 1000
