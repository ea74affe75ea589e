"""A small table of wishes, one order a row: which column means what. Pure."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

WORDS = {
    "name": ("收件人", "姓名", "客户", "收货人", "name", "recipient", "customer", "consignee"),
    "phone": ("电话", "手机", "手机号", "联系电话", "phone", "mobile", "tel"),
    "phone2": ("备用电话", "电话2", "phone 2", "second phone"),
    "province": ("省", "省份", "province", "state"),
    "city": ("市", "城市", "city"),
    "district": ("区", "区县", "县", "district"),
    "street": ("详细地址", "街道", "street"),
    "address": ("地址", "收货地址", "收件地址", "完整地址", "address", "full address"),
    "postcode": ("邮编", "postcode", "zip", "postal code"),
    "quantity": ("数量", "件数", "quantity", "qty", "pieces"),
    "placed": ("日期", "下单日期", "date", "order date"),
    "ship_by": ("发货日期", "最晚发货", "ship by", "ship date"),
    "like": ("旧订单", "旧单号", "同谁", "like order", "same as"),
}
KNOWN = {word: field for field, words in WORDS.items() for word in words}
DAY = re.compile(r"(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})\D?")


class Table(NamedTuple):
    """``head`` as it was written, ``fields`` what each column means where it is one of ours, and the rows with something in them:
    their number and their cells."""

    head: tuple[str, ...]
    fields: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def known(self) -> bool:
        return any(self.fields)


def read(text: str) -> Table:
    """What somebody pasted: the cells of a spreadsheet (tabs), or commas. The first row with something in it says what the columns are."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    first = next((line for line in text.split("\n") if line.strip()), "")
    between = "\t" if "\t" in first else "," if "," in first else ";" if ";" in first else "\t"
    found = [tuple(cell.strip() for cell in row) for row in csv.reader(io.StringIO(text), delimiter=between)]
    numbered = [(nth, row) for nth, row in enumerate(found, start=1) if any(row)]
    if not numbered:
        return Table((), (), ())
    head = numbered[0][1]
    return Table(head, tuple(KNOWN.get(" ".join(word.lower().split()), "") for word in head), tuple(numbered[1:]))


def written(rows: Sequence[Sequence[str]]) -> str:
    """Rows as ``read`` reads them."""
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(rows)
    return out.getvalue()


def day_of(said: str, today: date) -> date | None:
    """``2026-03-08``, ``2026/3/8``, ``2026年3月8日``: within a year of today; None for anything else."""
    found = DAY.fullmatch(said.strip())
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None
    return day if day is not None and abs((day - today).days) <= 366 else None
