"""The goods report (ExportOrderDetailList): which goods each order has."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from zhanggui.channels.port import Problem
from zhanggui.channels.reading.amounts import Amounts
from zhanggui.channels.reading.cells import is_blank, quantity, shown, sku, text
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.errors import HeadersMissing
from zhanggui.channels.reading.grouping import Group
from zhanggui.channels.reading.header import places

_ORDER = ("主订单编号", "订单编号")  # the older report has no numbers for its lines
_LINE, _TITLE, _PRICE, _PIECES, _SPEC = "子订单编号", "标题", "价格", "购买数量", "商品属性"
_CODES = ("商家编码", "外部系统编号")
_PAYABLE, _REFUND = "买家应付货款", "退款状态"
_NO_REFUND = frozenset(("", "没有申请退款", "无退款"))


class Detail(NamedTuple):
    """One line as the report has it; ``payable_minor`` is ``None`` in reports that do not say."""

    sku: str
    title: str
    spec: str
    quantity: int
    unit_minor: int
    payable_minor: int | None
    line_no: str
    refund: str


class Details(NamedTuple):
    """What the report has of one order: its physical rows, the lines they are, and what is wrong with them."""

    rows: tuple[int, ...]
    lines: tuple[Detail, ...]
    problems: tuple[Problem, ...]


def is_report(header: Sequence[str]) -> bool:
    found = places(header)
    return all(word in found for word in (_TITLE, _PRICE, _PIECES)) and any(word in found for word in _ORDER) and (
        any(word in found for word in _CODES) or _SPEC in found
    )


class DetailReader:
    """Reads the rows of one order; ``key`` is the column of its number and ``key_word`` what that column is called."""

    def __init__(self, header: Sequence[str]) -> None:
        found = places(header)
        if not is_report(header):
            raise HeadersMissing(missing="、".join((_ORDER[0], _TITLE, _PRICE, _PIECES)))
        self.key = next(found[word] for word in _ORDER if word in found)
        self.key_word = header[self.key]
        nowhere = len(header)  # grouped rows carry one empty cell more
        wanted = (*_CODES, _TITLE, _SPEC, _PIECES, _PRICE, _PAYABLE, _LINE, _REFUND)
        self._at = [found.get(word, nowhere) for word in wanted]
        self._amounts = Amounts("CNY")

    def read(self, group: Group) -> Details:
        problems = [replace(problem, beside=True) for problem in group.problems]
        short = {problem.row for problem in problems}
        lines = []
        for row, cells in zip(group.rows, group.cells, strict=True):
            if row not in short and (line := self._line(row, cells, problems)) is not None:
                lines.append(line)
        return Details(tuple(group.rows), tuple(lines), tuple(problems))

    def _line(self, row: int, cells: list[object], problems: list[Problem]) -> Detail | None:
        """The line of one row; ``None``, with what is wrong in ``problems``, where it cannot be read."""
        code, outer, title, spec, pieces, price, payable, line_no, refund = [cells[at] for at in self._at]
        before = len(problems)
        read_code = sku(outer if is_blank(code) else code)
        count, unit = quantity(pieces), self._amounts.read(price)
        due = None if is_blank(payable) else self._amounts.read(payable)
        words = [text(cell) for cell in (title, spec, line_no, refund)]
        looked = ((_CODES[0], read_code, code), (_PIECES, count, pieces), (_PRICE, unit, price), (_PAYABLE, due, payable))
        for word, value, cell in looked:
            if isinstance(value, Code) and not (value is Code.BLANK and word == _CODES[0]):
                problems.append(Problem(row, word, value, shown(cell), beside=True))
        if isinstance(unit, int) and unit < 0:
            problems.append(Problem(row, _PRICE, Code.PRICE_RANGE, shown(price), beside=True))
        for word, said in zip((_TITLE, _SPEC, _LINE, _REFUND), words, strict=True):
            if isinstance(said, Code):
                problems.append(Problem(row, word, said, beside=True))
        if len(problems) > before or not isinstance(count, int) or not isinstance(unit, int):
            return None
        goods, kind, own_no, state = (str(word) for word in words)
        return Detail(
            "" if isinstance(read_code, Code) else read_code, goods, kind, count, unit, due if isinstance(due, int) else None,
            own_no.strip("'"), "" if state in _NO_REFUND else state,
        )
