"""A shop's two reports as it writes them: GBK, padded headers, numbers as ``="…"``, blank rows at the end."""

import csv
import io
from collections.abc import Sequence

from tests.data.orders.make_samples import DETAIL, TAOBAO, detail, trade

Cells = Sequence[str]


def no(nth: int) -> str:
    return f"20345678901234{nth:05}"


def sold(nth: int, *, pieces: int = 1, owed: str = "9.90", total: str = "", wrapped: bool = True) -> dict[str, str]:
    """An order of socks. A ``total`` of its own does not add up."""
    row = trade(no(nth), "棉袜", 1, pieces, owed, "0.00", total or owed)
    return row if wrapped else row | {"订单编号": f"'{no(nth)}"}


def sock(nth: int, line: int = 1, *, price: str = "9.90", pieces: str = "1") -> dict[str, str]:
    """One line of that order."""
    return detail(no(nth), line, "棉袜", price, pieces, "SOCK-GREY", "颜色分类：灰色")


def orders(*rows: dict[str, str] | Cells, blank: int = 0) -> bytes:
    return _written(TAOBAO, rows, blank)


def details(*rows: dict[str, str] | Cells, blank: int = 0) -> bytes:
    return _written(DETAIL, rows, blank)


def _written(header: Cells, rows: Sequence[dict[str, str] | Cells], blank: int) -> bytes:
    """Rows given by header are written whole; those given as cells as they are."""
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(header)
    sheet.writerows([[row.get(word, "") for word in header] if isinstance(row, dict) else row for row in rows])
    sheet.writerows([[""] * len(header)] * blank)
    return text.getvalue().encode("gbk")
