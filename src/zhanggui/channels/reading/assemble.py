"""Rows whose columns are known become an order. What the template and any mapped table share.

Amounts: line total = quantity × unit − line discount; order total = Σ line totals − order discount + freight. A price
given only as a line's total is divided up, so that pieces × unit − discount is that total to the cent.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from zhanggui.channels.port import ChannelOrder, ChannelRecipient, Context, Payment, Said, Table, Turned
from zhanggui.channels.reading import lines, recipients, statuses
from zhanggui.channels.reading.amounts import Amounts
from zhanggui.channels.reading.cells import is_blank, shown
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.currencies import currency_of
from zhanggui.channels.reading.dates import Dates
from zhanggui.channels.reading.findings import Findings, names_of
from zhanggui.channels.reading.grouping import Group, grouped
from zhanggui.kernel import masking
from zhanggui.kernel.money import plain

_OWN = ("placed_at", "paid_at", "ship_by", "ships_from", "buyer_note", "seller_note", "waybill")
# A day that is still to come.
_AHEAD = ("ship_by", "ships_from")
_SAYS = ("payment_method", "flag", "carrier", "status", "payment", "currency")
AMOUNTS = ("freight", "discount", "discount2", "discount3", "total", "paid")
# What belongs to the single line where the file numbers its lines; of these but the amounts the first line speaks.
_OF_LINES = frozenset((*AMOUNTS, "status", "ship_by", "carrier", "waybill", "seller_note", "flag"))
_REMEMBERED = 5_000
_PAID_BY = ("payment", "paid_at", "paid", "status")
_LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Rules:
    """How forgiving a format is: must a line have a SKU, and may a total below the lines' sum mean a discount."""

    sku_needed: bool = True
    implied_discount: bool = False


def silent_on_payment(columns: Mapping[str, int]) -> bool:
    """Whether no column of a file says how its orders are paid."""
    return not any(field in columns for field in _PAID_BY)


def _repeated(group: Group, found: Findings) -> tuple[int, ...]:
    """The rows alike in every cell to an earlier one, which are mostly one row pasted twice."""
    seen: dict[tuple[object, ...], int] = {}
    again = []
    for row, cells in zip(group.rows, group.cells, strict=True):
        before = seen.setdefault(tuple(cells), row)
        if before != row:
            found.warn("order_no", Code.SAME_ROW_TWICE, str(before), row)
            again.append(row)
    return tuple(again)


@dataclass(frozen=True, slots=True)
class _Terms:
    method: str
    flag: str
    carrier: str
    status_raw: str
    said: Said
    payment: Payment | None
    amounts: Amounts


class Assembler:
    """Reads the orders of one table. ``columns`` is our field → column and must name ``order_no`` and ``quantity``.

    Fields of the whole order may be blank on its later rows but never differ. Where the file numbers its lines
    (``line_no``) its amounts are the lines' own, and are added up.
    """

    def __init__(
        self, header: Sequence[str], columns: Mapping[str, int], context: Context, rules: Rules, passed_over: Collection[int] = (),
    ) -> None:
        """``passed_over`` are columns that are not read on purpose, and no extras."""
        nowhere = len(header)  # grouped rows carry one empty cell more
        heads = (*_OWN, *_SAYS, *AMOUNTS, *recipients.FIELDS)
        places = {field: columns.get(field, nowhere) for field in (*heads, *lines.FIELDS)}
        self._key, self._context, self._rules = columns["order_no"], context, rules
        self._names = names_of(header, columns)
        self._per_row = "line_no" in columns
        shared = [field for field in heads if not (self._per_row and field in _OF_LINES)]
        self._shared = sorted({places[field] for field in shared if places[field] != nowhere} | {nowhere})
        self._field_at = {places[field]: field for field in shared}
        self._head = itemgetter(*self._shared, nowhere)
        self._own = itemgetter(*(places[field] for field in _OWN))
        self._says = itemgetter(*(places[field] for field in _SAYS))
        self._amounts_at = [(field, columns[field]) for field in AMOUNTS if field in columns]
        self._has_price = "unit" in columns or "line_total" in columns
        self._lines = lines.Lines(places, sku_needed=rules.sku_needed, sku_numbers=context.sku_numbers)
        self._recipients = recipients.Recipients(places, whole_address="province" not in columns)
        self._dates = Dates(context.zone, until=context.at, date_order=context.date_order, serials=context.serials)
        self._readers: dict[str, Amounts] = {context.currency: Amounts(context.currency)}
        self._said_padded = False
        self._payment = Payment(context.payment) if context.payment and silent_on_payment(columns) else None
        self._wanted = [field for field in ("name", "phone", "street") if field in columns]
        read = {*columns.values(), *passed_over}
        self._extras = [(at, word) for at, word in enumerate(header) if word and at not in read] if context.keep_extras else []
        self._known_terms: dict[tuple[object, ...], _Terms] = {}

    def orders(self, table: Table) -> Iterator[ChannelOrder | Turned]:
        """Each order of the table, or the reason why not."""
        for group in grouped(table, self._key, fill_down=self._context.fill_down):
            yield group if isinstance(group, Turned) else self.order(group)

    def order(self, group: Group) -> ChannelOrder | Turned:
        found = Findings(self._names, group.rows[0], group.problems)
        rows, rows_cells = group.rows, group.cells
        again: tuple[int, ...] = ()
        cells = rows_cells[0]
        if cells[self._key] != group.no and not self._said_padded:
            self._say_padded(cells[self._key], found)
        if len(rows) > 1:
            cells = self._agreed(group, found)
            again = _repeated(group, found)
            if again and self._context.add_repeats:
                again = ()
        placed_cell, paid_cell, by_cell, from_cell, buyer_cell, seller_cell, waybill_cell = self._own(cells)
        placed_at = self._moment("placed_at", placed_cell, found)
        paid_at = placed_at if paid_cell == placed_cell else self._moment("paid_at", paid_cell, found)
        ship_by = self._moment("ship_by", by_cell, found) if by_cell else None
        ships_from = self._moment("ships_from", from_cell, found) if from_cell else None
        terms = self._terms(self._says(cells), found)
        amounts = terms.amounts
        given = self._given(group, cells, amounts, found)
        freight = given.get("freight", 0)
        discount = given.get("discount", 0) + given.get("discount2", 0) + given.get("discount3", 0)

        whole = None
        if not self._has_price and len(rows) == 1 and "total" in given:
            whole = given["total"] + discount - freight
        read = self._lines.read
        kept, goods_minor = [], 0
        for row, row_cells in zip(rows, rows_cells, strict=True):
            if row in again:
                continue
            line = read(row_cells, row, amounts, found, whole)
            if line is not None:
                kept.append(line)
                goods_minor += line.total_minor
        words = found.words
        buyer_note = words("buyer_note", buyer_cell) if buyer_cell else ""
        seller_note = words("seller_note", seller_cell) if seller_cell else ""
        waybill = words("waybill", waybill_cell) if waybill_cell else ""
        if self._extras:
            seller_note = self._with_extras(seller_note, rows_cells, found)
        recipient = self._recipients.read(cells, found)
        if not (recipient.name and recipient.phone and recipient.street):
            self._say_bare(recipient, found)
        if not found.problems:
            discount, total = self._total(goods_minor, discount, freight, given.get("total"), amounts.currency, found)
        if found.problems:
            return Turned(group.no, tuple(rows), tuple(found.problems))
        paid, payment, said = given.get("paid"), terms.payment, terms.said
        if payment is None:
            payment = self._payment or _payment(said, paid, total, was_paid=paid_at is not None)
        if said is Said.UNKNOWN and not terms.status_raw:
            said = statuses.said_from(payment)
        paid_minor = total if payment is Payment.PAID else min(paid or 0, total) if payment is Payment.PARTIAL else 0
        return ChannelOrder(
            group.no, placed_at, tuple(kept), recipient, amounts.currency, discount, freight, total, paid_minor, payment, said,
            terms.method, paid_at, ship_by, terms.status_raw, buyer_note, seller_note, terms.flag, terms.carrier, waybill,
            tuple(rows), tuple(found.warnings), (), again, ships_from,
        )

    def _say_bare(self, recipient: ChannelRecipient, found: Findings) -> None:
        """Once an order: the first of what nobody can send a parcel without, where the file has a column for it."""
        for field in self._wanted:
            if not getattr(recipient, field):
                found.warn(field, Code.RECIPIENT_BLANK)
                return

    def _with_extras(self, note: str, rows: Sequence[list[object]], found: Findings) -> str:
        """The note, and behind it what stands in columns that are none of ours, each under its own name."""
        parts = [note] if note else []
        for at, word in self._extras:
            said = dict.fromkeys(text for cells in rows if (text := found.words("seller_note", cells[at])))
            if said:
                parts.append(f"{word[:30]}: {', '.join(said)}")
        whole = "; ".join(parts)
        if len(whole) > _LONGEST_NOTE:
            found.warn("seller_note", Code.NOTE_CUT)
        return whole

    def _say_padded(self, cell: object, found: Findings) -> None:
        """Once a file: a platform pads every number of its own."""
        if isinstance(cell, str) and (cell.lstrip().startswith("'") or "\t" in cell):
            self._said_padded = True
            found.warn("order_no", Code.PADDED, cell)

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
                elif cell != agreed[at] and not self._same(self._field_at[at], cell, agreed[at]):
                    field = self._field_at[at]
                    if field not in AMOUNTS:
                        found.bad(field, Code.CONFLICTING_VALUE, cell, row)
                    elif not self._context.sum_amounts:
                        found.bad(field, Code.AMOUNTS_DIFFER, cell, row)
        return agreed

    def _same(self, field: str, one: object, other: object) -> bool:
        """Two rows of one order may write one number, moment or amount in two ways."""
        first, second = shown(one, 5000), shown(other, 5000)
        if first == second:
            return True
        if field in ("phone", "phone2"):
            return masking.digits_of(first) == masking.digits_of(second) != ""
        if field in AMOUNTS:
            amounts = self._readers[self._context.currency]
            read = amounts.read(one)
            return not isinstance(read, Code) and read == amounts.read(other)
        if field in ("placed_at", "paid_at", *_AHEAD):
            at = self._dates.read(one, ahead=True)
            return isinstance(at, datetime) and at == self._dates.read(other, ahead=True)
        return False

    def _moment(self, field: str, cell: object, found: Findings) -> datetime | None:
        at = self._dates.read(cell, ahead=field in _AHEAD)
        if isinstance(at, Code):
            found.bad(field, at, cell)
            return None
        if self._dates.unsure and cell in self._dates.unsure:
            found.warn(field, Code.AMBIGUOUS_TIME, cell)
        return at

    def _terms(self, says: tuple[object, ...], found: Findings) -> "_Terms":
        """What an order says in words that come again and again; read once where there is nothing to remark."""
        terms = self._known_terms.get(says)
        if terms is not None:
            return terms
        method, flag, carrier, status, payment_cell, currency_cell = says
        remarks = len(found.problems) + len(found.warnings)
        words = found.words
        status_raw, payment_words = words("status", status), words("payment", payment_cell)
        said = statuses.said_of(status_raw) if status_raw else Said.UNKNOWN
        if status_raw and said is Said.UNKNOWN:
            found.warn("status", Code.STATUS_UNKNOWN, status)
        payment = statuses.payment_of(payment_words) if payment_words else None
        if payment_words and payment is None:
            found.bad("payment", Code.PAYMENT_UNKNOWN, payment_cell)
        terms = _Terms(words("payment_method", method), words("flag", flag), words("carrier", carrier), status_raw, said, payment,
                       self._reader(currency_cell, found))
        if len(found.problems) + len(found.warnings) == remarks:
            if len(self._known_terms) >= _REMEMBERED:
                self._known_terms.clear()
            self._known_terms[says] = terms
        return terms

    def _reader(self, cell: object, found: Findings) -> Amounts:
        said = found.words("currency", cell)
        code = currency_of(said) if said else self._context.currency
        if code is None:
            found.bad("currency", Code.CURRENCY_UNKNOWN, cell)
            code = self._context.currency
        return self._readers.setdefault(code, Amounts(code))

    def _given(self, group: Group, agreed: list[object], amounts: Amounts, found: Findings) -> dict[str, int]:
        """The order's own amounts by field, those that are written."""
        given: dict[str, int] = {}
        apart = self._said_apart(group) if self._context.sum_amounts and not self._per_row and len(group.rows) > 1 else ()
        sources = zip(group.rows, group.cells, strict=True) if self._per_row or apart else ((group.rows[0], agreed),)
        for row, cells in sources:
            for field, at in self._amounts_at:
                cell = cells[at] if self._per_row or field in apart else agreed[at] if row == group.rows[0] else None
                if cell is None or cell == "":
                    continue
                minor = amounts.read(cell)
                if isinstance(minor, Code):
                    if minor is not Code.BLANK:
                        found.bad(field, minor, cell, row)
                elif minor < 0:
                    found.bad(field, Code.DISCOUNT_RANGE if field.startswith("discount") else Code.AMOUNT_RANGE, cell, row)
                else:
                    given[field] = given.get(field, 0) + minor
        return given

    def _said_apart(self, group: Group) -> frozenset[str]:
        """The amounts of which the rows of an order say different ones: each row its own."""
        return frozenset(
            field
            for field, at in self._amounts_at
            if any(not is_blank(cells[at]) and not self._same(field, cells[at], group.cells[0][at]) for cells in group.cells[1:])
        )

    def _total(
        self, goods: int, discount: int, freight: int, said_total: int | None, currency: str, found: Findings,
    ) -> tuple[int, int]:
        """(discount, total) of the order, checked against the total the file gives."""
        if discount > goods + freight:
            found.bad("discount", Code.DISCOUNT_RANGE, plain(discount, currency))
        total = goods - discount + freight
        if said_total is None or said_total == total:
            return discount, total
        if abs(said_total - total) == 1:
            found.warn("total", Code.OFF_BY_ONE, plain(said_total, currency))
        elif self._rules.implied_discount and said_total < total:
            found.warn("total", Code.IMPLIED_DISCOUNT, plain(total - said_total, currency))
            return discount + total - said_total, said_total
        else:
            found.bad("total", Code.TOTAL_MISMATCH, f"{plain(said_total, currency)} ≠ {plain(total, currency)}")
        return discount, total


def _payment(said: Said, paid: int | None, total: int, *, was_paid: bool) -> Payment:
    """How an order is paid that does not say so itself: by its amounts first, then by its status."""
    if paid is not None and said in (Said.UNKNOWN, Said.UNPAID) and not was_paid:
        return Payment.PAID if paid >= total else Payment.PARTIAL if paid else Payment.UNPAID
    return statuses.payment_from(said, was_paid=was_paid)
