"""Files and rows to measure with: the same for the same number, shaped like a day's orders."""

import csv
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from zhanggui.customers.sealing import Person
from zhanggui.kernel.clock import company_zone
from zhanggui.ops.sample_people import people
from zhanggui.orders.drafts import NewLine, NewOrder

HEADER = (
    "订单号", "下单时间", "付款时间", "付款方式", "付款状态", "收件人", "手机", "省", "市", "区县", "详细地址", "邮编", "商品编码", "商品名称",
    "规格", "数量", "单价", "买家留言",
)  # fmt: skip
SKUS = 2_000


def sku_code(nth: int) -> str:
    return f"SKU-{nth:04d}"


def order_file(path: Path, orders: int) -> int:
    """Write ``orders`` orders of two or three lines (2.5 on average) in our template's columns; how many lines."""
    dice = random.Random(1)  # noqa: S311  # samples, not secrets
    crowd = people(min(orders, 20_000))
    lines = 0
    with open(path, "w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(HEADER)
        for nth in range(orders):
            who = crowd[nth % len(crowd)]
            at = f"2026-10-{1 + nth % 19:02d} {nth % 24:02d}:{nth % 60:02d}:{(nth // 60) % 60:02d}"
            phone = f"199{nth:08d}"
            for _line in range(2 + nth % 2):
                lines += 1
                sheet.writerow((
                    f"B{10**11 + nth}", at, at, "支付宝", "已付款", who.name, phone, who.province, who.city, who.district, who.street,
                    "310000", sku_code(dice.randrange(SKUS)), "样品", "白色 L", 1 + dice.randrange(3), "59.00", "请尽快" if nth % 5 == 0 else "",
                ))  # fmt: skip
    return lines


def single_rows(many: int) -> tuple[list[str], Iterator[tuple[str, ...]]]:
    """(header, one row for each of ``many`` orders of one line), in twenty columns of our template."""
    header = [*HEADER, "卖家备注", "币种"]

    def lines() -> Iterator[tuple[str, ...]]:
        dice = random.Random(3)  # noqa: S311
        crowd = people(min(many, 20_000))
        for nth in range(many):
            who = crowd[nth % len(crowd)]
            at = f"2026-10-{1 + nth % 19:02d} {nth % 24:02d}:{nth % 60:02d}:{(nth // 60) % 60:02d}"
            yield (
                f"X{10**11 + nth}", at, at, "支付宝", "已付款", who.name, f"199{nth:08d}", who.province, who.city, who.district, who.street,
                "310000", sku_code(dice.randrange(SKUS)), "样品", "白色 L", str(1 + dice.randrange(3)), "59.00",
                "请尽快" if nth % 5 == 0 else "", "", "CNY",
            )  # fmt: skip

    return header, lines()


def orders(many: int, sku_ids: list[int]) -> list[NewOrder]:
    """Paid orders of two or three lines, each to another receiver."""
    dice = random.Random(2)  # noqa: S311
    begin = datetime(2026, 10, 1, tzinfo=company_zone())
    crowd = people(min(many, 5_000))
    found = []
    for nth in range(many):
        who: Person = crowd[nth % len(crowd)]._replace(phone=f"199{nth:08d}")
        lines = []
        for _line in range(2 + nth % 2):
            which, pieces = dice.randrange(len(sku_ids)), 1 + dice.randrange(3)
            lines.append(NewLine(sku_ids[which], sku_code(which), "样品", "白色 L", pieces, 5900, 0, 5900 * pieces))
        total = sum(line.total_minor for line in lines)
        at = begin + timedelta(seconds=nth)
        found.append(NewOrder(f"R{10**11 + nth}", at, tuple(lines), who, "CNY", 0, 0, total, total, "paid", "pending_review", "支付宝", at))
    return found
