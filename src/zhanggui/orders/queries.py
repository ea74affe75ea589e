"""What people and other rooms ask of orders."""

from collections.abc import Sequence

from django.conf import settings

from zhanggui.orders.commands.intake import fingerprint, known_orders
from zhanggui.orders.drafts import Known, NewOrder


def already_here(shop_id: int, orders: Sequence[NewOrder]) -> dict[str, Known]:
    """Which of these orders are in the books, by platform number, and whether they are the same."""
    key = settings.KEY_RING.index
    return known_orders(shop_id, {order.platform_no: fingerprint(order, key) for order in orders})
