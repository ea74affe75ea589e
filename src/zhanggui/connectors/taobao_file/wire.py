"""The rows of the order report to orders, completed by the goods report where there is one.

What the buyer owes for the goods (买家应付货款) is the truth: the difference to quantity × price is shared over the
lines, by their price, to the fen. Without the goods report codes are unknown: a title is a line, but several titles
with only a total number of pieces stay one line, so that no amount is guessed.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from zhanggui.channels.port import ChannelLine, ChannelOrder, ChannelRecipient, Context, Payment, Problem, Said, Table, Turned
from zhanggui.channels.reading import statuses
from zhanggui.channels.reading.amounts import Amounts, shared_unit
from zhanggui.channels.reading.cells import is_blank, phone, quantity, shown, text
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.dates import Dates
from zhanggui.channels.reading.errors import HeadersMissing
from zhanggui.channels.reading.grouping import Group, grouped
from zhanggui.channels.reading.header import places
from zhanggui.channels.reading.places import taken_apart
from zhanggui.connectors.taobao_file.details import Detail, Details
from zhanggui.connectors.taobao_file.in_step import InStep
from zhanggui.kernel.money import plain, share_out

NEEDED = ("订单编号", "买家应付货款", "订单状态", "收货地址", "宝贝标题", "宝贝总数量")
_TELLING = (
    *NEEDED, "买家会员名", "买家支付宝账号", "买家应付邮费", "总金额", "买家实际支付金额", "收货人姓名", "联系手机",
    "宝贝种类",
)
_PERSONAL = frozenset(
    ("收货人姓名", "收货地址", "修改后的收货地址", "联系手机", "联系电话", "买家会员名", "买家留言", "订单备注")
)
_LONGEST = {"买家留言": 2000, "订单备注": 2000, "宝贝标题": 4000}


def certainty(header: Sequence[str]) -> int:
    """100 for the whole order report; 0 without the columns no order can do without."""
    found = places(header)
    if any(word not in found for word in NEEDED):
        return 0
    return 70 + 30 * sum(1 for word in _TELLING if word in found) // len(_TELLING)


class Trades:
    """Reads one order report, with the lines of its goods report where given."""

    def __init__(self, table: Table, context: Context, companion: Table | None) -> None:
        self._found = dict(places(table.header))
        missing = [word for word in NEEDED if word not in self._found]
        if missing:
            raise HeadersMissing(missing="、".join(missing))
        self._table = table
        self._key = self._found["订单编号"]
        self._details = InStep(companion, table.column(self._key)) if companion is not None else None
        self._dates = Dates(context.zone, until=context.at, date_order=context.date_order)
        self._amounts = Amounts("CNY")

    def orders(self) -> Iterator[ChannelOrder | Turned]:
        """Each order once, or why not; and what of the goods report belongs to none."""
        details = self._details
        for group in grouped(self._table, self._key):
            if isinstance(group, Turned):
                yield group
            elif details is None:
                yield self._order(group, None)
            else:
                yield from details.up_to(group.no)
                yield self._order(group, details.take(group.no))
        if details is not None:
            yield from details.rest()

    def _order(self, group: Group, details: Details | None) -> ChannelOrder | Turned:
        beside = details.rows if details is not None else ()
        problems = group.problems or _told_twice(group)
        if problems:
            return Turned(group.no, tuple(group.rows), tuple(problems), beside)
        trade = _Trade(group.no, tuple(group.rows), group.cells[0], self._found, self._dates, self._amounts)
        if details is None and self._details is not None:
            trade.warn("订单编号", Code.DETAIL_MISSING, group.no)
        return trade.order(details)


def _told_twice(group: Group) -> list[Problem]:
    """An order that stands in several rows which do not say the same: which of them is right, nobody knows."""
    first, *others = group.cells
    if all(cells == first for cells in others):
        return []
    return [
        Problem(row, "订单编号", Code.SAME_KEY_TWICE, str(group.rows[0] if row != group.rows[0] else group.rows[1]))
        for row in group.rows
    ]


class _Trade:
    """One order under reading; ``rows`` all say the same."""

    def __init__(
        self, no: str, rows: tuple[int, ...], cells: list[object], found: dict[str, int], dates: Dates, amounts: Amounts,
    ) -> None:
        self.no, self.rows, self.cells, self.found, self.dates, self.amounts = no, rows, cells, found, dates, amounts
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def order(self, details: Details | None) -> ChannelOrder | Turned:
        payable, freight = self.amount("买家应付货款"), self.amount("买家应付邮费")
        said_total, paid = self.amount("总金额"), self.amount("买家实际支付金额")
        placed_at, paid_at = self.moment("订单创建时间"), self.moment("订单付款时间")
        status = self.words("订单状态")
        said = statuses.said_of(status)
        if said is Said.UNKNOWN:
            self.warn("订单状态", Code.STATUS_UNKNOWN, status)
        if payable is None:
            self.bad("买家应付货款", Code.BLANK, None)
            payable = 0
        total = payable + (freight or 0)
        if said_total is not None and said_total != total:
            self._mismatch(said_total, total)
        lines = self._detailed(payable, details) if details is not None else self._titled(payable)
        if any(line.unit_minor == 0 for line in lines):
            self.warn("买家应付货款", Code.ZERO_PRICE, "0")
        recipient = self._recipient()
        notes = self.words("买家留言"), self.words("订单备注").lstrip("'")
        beside = details.rows if details is not None else ()
        carrier, waybill = self.words("物流公司"), self.words("物流单号").removeprefix("No:").strip()
        if self.problems:
            return Turned(self.no, self.rows, tuple(self.problems), beside)
        payment = statuses.payment_from(said, was_paid=paid_at is not None)
        if payment is Payment.UNPAID and paid:
            payment = Payment.PARTIAL if paid < total else Payment.PAID
        paid_minor = total if payment is Payment.PAID else min(paid or 0, total)
        return ChannelOrder(
            self.no, placed_at, tuple(lines), recipient, "CNY", 0, freight or 0, total, paid_minor, payment, said, "",
            paid_at, None, status, *notes, "", carrier, waybill, self.rows, tuple(self.warnings), beside,
        )

    def _mismatch(self, said_total: int, total: int) -> None:
        if abs(said_total - total) == 1:
            self.warn("总金额", Code.OFF_BY_ONE, plain(said_total))
        else:
            self.bad("总金额", Code.TOTAL_MISMATCH, f"{plain(said_total)} ≠ {plain(total)}")

    def _detailed(self, payable: int, details: Details) -> list[ChannelLine]:
        read = details.lines
        self.problems.extend(details.problems)
        if not read:
            return []
        gross = [detail.unit_minor * detail.quantity for detail in read]
        totals = _shared(payable, gross, read)
        lines = []
        for detail, before, total in zip(read, gross, totals, strict=True):
            unit, less = detail.unit_minor, before - total
            if less < 0:  # the seller raised the price after the order
                unit, less = shared_unit(total, detail.quantity)
                self.warn("买家应付货款", Code.PRICE_SHARED, plain(total))
            lines.append(ChannelLine(
                detail.sku, detail.title, detail.quantity, unit, less, total, detail.spec, detail.line_no, detail.refund,
            ))
        return lines

    def _titled(self, payable: int) -> list[ChannelLine]:
        cell = self.cell("宝贝总数量")
        pieces = quantity(cell)
        if isinstance(pieces, Code):
            self.bad("宝贝总数量", pieces, cell)
            return []
        joined = self.words("宝贝标题")
        kinds = quantity(self.cell("宝贝种类"))
        titles = [title.strip() for title in joined.split("，") if title.strip()] if kinds != 1 else [joined]
        note = self.words("修改后的sku")
        if len(titles) > 1 and pieces == len(titles):
            self.warn("宝贝标题", Code.PRICE_SHARED, plain(payable))
            shares = share_out(payable, [1] * len(titles))
            return [ChannelLine("", title[:500], 1, share, 0, share) for title, share in zip(titles, shares, strict=True)]
        if len(titles) > 1:
            self.warn("宝贝标题", Code.TITLES_JOINED, str(len(titles)))
        unit, less = shared_unit(payable, pieces)
        return [ChannelLine("", joined[:500], pieces, unit, less, payable, note=note)]

    def _recipient(self) -> ChannelRecipient:
        address = self.words("修改后的收货地址") or self.words("收货地址")
        province, city, district, street, postcode = taken_apart(address)
        first, second = self.number("联系手机"), self.number("联系电话")
        if not first:
            first, second = second, ""
        return ChannelRecipient(
            self.words("收货人姓名"), first, second if second != first else "", province, city, district, street, "CN", postcode,
            self.words("买家会员名"),
        )

    def cell(self, word: str) -> object:
        at = self.found.get(word.casefold())
        return None if at is None else self.cells[at]

    def amount(self, word: str) -> int | None:
        cell = self.cell(word)
        if is_blank(cell):
            return None
        minor = self.amounts.read(cell)
        if isinstance(minor, Code):
            self.bad(word, minor, cell)
            return None
        if minor < 0:
            self.bad(word, Code.AMOUNT_RANGE, cell)
            return None
        return minor

    def moment(self, word: str) -> datetime | None:
        cell = self.cell(word)
        at = self.dates.read(cell)
        if isinstance(at, Code):
            self.bad(word, at, cell)
            return None
        if cell in self.dates.unsure:
            self.warn(word, Code.AMBIGUOUS_TIME, cell)
        return at

    def words(self, word: str) -> str:
        cell = self.cell(word)
        if cell is None or cell == "":
            return ""
        read = text(cell, _LONGEST.get(word, 500))
        if isinstance(read, Code):
            self.bad(word, read, cell)
            return ""
        return "" if read == "null" else read

    def number(self, word: str) -> str:
        cell = self.cell(word)
        if is_blank(cell):
            return ""
        read = phone(cell)
        if isinstance(read, Code):
            self.bad(word, read, cell)
            return ""
        number, note = read
        if note is not None and number.strip("'"):
            self.warn(word, note, cell)
        return number.strip("'")

    def bad(self, word: str, code: Code, cell: object) -> None:
        self.problems.append(Problem(self.rows[0], word, code, "" if word in _PERSONAL else shown(cell)))

    def warn(self, word: str, code: Code, cell: object) -> None:
        self.warnings.append(Problem(self.rows[0], word, code, "" if word in _PERSONAL else shown(cell)))


def _shared(payable: int, gross: list[int], read: Sequence[Detail]) -> list[int]:
    """What each line costs: as the report says if that adds up, else the whole shared by price."""
    own = [detail.payable_minor for detail in read if detail.payable_minor is not None]
    if len(own) == len(read) and sum(own) == payable and min(own) >= 0:
        return own
    return share_out(payable, gross)
