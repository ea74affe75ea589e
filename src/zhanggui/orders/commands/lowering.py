"""What is asked for goods against what they are sold for: their price where an order has none, and who may ask less."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from zhanggui.catalog.models import Sku
from zhanggui.kernel.errors import Refused
from zhanggui.kernel.money import price_in
from zhanggui.orders.kinds import FREE
from zhanggui.orders.models import Line, Order
from zhanggui.orders.refusals import NotYourPrice


class PricedElsewhere(Refused):
    """``facts``: sku, priced_in, currency."""

    code = "priced-elsewhere"
    says = _("{sku} 按 {priced_in} 标价，这张单收 {currency}，没有现成的价。")
    fix = _("写上这一行的单价；不能改价的，请店主来加。")
    status = 422


def price_of(sku: Sku, currency: str) -> int:
    """What a piece is sold for in an order of this currency. Raises PricedElsewhere."""
    price = price_in(currency, sku.price_minor, sku.currency)
    if price is None:
        raise PricedElsewhere(sku=sku.code, priced_in=sku.currency, currency=currency)
    return price


def sold_after_all(before: str, now: str) -> bool:
    """Whether an order that was given away is so no more: what it asks was never held against the goods' prices."""
    return before in FREE and now not in FREE


def lowered(orders: Sequence[tuple[Order, Sequence[Line]]]) -> dict[int, Refused]:
    """Those of these orders that ask less than their goods' price, by the line or on the whole. One statement, none for none."""
    ids = {line.sku_id for _order, lines in orders for line in lines if line.sku_id}
    prices = Sku.objects.in_bulk(ids) if ids else {}
    found: dict[int, Refused] = {}
    for order, lines in orders:
        codes = [line.sku_code for line in lines if line.sku_id in prices and _below(line, prices[line.sku_id], order.currency)]
        if codes or order.discount_minor:
            found[order.pk] = NotYourPrice(sku="、".join(codes) or "—")
    return found


def _below(line: Line, sku: Sku, currency: str) -> bool:
    price = price_in(currency, sku.price_minor, sku.currency)
    return price is not None and line.total_minor < line.quantity * price
