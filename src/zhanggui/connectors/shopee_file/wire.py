"""Shopee's rows to orders.

A row for each SKU, the order's own columns repeated on every one. Times are the clock of the market the parcel goes to. From
Original Price to Deal Price the shop pays; Shopee's vouchers and coins are Shopee's. Cells that are not in the file say nothing.
"""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from zhanggui.channels.port import ChannelLine, ChannelOrder, Context, Payment, Said, Table, Turned
from zhanggui.channels.reading import report as reports
from zhanggui.channels.reading import statuses
from zhanggui.channels.reading.cells import normal
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.countries import country_of
from zhanggui.channels.reading.report import Cells, Report, Trade, priced
from zhanggui.kernel.money import share_out

_NUMBER = ("Order ID", "Order SN")
_SKU, _PARENT = "SKU Reference No.", "Parent SKU Reference No."
_TOTAL = ("Grand Total", "Total Buyer Payment", "Buyer Total Payment")
_FREIGHT = ("Buyer Paid Shipping Fee", "Shipping Fee Paid by Buyer")
_OURS = ("Seller Voucher", "Voucher Sponsored by Seller", "Seller Bundle Discount")
_THEIRS = ("Shopee Voucher", "Voucher Sponsored by Shopee", "Shopee Coins Offset", "Shopee Bundle Discount", "Credit Card Discount Total")
_NOTE = ("Remark from buyer", "Message to Seller")
NEEDED = (_NUMBER, "Order Status", "Product Name", _SKU, "Deal Price", "Quantity", "Order Creation Date")
_TELLING = (
    "Cancel reason", "Return / Refund Status", "Tracking Number*", "Shipping Option", "Original Price", "Product Subtotal",
    "Receiver Name", "Delivery Address", "Variation Name", "Zip Code",
)
_PERSONAL = ("Receiver Name", "Phone Number", "Delivery Address", "Town", "Zip Code", "Username (Buyer)", *_NOTE, "Note")
_WHOLE = (
    "Order Status", "Order Creation Date", "Order Paid Time", "Order Complete Time", "Shipping Option", "Payment Method", "District", "City",
    "Province", "Country", *_TOTAL, *_FREIGHT, *_OURS, *_THEIRS, *_PERSONAL,
)
# Where each market is, and in what it is paid.
_MARKETS = {
    "SG": ("Asia/Singapore", "SGD"), "MY": ("Asia/Kuala_Lumpur", "MYR"), "PH": ("Asia/Manila", "PHP"), "TW": ("Asia/Taipei", "TWD"),
    "TH": ("Asia/Bangkok", "THB"), "VN": ("Asia/Ho_Chi_Minh", "VND"), "ID": ("Asia/Jakarta", "IDR"), "BR": ("America/Sao_Paulo", "BRL"),
    "MX": ("America/Mexico_City", "MXN"), "CO": ("America/Bogota", "COP"), "CL": ("America/Santiago", "CLP"), "PL": ("Europe/Warsaw", "PLN"),
}
_SAID = {
    "toship": Said.PAID, "shipping": Said.SHIPPED, "toreceive": Said.SHIPPED, "orderreceived": Said.COMPLETED, "unpaid": Said.UNPAID,
    "toconfirmreceive": Said.SHIPPED, "onhold": Said.HELD,
}


def certainty(header: Sequence[str]) -> int:
    """0 without what no order can do without."""
    return reports.certainty(header, NEEDED, _TELLING)


def orders(table: Table, context: Context) -> Iterator[ChannelOrder | Turned]:
    """Each order once, or why not."""
    report = Report(table, context, key=_NUMBER, needed=NEEDED, whole=_WHOLE, personal=_PERSONAL)
    for group in report.groups():
        yield group if isinstance(group, Turned) else _order(Trade(report, group), context)


def _order(trade: Trade, context: Context) -> ChannelOrder | Turned:
    written = trade.words("Country", 60)
    country = (country_of(written) or "") if written else ""
    if written and not country:
        trade.warn("Country", Code.COUNTRY_UNKNOWN, written)
    zone_name, money = _MARKETS.get(country, ("", context.currency))
    zone = ZoneInfo(zone_name) if zone_name else context.zone
    # A shop's own currency is what somebody set; the yuan is only what nobody changed, and no market is paid in it.
    currency = money if context.currency == "CNY" else context.currency
    lines = [_line(cells, currency) for cells in trade.lines]
    goods = sum(line.total_minor for line in lines)
    ours, theirs = (sum(_off(trade, word, currency) for word in words) for words in (_OURS, _THEIRS))
    freight = trade.amount(_FREIGHT, currency) or 0
    if ours > goods or theirs > goods - ours + freight:
        trade.bad(_OURS[0] if ours > goods else _THEIRS[0], Code.DISCOUNT_RANGE)
    else:
        lines = _with_voucher(lines, ours)
    total, told = goods - ours - theirs + freight, trade.amount(_TOTAL, currency)
    if told is not None and trade.has(_FREIGHT):
        trade.mismatch(_TOTAL, told, total, currency)
    status, method = trade.words("Order Status", 60), trade.words("Payment Method", 60)
    said = _SAID.get(normal(status)) or statuses.said_of(status)
    if said is Said.UNKNOWN:
        trade.warn("Order Status", Code.STATUS_UNKNOWN, status)
    elif said is Said.HELD:
        trade.warn("Order Status", Code.PLATFORM_HOLDS, status)
    paid_at = trade.moment("Order Paid Time", zone)
    payment = statuses.payment_from(said, was_paid=paid_at is not None)
    if "cashondelivery" in normal(method) and said is not Said.CANCELLED:
        payment = Payment.COD
        said = Said.PAID if said is Said.UNPAID else said
    recipient = trade.person(
        name="Receiver Name", phone="Phone Number", province="Province", city="City", district="District", street="Delivery Address",
        postcode="Zip Code", account="Username (Buyer)", country=country or ("" if written else "CN"),
    )  # fmt: skip
    return trade.done(ChannelOrder(
        trade.no, trade.moment("Order Creation Date", zone), tuple(lines), recipient, currency, max(theirs, 0), freight, total,
        total if payment is Payment.PAID else 0, payment, said, method, paid_at, trade.moment("Estimated Ship Out Date", zone, ahead=True),
        status, trade.words(_NOTE, 2000), trade.words("Note", 2000), "", trade.words("Shipping Option", 60),
        trade.words(("Tracking Number*", "Tracking Number"), 64), trade.rows, tuple(trade.warnings),
    ))  # fmt: skip


def _line(cells: Cells, currency: str) -> ChannelLine:
    pieces, deal = cells.pieces("Quantity"), cells.owed("Deal Price", currency)
    listed = cells.amount("Original Price", currency) or 0
    total, told = deal * pieces, cells.amount("Product Subtotal", currency)
    if told is not None and told != total:
        cells.bad("Product Subtotal", Code.TOTAL_MISMATCH, cells.cell("Product Subtotal"))
    unit, less = priced(max(listed, deal), pieces, total)
    refund = cells.words("Return / Refund Status", 60)
    code = cells.code(_SKU) or cells.code(_PARENT)
    return ChannelLine(code, cells.words("Product Name"), pieces, unit, less, total, cells.words("Variation Name", 200), "", refund)


def _off(trade: Trade, word: str, currency: str) -> int:
    return abs(trade.amount(word, currency, below=True) or 0)


def _with_voucher(lines: list[ChannelLine], ours: int) -> list[ChannelLine]:
    """What the shop takes off the whole order, shared over its lines by what they cost."""
    shares = share_out(ours, [line.total_minor for line in lines])
    return [
        ChannelLine(
            line.sku, line.name, line.quantity, line.unit_minor, line.discount_minor + share, line.total_minor - share, line.spec,
            line.platform_no, line.note,
        )
        for line, share in zip(lines, shares, strict=True)
    ]  # fmt: skip
