"""Amazon's rows to orders.

``item-price`` is the line's price for all its pieces, and everything stands on each row for that row alone. The buyer pays
prices, shipping and wrapping less promotions; where Amazon adds the tax to the price (its shops of the United States and Canada)
the tax too. What Amazon ships itself comes in only when it is shipped.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from zhanggui.channels.port import ChannelLine, ChannelOrder, ChannelRecipient, Context, Payment, Problem, Said, Table, Turned
from zhanggui.channels.reading import report as reports
from zhanggui.channels.reading import statuses
from zhanggui.channels.reading.amounts import shared_unit
from zhanggui.channels.reading.cells import normal, shown
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.countries import country_of
from zhanggui.channels.reading.currencies import currency_of
from zhanggui.channels.reading.report import Cells, Report, Trade

NEEDED = ("amazon-order-id", "purchase-date", "order-status", "sku", "quantity", "currency", "item-price")
_TELLING = ("merchant-order-id", "last-updated-date", "fulfillment-channel", "sales-channel", "asin", "item-status", "item-tax", "ship-country")
_WHOLE = (
    "merchant-order-id", "purchase-date", "order-status", "fulfillment-channel", "sales-channel", "currency", "ship-city", "ship-state",
    "ship-postal-code", "ship-country",
)
_TAX_ON_TOP = frozenset(("amazon.com", "amazon.ca"))
_TAXES = ("item-tax", "shipping-tax", "gift-wrap-tax")
_CANCELLED = ("cancelled", "canceled")


class _Item(NamedTuple):
    line: ChannelLine
    freight: int


def certainty(header: Sequence[str]) -> int:
    """0 without what no order can do without."""
    return reports.certainty(header, NEEDED, _TELLING)


def orders(table: Table, context: Context) -> Iterator[ChannelOrder | Turned]:
    """Each order once, or why not."""
    report = Report(table, context, key="amazon-order-id", needed=NEEDED, whole=_WHOLE, personal=("ship-postal-code",))
    for group in report.groups():
        yield group if isinstance(group, Turned) else _order(Trade(report, group), context)


def _order(trade: Trade, context: Context) -> ChannelOrder | Turned:
    status = trade.words("order-status", 60)
    said = _said(trade, status)
    gone = [_is_cancelled(cells) for cells in trade.lines]
    if said is Said.CANCELLED and all(gone):
        # What was called off has neither pieces nor prices any more.
        return Turned(trade.no, trade.rows, tuple(Problem(row, "order-status", Code.CANCELLATION, trade.no) for row in trade.rows))
    if normal(trade.words("fulfillment-channel", 30)).startswith("amazon") and said not in (Said.SHIPPED, Said.COMPLETED, Said.CANCELLED):
        channel = shown(trade.cell("fulfillment-channel"))
        return Turned(trade.no, trade.rows, tuple(Problem(row, "fulfillment-channel", Code.SHIPS_ELSEWHERE, channel) for row in trade.rows))
    written = trade.words("currency", 20)
    currency = (currency_of(written) or "") if written else context.currency
    if not currency:
        trade.bad("currency", Code.CURRENCY_UNKNOWN, written)
        currency = context.currency
    on_top = normal(trade.words("sales-channel", 60)) in _TAX_ON_TOP
    items = []
    for cells, cancelled in zip(trade.lines, gone, strict=True):
        if cancelled:
            cells.warn("item-status", Code.CANCELLATION, cells.cell("sku"))
        else:
            items.append(_item(cells, currency, on_top=on_top))
    lines, freight = tuple(item.line for item in items), sum(item.freight for item in items)
    total = sum(line.total_minor for line in lines) + freight
    payment = statuses.payment_from(said, was_paid=False)
    return trade.done(ChannelOrder(
        trade.no, trade.moment("purchase-date"), lines, _recipient(trade), currency, 0, freight, total,
        total if payment is Payment.PAID else 0, payment, said, "Amazon", None, None, status, "", "", "", "", "", trade.rows,
        tuple(trade.warnings),
    ))  # fmt: skip


def _item(cells: Cells, currency: str, *, on_top: bool) -> _Item:
    pieces, gross, less = cells.pieces("quantity"), cells.owed("item-price", currency), _off(cells, "item-promotion-discount", currency)
    if less > gross:
        cells.bad("item-promotion-discount", Code.DISCOUNT_RANGE, cells.cell("item-promotion-discount"))
        less = 0
    shipping = cells.amount("shipping-price", currency) or 0
    freight = max(shipping - _off(cells, "ship-promotion-discount", currency), 0) + (cells.amount("gift-wrap-price", currency) or 0)
    if on_top:
        freight += sum(cells.amount(word, currency) or 0 for word in _TAXES)
    unit, odd = shared_unit(gross, pieces)
    line = ChannelLine(cells.code("sku"), cells.words("product-name"), pieces, unit, odd + less, gross - less, "", cells.number("asin"))
    return _Item(line, freight)


def _off(cells: Cells, word: str, currency: str) -> int:
    """A promotion, written with a minus in some reports and without in others."""
    return abs(cells.amount(word, currency, below=True) or 0)


def _is_cancelled(cells: Cells) -> bool:
    return normal(cells.words("item-status", 60)) in _CANCELLED or normal(cells.words("order-status", 60)) in _CANCELLED


def _said(trade: Trade, status: str) -> Said:
    form = normal(status)
    if form.startswith("shipped-delivered"):
        return Said.COMPLETED
    if form.startswith("shipped"):
        return Said.SHIPPED
    if form == "pending-waitingforpickup":
        return Said.SHIPPED
    said = Said.UNPAID if form.startswith("pending") else statuses.said_of(status)
    if said is Said.UNKNOWN:
        trade.warn("order-status", Code.STATUS_UNKNOWN, status)
    return said


def _recipient(trade: Trade) -> ChannelRecipient:
    written = trade.words("ship-country", 60)
    country = country_of(written) if written else ""
    if country is None:
        trade.warn("ship-country", Code.COUNTRY_UNKNOWN, written)
    return trade.person(province="ship-state", city="ship-city", postcode="ship-postal-code", country=country or "")
