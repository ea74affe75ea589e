"""The goods report (ExportOrderDetailList): the lines of each order, kept small until their order comes by."""

import marshal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zhanggui.channels.port import Problem, Table
from zhanggui.channels.reading.amounts import Amounts
from zhanggui.channels.reading.cells import is_blank, order_no, quantity, shown, sku, text
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.errors import HeadersMissing
from zhanggui.channels.reading.header import places

_ORDER = ("主订单编号", "订单编号")  # the older report has no numbers for its lines
_LINE, _TITLE, _PRICE, _PIECES, _SPEC = "子订单编号", "标题", "价格", "购买数量", "商品属性"
_CODES = ("商家编码", "外部系统编号")
_PAYABLE, _REFUND = "买家应付货款", "退款状态"
_NO_REFUND = frozenset(("", "没有申请退款", "无退款"))


@dataclass(frozen=True, slots=True)
class Detail:
    """One line as the report has it; ``payable_minor`` is ``None`` in reports that do not say."""

    sku: str
    title: str
    spec: str
    quantity: int
    unit_minor: int
    payable_minor: int | None
    line_no: str
    refund: str


def is_report(header: Sequence[str]) -> bool:
    found = places(header)
    return all(word in found for word in (_TITLE, _PRICE, _PIECES)) and any(word in found for word in _ORDER) and (
        any(word in found for word in _CODES) or _SPEC in found
    )


class Details:
    """Every line of the goods report by its order; rows that have no order number belong to none."""

    def __init__(self, table: Table) -> None:
        found = places(table.header)
        key = next((found[word] for word in _ORDER if word in found), None)
        if key is None or not is_report(table.header):
            raise HeadersMissing(missing="、".join((_ORDER[0], _TITLE, _PRICE, _PIECES)))
        wanted = (*_CODES, _TITLE, _SPEC, _PIECES, _PRICE, _PAYABLE, _LINE, _REFUND)
        self._at = [found.get(word, -1) for word in wanted]
        self._packed: dict[str, list[bytes]] = {}
        width = len(table.header)
        for row, cells in table.rows():
            no = order_no(cells[key]) if key < len(cells) else Code.BLANK
            if not isinstance(no, Code):
                kept = [cells[at] if 0 <= at < len(cells) else None for at in self._at]
                plain = [cell if cell is None or isinstance(cell, str | int | float) else "\0" for cell in kept]
                self._packed.setdefault(no, []).append(marshal.dumps((row, len(cells) <= width, plain)))

    def __contains__(self, no: str) -> bool:
        return no in self._packed

    def numbers(self) -> Iterator[str]:
        return iter(self._packed)

    def of(self, no: str, row: int, amounts: Amounts, problems: list[Problem]) -> list[Detail]:
        """The lines of one order; what is wrong with them goes to ``problems`` under ``row``, the order's own."""
        lines = []
        for packed in self._packed.get(no, ()):
            at, whole, cells = marshal.loads(packed)  # noqa: S302  # what we packed ourselves
            code, outer, title, spec, pieces, price, payable, line_no, refund = cells
            if not whole:
                problems.append(Problem(row, f"宝贝报表第 {at} 行", Code.COLUMN_COUNT))
                continue
            read_code = sku(outer if is_blank(code) else code)
            count, unit = quantity(pieces), amounts.read(price)
            due = None if is_blank(payable) else amounts.read(payable)
            words = [text(cell) for cell in (title, spec, line_no, refund)]
            before = len(problems)
            looked = ((_CODES[0], read_code, code), (_PIECES, count, pieces), (_PRICE, unit, price), (_PAYABLE, due, payable))
            for word, value, cell in looked:
                if isinstance(value, Code) and not (value is Code.BLANK and word == _CODES[0]):
                    problems.append(Problem(row, f"{word}（宝贝报表第 {at} 行）", value, shown(cell)))
            if isinstance(unit, int) and unit < 0:
                problems.append(Problem(row, f"{_PRICE}（宝贝报表第 {at} 行）", Code.PRICE_RANGE, shown(price)))
            problems.extend(
                Problem(row, f"{_TITLE}（宝贝报表第 {at} 行）", word) for word in words if isinstance(word, Code)
            )
            if len(problems) > before or not isinstance(count, int) or not isinstance(unit, int):
                continue
            goods, kind, own_no, state = (str(word) for word in words)
            lines.append(Detail(
                "" if isinstance(read_code, Code) else read_code, goods, kind, count, unit, due if isinstance(due, int) else None,
                own_no.strip("'"), "" if state in _NO_REFUND else state,
            ))
        return lines
