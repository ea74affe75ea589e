"""Shopify's rows to orders.

Sums stand on an order's first row; its further goods repeat the Name and leave the rest blank. Subtotal is what the goods cost
after every discount, Total what the buyer pays: what lies between them (shipping, taxes and duties that are not in the prices)
is charged on top, and stands as freight.
"""

from collections.abc import Iterator, Sequence

from zhanggui.channels.port import ChannelLine, ChannelOrder, Context, Payment, Said, Table, Turned
from zhanggui.channels.reading import report as reports
from zhanggui.channels.reading import statuses
from zhanggui.channels.reading.cells import normal
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.countries import country_of
from zhanggui.channels.reading.currencies import currency_of
from zhanggui.channels.reading.report import Report, Trade

NEEDED = ("Name", "Financial Status", "Currency", "Total", "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price")
_TELLING = (
    "Email", "Paid at", "Fulfillment Status", "Subtotal", "Shipping", "Taxes", "Discount Amount", "Lineitem sku", "Shipping Name",
    "Shipping Address1", "Shipping Zip", "Shipping Country", "Cancelled at",
)
_PHONE = ("Shipping Phone", "Phone", "Billing Phone")
_PERSONAL = (
    "Email", "Shipping Name", "Shipping Street", "Shipping Address1", "Shipping Address2", "Shipping Company", "Shipping Zip", *_PHONE,
    "Billing Name", "Notes", "Note Attributes",
)
_WHOLE = (
    "Financial Status", "Paid at", "Fulfillment Status", "Currency", "Subtotal", "Shipping", "Taxes", "Duties", "Total", "Discount Amount",
    "Created at", "Cancelled at", "Payment Method", "Outstanding Balance", "Shipping City", "Shipping Province", "Shipping Country",
    *_PERSONAL,
)
_FINANCIAL = {
    "paid": Said.PAID, "partiallyrefunded": Said.PAID, "pending": Said.UNPAID, "authorized": Said.UNPAID, "partiallypaid": Said.UNPAID,
    "refunded": Said.CANCELLED, "voided": Said.CANCELLED, "expired": Said.CANCELLED,
}
_COD = frozenset(("cashondelivery(cod)", "cashondelivery", "cod"))


def certainty(header: Sequence[str]) -> int:
    """0 without what no order can do without."""
    return reports.certainty(header, NEEDED, _TELLING)


def orders(table: Table, context: Context) -> Iterator[ChannelOrder | Turned]:
    """Each order once, or why not."""
    report = Report(table, context, key="Name", needed=NEEDED, whole=_WHOLE, personal=_PERSONAL)
    for group in report.groups():
        yield group if isinstance(group, Turned) else _order(Trade(report, group), context)


def _order(trade: Trade, context: Context) -> ChannelOrder | Turned:
    written = trade.words("Currency", 20)
    currency = (currency_of(written) or "") if written else context.currency
    if not currency:
        trade.bad("Currency", Code.CURRENCY_UNKNOWN, written)
        currency = context.currency
    lines, worth = _lines(trade, currency)
    total = trade.owed("Total", currency)
    goods = trade.amount("Subtotal", currency)
    if goods is None:
        goods = worth - (trade.amount("Discount Amount", currency) or 0)
    freight = total - goods
    if goods > worth or goods < 0:
        trade.mismatch("Subtotal", goods, worth)
    elif freight < 0:
        trade.mismatch("Total", total, goods)
    said, payment, paid, method = _state(trade, currency, total)
    said_country = trade.words("Shipping Country", 60)
    country = (country_of(said_country) or "") if said_country else ""
    if said_country and not country:
        trade.warn("Shipping Country", Code.COUNTRY_UNKNOWN, said_country)
    street = "Shipping Address1" if trade.has("Shipping Address1") else "Shipping Street"
    province = "Shipping Province Name" if trade.words("Shipping Province Name", 60) else "Shipping Province"
    phone = next((word for word in _PHONE if trade.words(word, 100)), _PHONE[0])
    recipient = trade.person(
        name="Shipping Name", phone=phone, province=province, city="Shipping City", street=street, street2="Shipping Address2",
        postcode="Shipping Zip", account="Email", country=country or ("" if said_country else "CN"),
    )  # fmt: skip
    status = " / ".join(filter(None, (trade.words("Financial Status", 30), trade.words("Fulfillment Status", 30))))
    return trade.done(ChannelOrder(
        trade.no, trade.moment("Created at"), tuple(lines), recipient, currency, max(worth - goods, 0), max(freight, 0), total,
        paid, payment, said, method, trade.moment("Paid at"), None, status, trade.words("Notes", 2000), "", "", "", "",
        trade.rows, tuple(trade.warnings),
    ))  # fmt: skip


def _lines(trade: Trade, currency: str) -> tuple[list[ChannelLine], int]:
    lines = []
    for line in trade.lines:
        pieces, unit, less = line.pieces("Lineitem quantity"), line.owed("Lineitem price", currency), line.amount("Lineitem discount", currency)
        gross = unit * pieces
        if (less or 0) > gross:
            line.bad("Lineitem discount", Code.DISCOUNT_RANGE, line.cell("Lineitem discount"))
            less = 0
        lines.append(ChannelLine(
            line.code("Lineitem sku"), line.words("Lineitem name"), pieces, unit, less or 0, gross - (less or 0),
        ))  # fmt: skip
    return lines, sum(line.total_minor for line in lines)


def _state(trade: Trade, currency: str, total: int) -> tuple[Said, Payment, int, str]:
    """(what Shopify says of it, how it is paid, how much, by what)."""
    financial, fulfilled = normal(trade.words("Financial Status", 30)).replace("_", ""), normal(trade.words("Fulfillment Status", 30))
    method = trade.words("Payment Method", 60)
    said = _FINANCIAL.get(financial, Said.UNKNOWN)
    cod = normal(method) in _COD
    if trade.moment("Cancelled at") is not None:
        said = Said.CANCELLED
    elif fulfilled == "fulfilled" and said is not Said.CANCELLED:
        said = Said.SHIPPED
    elif fulfilled == "partial" and said is Said.PAID:
        trade.warn("Fulfillment Status", Code.PLATFORM_HOLDS, "partial")
        said = Said.HELD
    elif cod and said is Said.UNPAID:
        said = Said.PAID
    if said is Said.UNKNOWN:
        trade.warn("Financial Status", Code.STATUS_UNKNOWN, financial)
    left = trade.amount("Outstanding Balance", currency)
    if cod and said is not Said.CANCELLED:
        return said, Payment.COD, 0, method
    if financial == "partiallypaid" and left is not None and 0 < left < total:
        return said, Payment.PARTIAL, total - left, method
    was_paid = financial in ("paid", "partiallyrefunded", "refunded")
    payment = statuses.payment_from(Said.UNPAID if said is Said.SHIPPED else said, was_paid=was_paid)
    return said, payment, total if payment is Payment.PAID else 0, method
