"""Rows whose columns are known become an order. What the template and any mapped table share.

Amounts: line total = quantity × unit − line discount; order total = Σ line totals − order discount + freight. A price
given only as a line's total is divided up, so that pieces × unit − discount is that total to the cent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from zhanggui.channels.port import ChannelLine, ChannelOrder, Context, Payment, Said, Table, Turned
from zhanggui.channels.reading import lines, recipients, statuses
from zhanggui.channels.reading.amounts import Amounts
from zhanggui.channels.reading.cells import is_blank, shown
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.currencies import currency_of
from zhanggui.channels.reading.dates import Dates
from zhanggui.channels.reading.findings import Findings, names_of
from zhanggui.channels.reading.grouping import Group, grouped

_WHEN = ("placed_at", "paid_at", "ship_by")
_WORDS = ("payment_method", "buyer_note", "seller_note", "flag", "carrier", "waybill")
_SAYS = ("status", "payment", "currency")
AMOUNTS = ("freight", "discount", "discount2", "discount3", "total", "paid")


@dataclass(frozen=True, slots=True)
class Rules:
    """How forgiving a format is: must a line have a SKU, and may a total below the lines' sum mean a discount."""

    sku_needed: bool = True
    implied_discount: bool = False


class Assembler:
    """Reads the orders of one table. ``columns`` is our field → column and must name ``order_no`` and ``quantity``.

    Fields of the whole order may be blank on its later rows but never differ. Where the file numbers its lines
    (``line_no``) its amounts are the lines' own, and are added up.
    """

    def __init__(self, header: Sequence[str], columns: Mapping[str, int], context: Context, rules: Rules) -> None:
        nowhere = len(header)  # grouped rows carry one empty cell more
        heads = (*_WHEN, *_WORDS, *_SAYS, *AMOUNTS, *recipients.FIELDS)
        places = {field: columns.get(field, nowhere) for field in (*heads, *lines.FIELDS)}
        self._key, self._context, self._rules = columns["order_no"], context, rules
        self._names = names_of(header, columns)
        self._per_row = "line_no" in columns
        shared = [field for field in heads if not (self._per_row and field in AMOUNTS)]
        self._shared = sorted({places[field] for field in shared if places[field] != nowhere} | {nowhere})
        self._field_at = {places[field]: field for field in shared}
        self._head = itemgetter(*self._shared, nowhere)
        self._when = itemgetter(*(places[field] for field in _WHEN))
        self._words = itemgetter(*(places[field] for field in _WORDS))
        self._says = itemgetter(*(places[field] for field in _SAYS))
        self._amounts_at = [(field, columns[field]) for field in AMOUNTS if field in columns]
        self._has_price = "unit" in columns or "line_total" in columns
        self._lines = lines.Lines(places, sku_needed=rules.sku_needed)
        self._recipients = recipients.Recipients(places, whole_address="province" not in columns)
        self._dates = Dates(context.zone, until=context.at, date_order=context.date_order)
        self._readers: dict[str, Amounts] = {context.currency: Amounts(context.currency)}
        self._said: dict[str, Said] = {"": Said.UNKNOWN}

    def orders(self, table: Table) -> Iterator[ChannelOrder | Turned]:
        """Each order of the table, or the reason why not."""
        for group in grouped(table, self._key):
            yield group if isinstance(group, Turned) else self.order(group)

    def order(self, group: Group) -> ChannelOrder | Turned:
        found = Findings(self._names, group.rows[0], group.problems)
        cells = self._agreed(group, found) if len(group.rows) > 1 else group.cells[0]
        placed_at, paid_at, ship_by = self._moments(cells, found)
        status_cell, payment_cell, currency_cell = self._says(cells)
        amounts = self._reader(currency_cell, found)
        given = self._given(group, cells, amounts, found)
        freight = given.get("freight", 0)
        discount = given.get("discount", 0) + given.get("discount2", 0) + given.get("discount3", 0)

        whole = None
        if not self._has_price and len(group.rows) == 1 and "total" in given:
            whole = given["total"] + discount - freight
        read = self._lines.read
        taken = [read(row_cells, row, amounts, found, whole) for row, row_cells in zip(group.rows, group.cells, strict=True)]
        status_raw = found.words("status", status_cell)
        words = [found.words(field, cell) if cell else "" for field, cell in zip(_WORDS, self._words(cells), strict=True)]
        recipient = self._recipients.read(cells, found)
        payment_words = found.words("payment", payment_cell)
        said = self._said_of(status_raw, found)
        payment: Payment | None
        if payment_words:
            payment = statuses.payment_of(payment_words)
            if payment is None:
                found.bad("payment", Code.PAYMENT_UNKNOWN, payment_cell)
        else:
            payment = None
        kept = [line for line in taken if line is not None]
        if found.problems or len(kept) < len(taken):
            return Turned(group.no, tuple(group.rows), tuple(found.problems))

        discount, total = self._total(kept, discount, freight, given.get("total"), found)
        if found.problems:
            return Turned(group.no, tuple(group.rows), tuple(found.problems))
        paid = given.get("paid")
        if payment is None:
            payment = _payment(said, paid, total, was_paid=paid_at is not None)
        if said is Said.UNKNOWN and not status_raw:
            said = statuses.said_from(payment)
        paid_minor = total if payment is Payment.PAID else min(paid or 0, total) if payment is Payment.PARTIAL else 0
        method, buyer_note, seller_note, flag, carrier, waybill = words
        return ChannelOrder(
            group.no, placed_at, tuple(kept), recipient, amounts.currency, discount, freight, total, paid_minor, payment, said, method,
            paid_at, ship_by, status_raw, buyer_note, seller_note, flag, carrier, waybill, tuple(group.rows), tuple(found.warnings),
        )

    def _agreed(self, group: Group, found: Findings) -> list[object]:
        """The fields of the whole order from all its rows: blank or the same everywhere, or a problem."""
        heads = [self._head(cells) for cells in group.cells]
        first = heads[0]
        if all(head == first for head in heads[1:]):
            return group.cells[0]
        agreed = list(group.cells[0])
        for at in self._shared:
            for row, cells in zip(group.rows, group.cells, strict=True):
                cell = cells[at]
                if is_blank(cell):
                    continue
                if is_blank(agreed[at]):
                    agreed[at] = cell
                elif cell != agreed[at] and shown(cell, 5000) != shown(agreed[at], 5000):
                    found.bad(self._field_at[at], Code.CONFLICTING_VALUE, cell, row)
        return agreed

    def _moments(self, cells: list[object], found: Findings) -> tuple[object, ...]:
        dates = self._dates
        moments = []
        for field, cell in zip(_WHEN, self._when(cells), strict=True):
            at = dates.read(cell, ahead=field == "ship_by")
            if isinstance(at, Code):
                found.bad(field, at, cell)
            elif dates.unsure and cell in dates.unsure:
                found.warn(field, Code.AMBIGUOUS_TIME, cell)
            moments.append(at)
        return tuple(moments)

    def _reader(self, cell: object, found: Findings) -> Amounts:
        currency = self._context.currency
        if cell:
            said = found.words("currency", cell)
            code = currency_of(said) if said else currency
            if code is None:
                found.bad("currency", Code.CURRENCY_UNKNOWN, cell)
            else:
                currency = code
        reader = self._readers.get(currency)
        if reader is None:
            reader = self._readers[currency] = Amounts(currency)
        return reader

    def _given(self, group: Group, agreed: list[object], amounts: Amounts, found: Findings) -> dict[str, int]:
        """The order's own amounts by field, those that are written."""
        given: dict[str, int] = {}
        sources = zip(group.rows, group.cells, strict=True) if self._per_row else ((group.rows[0], agreed),)
        for row, cells in sources:
            for field, at in self._amounts_at:
                cell = cells[at]
                minor = amounts.read(cell)
                if isinstance(minor, Code):
                    if minor is not Code.BLANK:
                        found.bad(field, minor, cell, row)
                elif minor < 0:
                    found.bad(field, Code.DISCOUNT_RANGE if field.startswith("discount") else Code.AMOUNT_RANGE, cell, row)
                else:
                    given[field] = given.get(field, 0) + minor
        return given

    def _total(
        self, kept: list[ChannelLine], discount: int, freight: int, said_total: int | None, found: Findings,
    ) -> tuple[int, int]:
        """(discount, total) of the order, checked against the total the file gives."""
        goods = sum(line.total_minor for line in kept)
        if discount > goods + freight:
            found.bad("discount", Code.DISCOUNT_RANGE, discount)
        total = goods - discount + freight
        if said_total is None or said_total == total:
            return discount, total
        if abs(said_total - total) == 1:
            found.warn("total", Code.OFF_BY_ONE, said_total)
        elif self._rules.implied_discount and said_total < total:
            found.warn("total", Code.IMPLIED_DISCOUNT, total - said_total)
            return discount + total - said_total, said_total
        else:
            found.bad("total", Code.TOTAL_MISMATCH, f"{said_total} ≠ {total}")
        return discount, total

    def _said_of(self, words: str, found: Findings) -> Said:
        said = self._said.get(words)
        if said is None:
            said = self._said[words] = statuses.said_of(words)
            if len(self._said) > 1000:
                self._said = {"": Said.UNKNOWN}
        if said is Said.UNKNOWN and words:
            found.warn("status", Code.STATUS_UNKNOWN, words)
        return said


def _payment(said: Said, paid: int | None, total: int, *, was_paid: bool) -> Payment:
    """How an order is paid that does not say so itself: by its amounts first, then by its status."""
    if paid is not None and said in (Said.UNKNOWN, Said.UNPAID) and not was_paid:
        return Payment.PAID if paid >= total else Payment.PARTIAL if paid else Payment.UNPAID
    return statuses.payment_from(said, was_paid=was_paid)
