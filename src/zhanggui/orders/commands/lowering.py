"""What is asked for goods against what they are sold for: their price where an order has none, and who may ask less."""

from django.utils.translation import gettext_lazy as _

from zhanggui.catalog.models import Sku
from zhanggui.kernel.errors import Refused
from zhanggui.kernel.money import price_in


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
